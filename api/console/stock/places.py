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
from api.console.words import ConsoleWords
from api.stocked import Known
from inventory.lots import Held, Sum


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """A place. `url` empty: its name is not known here."""

    name: str
    url: str
    products: str
    lots: str
    warnings: tuple[Badge, ...]


@dataclass(frozen=True, slots=True)
class PlacesPage:
    """templates/console/stock/places.html"""

    template: ClassVar[str] = "console/stock/places.html"
    frame: Frame
    head: Head
    lines: tuple[PlaceLine, ...]


@dataclass(frozen=True, slots=True)
class ProductLine:
    """A product at a place."""

    name: Link
    amount: str
    lots: str
    day: str
    warning: Badge | None


@dataclass(frozen=True, slots=True)
class ProductsPage:
    """templates/console/stock/products.html"""

    template: ClassVar[str] = "console/stock/products.html"
    frame: Frame
    head: Head
    lines: tuple[ProductLine, ...]


def places_page(visit: Visit, known: Known, found: Sequence[Held], codes: Mapping[int, str], names: Names, days: int) -> PlacesPage:
    """`codes`: hash -> the place as events write it."""
    words = visit.words
    found = sorted(found, key=lambda one: codes.get(one.place, "") not in names.places)  # named ones first, else in their order
    lines = tuple(_place(one, codes.get(one.place, ""), names, days) for one in found)
    return PlacesPage(visit.frame(words.say("stock.title")), head(visit, known, "places"), lines)


def products_page(visit: Visit, known: Known, place: str, found: Sequence[Sum], names: Names, today: int, days: int) -> ProductsPage:
    """What lies at one place."""
    frame = visit.frame(names.place(place), Link(STOCK, visit.words.say("stock.title")))
    return ProductsPage(frame, head(visit, known, "places"), tuple(_product(one, place, names, today, days) for one in found))


def _place(one: Held, code: str, names: Names, days: int) -> PlaceLine:
    words = names.words
    warnings = []
    if one.expired:
        warnings.append(Badge(words.say("stock.place.expired", count=one.expired), "bad"))
    if one.expiring:
        warnings.append(Badge(words.say("stock.place.expiring", count=one.expiring, days=days), "warn"))
    name = names.place(code) if code else words.say("stock.place.unsaid")
    return PlaceLine(name, place_url(code) if code else "", words.number(one.products), words.number(one.lots), tuple(warnings))


def _product(one: Sum, place: str, names: Names, today: int, days: int) -> ProductLine:
    words: ConsoleWords = names.words
    day, warning = last_day(one.first, today, days, words)
    amount = amount_told(one.amount, one.uom, names, unsaid=one.unsaid)
    return ProductLine(Link(place_url(place, one.product), names.product(one.product)), amount, words.number(one.lots), day, warning)
