"""Lots: of one product at one place, with what to take first; or all that expire soon, wherever they lie."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from api.console.frame import Frame
from api.console.shown import Badge, Link, Moment, Option, Pager, link, moment, with_query
from api.console.shown import pager as foot
from api.console.stock.frame import EXPIRING, STOCK, Head, amount_told, head, last_day, place_url, trace_link
from api.console.tracing.named import Names, number_of
from api.console.visit import Visit
from api.pages.words import TERMS
from api.stocked import Known, at_moment
from inventory.lots import Lot
from inventory.picks import Advice, Kept

MOST_HELD = 5  # that advice names of what it left out


@dataclass(frozen=True, slots=True)
class LotLine:
    """So much of a lot at a place. `take`: what advice says to take of it, or empty."""

    lot: Link
    product: str
    place: Link
    amount: str
    day: str
    badges: tuple[Badge, ...]
    since: Moment | None
    take: str = ""


@dataclass(frozen=True, slots=True)
class Asking:
    """The form that asks what to take, as it was filled, and what came of it. `problem`: what is wrong with the quantity."""

    quantity: str
    problem: str
    units: tuple[Option, ...]  # to choose from, where there are several
    answer: str
    short: str
    left_out: str
    picks: tuple[LotLine, ...]


@dataclass(frozen=True, slots=True)
class LotsPage:
    """templates/console/stock/lots.html"""

    template: ClassVar[str] = "console/stock/lots.html"
    frame: Frame
    head: Head
    place: str  # codes, for the form
    product: str
    asking: Asking
    lines: tuple[LotLine, ...]
    more: str  # that there are more than are listed, or empty


@dataclass(frozen=True, slots=True)
class ExpiringPage:
    """templates/console/stock/expiring.html"""

    template: ClassVar[str] = "console/stock/expiring.html"
    frame: Frame
    head: Head
    days: str
    problem: str
    about: str
    lines: tuple[LotLine, ...]
    pager: Pager


@dataclass(frozen=True, slots=True)
class Told:
    """How lots are told: names, hash -> place, the codes on hold, today, and how many days are soon."""

    names: Names
    codes: Mapping[int, str]
    held: Collection[str]
    today: int
    days: int


def lots_page(
    visit: Visit, known: Known, told: Told, place: str, product: str, lots: Sequence[Lot], asking: Asking, *, more: bool
) -> LotsPage:
    """One product at one place."""
    words, names = visit.words, told.names
    trail = (Link(STOCK, words.say("stock.title")), Link(place_url(place), names.place(place)))
    return LotsPage(
        frame=visit.frame(names.product(product), *trail),
        head=head(visit, known, "places"),
        place=place,
        product=product,
        asking=asking,
        lines=tuple(line_of(one, told) for one in lots),
        more=words.say("stock.more", count=len(lots)) if more else "",
    )


def expiring_page(visit: Visit, known: Known, told: Told, lots: Sequence[Lot], after: str, *, days: str, problem: str) -> ExpiringPage:
    """By their last day; `after` goes on."""
    words = visit.words
    older = with_query(EXPIRING, visit.request.query_params, after=after) if after else ""
    return ExpiringPage(
        frame=visit.frame(words.say("stock.tab.expiring"), Link(STOCK, words.say("stock.title"))),
        head=head(visit, known, "expiring"),
        days=days,
        problem=problem,
        about=words.say("stock.expiring.about", count=told.days),
        lines=tuple(line_of(one, told) for one in lots),
        pager=foot(len(lots), "", older, words),
    )


def asking_of(advice: Advice | None, quantity: str, problem: str, units: Sequence[str], unit: str, told: Told) -> Asking:
    """The form and its answer."""
    names = told.names
    words = names.words
    choices = tuple(Option(one, TERMS["unit"].get(one, one) or words.say("trace.pieces"), one == unit) for one in units if len(units) > 1)
    if advice is None:
        return Asking(quantity, problem, choices, "", "", "", ())
    picks = tuple(line_of(one.lot, told, amount_told(float(one.amount), advice.uom, names)) for one in advice.picks)
    left = [words.say("stock.left_out.expired", count=len(advice.expired))] if advice.expired else []
    left += [_left_out(one, advice.uom, names) for one in advice.held[:MOST_HELD]]
    left += [words.say("stock.left_out.more", count=len(advice.held) - MOST_HELD)] if len(advice.held) > MOST_HELD else []
    return Asking(
        quantity,
        "",
        choices,
        words.say("stock.advice", count=len(picks)) if picks else words.say("stock.advice.none"),
        words.say("stock.short", amount=amount_told(float(advice.short), advice.uom, names)) if advice.short else "",
        " ".join(left),
        picks,
    )


def _left_out(one: Kept, uom: str, names: Names) -> str:
    if one.code == one.lot.code:
        return names.words.say("stock.left_out.lot", lot=number_of(one.code))
    amount = amount_told(float(one.amount), uom, names)
    return names.words.say("stock.left_out.held", amount=amount, lot=number_of(one.lot.code), held=number_of(one.code))


def line_of(one: Lot, told: Told, take: str = "") -> LotLine:
    """One lot, ready to be shown."""
    names, words = told.names, told.names.words
    day, badge = last_day(one.expires, told.today, told.days, words)
    badges = [badge] if badge else []
    if one.code in told.held:
        badges.append(Badge(words.say("stock.on_hold"), "bad"))
    code, since = told.codes.get(one.place, ""), at_moment(one.since)
    return LotLine(
        lot=trace_link(one.code),
        product=names.product(one.product),
        place=Link(place_url(code, one.product), names.place(code)) if code else Link("", words.say("stock.place.unsaid")),
        amount=amount_told(one.amount, one.uom, names, unsaid=one.unsaid),
        day=day,
        badges=tuple(badges),
        since=moment(since, words) if since else None,
        take=take,
    )


def expiring_url(days: int) -> str:
    """What expires within so many days."""
    return link(EXPIRING, days=days)
