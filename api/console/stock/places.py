"""Where stock lies: the places, and what lies at one of them, product by product."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from api.console.frame import Frame
from api.console.shown import Badge, Link
from api.console.stock.frame import STOCK, Head, amount_told, head, last_day, place_url
from api.console.tracing.named import Names
from api.console.visit import Visit
from api.stocked import Known
from inventory.lots import Held, Sum


@dataclass(frozen=True, slots=True)
class Line:
    """A place, or a product at one. Its link has no url where its name is not known here."""

    name: Link
    figure: str
    lots: str
    last: str
    badges: tuple[Badge, ...]


@dataclass(frozen=True, slots=True)
class LyingPage:
    """templates/console/stock/lying.html"""

    template: ClassVar[str] = "console/stock/lying.html"
    frame: Frame
    head: Head
    lead: str
    columns: tuple[str, str, str, str]  # headings of a line's texts
    none: str
    lines: tuple[Line, ...]


def places_page(visit: Visit, known: Known, found: Sequence[Held], codes: Mapping[int, str], names: Names, days: int) -> LyingPage:
    """`codes`: hash -> the place as events write it."""
    words = visit.words
    found = sorted(found, key=lambda one: codes.get(one.place, "") not in names.places)  # named ones first, else in their order
    lines = tuple(_place(one, codes.get(one.place, ""), names, days) for one in found)
    columns = ("stock.place", "stock.products", "stock.lots", "stock.warnings")
    return _page(visit, known, visit.frame(words.say("stock.title")), "stock.lead", columns, "stock.none.text", lines)


def products_page(visit: Visit, known: Known, place: str, found: Sequence[Sum], names: Names, today: int, days: int) -> LyingPage:
    """What lies at one place."""
    frame = visit.frame(names.place(place), Link(STOCK, visit.words.say("stock.title")))
    lines = tuple(_product(one, place, names, today, days) for one in found)
    return _page(visit, known, frame, "stock.at", ("stock.product", "stock.amount", "stock.lots", "stock.first"), "stock.none.here", lines)


def _page(
    visit: Visit, known: Known, frame: Frame, lead: str, columns: tuple[str, str, str, str], none: str, lines: tuple[Line, ...]
) -> LyingPage:
    say = visit.words.say
    first, second, third, fourth = map(say, columns)
    return LyingPage(frame, head(visit, known, "places"), say(lead), (first, second, third, fourth), say(none), lines)


def _place(one: Held, code: str, names: Names, days: int) -> Line:
    words = names.words
    badges = []
    if one.expired:
        badges.append(Badge(words.say("stock.place.expired", count=one.expired), "bad"))
    if one.expiring:
        badges.append(Badge(words.say("stock.place.expiring", count=one.expiring, days=days), "warn"))
    name = Link(place_url(code), names.place(code)) if code else Link("", words.say("stock.place.unsaid"))
    return Line(name, words.number(one.products), words.number(one.lots), "" if badges else words.say("frame.none"), tuple(badges))


def _product(one: Sum, place: str, names: Names, today: int, days: int) -> Line:
    words = names.words
    day, badge = last_day(one.first, today, days, words)
    amount = amount_told(one.amount, one.uom, names, unsaid=one.unsaid)
    name = Link(place_url(place, one.product), names.product(one.product))
    return Line(name, amount, words.number(one.lots), day or words.say("stock.day.unsaid"), (badge,) if badge else ())
