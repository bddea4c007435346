"""Where first expired, first out was not kept to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from api.console.event_rows import event_url
from api.console.frame import Frame
from api.console.shown import Badge, Link, Moment, Option, Pager, moment, with_query
from api.console.shown import pager as foot
from api.console.stock.frame import OVERTAKEN, STOCK, Head, amount_told, head, place_url, trace_link
from api.console.tracing.named import Names
from api.console.visit import Visit
from api.stocked import Known
from inventory.expiry import date_of
from inventory.violations import Older, Violation
from records.genealogy.draw import moment as at

PERIODS = (7, 30, 90, 365)
WENT = {"": ("transit", "sold"), "shipped": ("transit",), "sold": ("sold",)}


@dataclass(frozen=True, slots=True)
class LotThen:
    """A lot with its last day, and how much of it."""

    lot: Link
    day: str
    amount: str


@dataclass(frozen=True, slots=True)
class ViolationLine:
    """A lot that left, and those that it overtook."""

    what: Badge
    at: Moment
    event: str
    place: Link
    product: str
    left: LotThen
    earlier: tuple[LotThen, ...]


@dataclass(frozen=True, slots=True)
class ViolationsPage:
    """templates/console/stock/violations.html"""

    template: ClassVar[str] = "console/stock/violations.html"
    frame: Frame
    head: Head
    what: tuple[Option, ...]
    periods: tuple[Option, ...]
    lines: tuple[ViolationLine, ...]
    pager: Pager


def violations_page(
    visit: Visit,
    known: Known,
    found: Sequence[Violation],
    after: str,
    events: Mapping[int, str],
    codes: Mapping[int, str],
    names: Names,
    what: str,
    days: int,
) -> ViolationsPage:
    """Newest first; `codes`: hash -> place, `events`: record -> event id."""
    words, query = visit.words, visit.request.query_params
    return ViolationsPage(
        frame=visit.frame(words.say("stock.tab.violations"), Link(STOCK, words.say("stock.title"))),
        head=head(visit, known, "violations"),
        what=tuple(Option(one, words.say(f"stock.what.{one or 'any'}"), one == what) for one in WENT),
        periods=tuple(Option(str(one), words.say("custody.days", count=one), one == days) for one in PERIODS),
        lines=tuple(_line(one, events, codes, names) for one in found),
        pager=foot(len(found), "", with_query(OVERTAKEN, query, after=after) if after else "", words),
    )


def _line(one: Violation, events: Mapping[int, str], codes: Mapping[int, str], names: Names) -> ViolationLine:
    words, place = names.words, codes.get(one.place, "")
    what = "sold" if one.went == "sold" else "shipped"
    return ViolationLine(
        what=Badge(words.say(f"stock.what.{what}"), "quiet" if what == "sold" else "warn"),
        at=moment(at(one.at), words),
        event=event_url(events.get(one.record, ""), one.record),
        place=Link(place_url(place, one.product), names.place(place)) if place else Link("", words.say("stock.place.unsaid")),
        product=names.product(one.product),
        left=LotThen(trace_link(one.code), date_of(one.expires).isoformat(), amount_told(one.amount, one.uom, names)),
        earlier=tuple(_then(lot, one.uom, names) for lot in one.older),
    )


def _then(lot: Older, uom: str, names: Names) -> LotThen:
    return LotThen(trace_link(lot.code), date_of(lot.expires).isoformat(), amount_told(lot.amount, uom, names))
