"""What was shipped and never received, received and never shipped, or differs: newest first, as the address narrows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from api.console.event_rows import event_url, item_url
from api.console.frame import Frame
from api.console.paging import pager_of
from api.console.shown import Badge, Link, Moment, Option, Pager, moment, with_query
from api.console.tracing.named import Names, number_of
from api.console.visit import Visit
from api.console.words import ConsoleWords
from ledger_client.onchain import Member
from records.lists.paging import Page
from tracing.answer import Party
from tracing.custody.handover import SENDING, Handover
from tracing.custody.listing import TO_LOOK_INTO, Found, Goods, Line, State
from tracing.picture.shapes import Amount

CUSTODY = "/console/custody"
TABS: dict[str, frozenset[State]] = {
    "": TO_LOOK_INTO,
    "open": frozenset({"open"}),
    "differs": frozenset({"differs"}),
    "unsent": frozenset({"unsent"}),
    "left": frozenset({"left"}),
}
TONES: dict[State, str] = {"open": "bad", "differs": "warn", "unsent": "warn", "left": "quiet", "withheld": "quiet"}
DAYS = (7, 30, 90, 365)
ITEMS = 4  # things that a line shows


@dataclass(frozen=True, slots=True)
class GoodsLine:
    """One thing, and how much of it at both ends."""

    name: Link
    amounts: str


@dataclass(frozen=True, slots=True)
class CustodyLine:
    """One handover."""

    state: Badge
    title: str
    url: str
    at: Moment
    member: str
    origin: str
    destination: str
    goods: tuple[GoodsLine, ...]
    more: str  # "and 4 more", or empty
    notes: tuple[str, ...]  # what differs
    receipt: str  # address of the other end's event, or empty


@dataclass(frozen=True, slots=True)
class CustodyPage:
    """templates/console/custody.html"""

    template: ClassVar[str] = "console/custody.html"
    frame: Frame
    tabs: tuple[Option, ...]
    about: str
    state: str
    days: tuple[Option, ...]
    places: tuple[Option, ...]
    members: tuple[Option, ...]
    lines: tuple[CustodyLine, ...]
    undrawn: str  # that records are still being read in, or empty
    scope: str  # how far was looked, and that there is more
    pager: Pager


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address asks for."""

    state: str = ""
    days: int = 30
    place: str = ""
    member: str = ""


def filters_in(query: Mapping[str, str]) -> Filters:
    """Anything else than what the page offers is as if nothing was said."""
    days = query.get("days", "")
    return Filters(
        state=query.get("state", "") if query.get("state", "") in TABS else "",
        days=int(days) if days in map(str, DAYS) else 30,
        place=query.get("place", "")[:2048],
        member=query.get("member", "") if query.get("member", "").isascii() and query.get("member", "").isdigit() else "",
    )


def custody_page(
    visit: Visit, filters: Filters, found: Found, places: Mapping[str, str], members: Sequence[Member], names: Names
) -> CustodyPage:
    """The page; `places` are those to choose from, code -> name."""
    words, query = visit.words, visit.request.query_params
    asked = {filters.place: names.place(filters.place)} if filters.place and filters.place not in places else {}
    return CustodyPage(
        frame=visit.frame(words.say("custody.title")),
        tabs=tuple(
            Option(one, words.say(f"custody.tab.{one or 'all'}"), one == filters.state, with_query(CUSTODY, query, state=one, older=None))
            for one in TABS
        ),
        about=words.say(f"custody.about.{filters.state or 'all'}"),
        state=filters.state,
        days=tuple(Option(str(one), words.say("custody.days", count=one), one == filters.days) for one in DAYS),
        places=_options(filters.place, [*asked.items(), *places.items()], words.say("custody.place.any")),
        members=_options(filters.member, [(str(one.member_id), one.name) for one in members], words.say("events.any.member")),
        lines=tuple(_line(one, names) for one in found.lines),
        undrawn=words.say("trace.end.undrawn") if found.undrawn else "",
        scope=words.say("custody.scope.more" if found.older else "custody.scope", count=words.number(found.looked), days=filters.days),
        pager=pager_of(CUSTODY, query, Page(found.lines, older=found.older), words),
    )


def codes_of(found: Found) -> set[str]:
    """The places and parties that lines name, as events write them."""
    ends = [end for line in found.lines for end in (line.handover, line.counterpart) if end]
    codes = {code for end in ends for code in (end.place, *_parties(end.source), *_parties(end.destination))}
    return codes - {""}


def _parties(party: Party) -> tuple[str, str]:
    return party.place, party.owner


def _options(chosen: str, choices: Sequence[tuple[str, str]], everything: str) -> tuple[Option, ...]:
    return tuple(Option(value, text, value == chosen) for value, text in [("", everything), *choices])


def _line(line: Line, names: Names) -> CustodyLine:
    words, here, other = names.words, line.handover, line.counterpart
    rest = line.count - min(line.count, ITEMS)
    return CustodyLine(
        state=Badge(words.say(f"custody.state.{line.state}"), TONES[line.state]),
        title=_title(here, words),
        url=event_url(here.event_id, here.record),
        at=moment(here.time, words),
        member=names.members.get(here.signer, ""),
        origin=_end(here.place if here.step == SENDING else here.source.place or here.source.owner, names),
        destination=_end(here.destination.place or here.destination.owner if here.step == SENDING else here.place, names),
        goods=tuple(_goods(one, here, names) for one in line.goods[:ITEMS]),
        more=words.say("custody.more", count=rest) if rest else "",
        notes=tuple(_notes(line, words)),
        receipt=event_url(other.event_id, other.record) if other else "",
    )


def _title(here: Handover, words: ConsoleWords) -> str:
    """The step, with the disposition where it tells of a return."""
    step = words.term("step", here.step)
    return f"{step} · {words.term('disposition', here.disposition)}" if here.disposition == "returned" else step


def _end(code: str, names: Names) -> str:
    return names.place(code) if code else names.words.say("custody.unsaid")


def _goods(one: Goods, here: Handover, names: Names) -> GoodsLine:
    words, said = names.words, names.amount(_amount(one.said, one.uom))
    other = names.amount(_amount(one.other, one.uom))
    name = names.products.get(one.code, "")
    label = " · ".join(part for part in (name, number_of(one.code)) if part)
    first, second = (said, other) if here.step == SENDING else (other, said)
    return GoodsLine(Link(item_url(one.code), label), words.say("custody.amounts", sent=first, received=second))


def _amount(quantity: float, uom: str) -> Amount:
    return Amount("", "lot", Decimal(f"{quantity:.10g}"), uom)


def _notes(line: Line, words: ConsoleWords) -> list[str]:
    """What differs, with both sides."""
    here, other = line.handover, line.counterpart
    found = [words.say(f"custody.differs.{name}") for name in line.differences if name != "temperature"]
    if "temperature" in line.differences and other and here.temperature and other.temperature:
        spans = [" – ".join(f"{value:g}" for value in end) for end in (here.temperature, other.temperature)]
        found.append(words.say("custody.differs.temperature", sent=spans[0], received=spans[1]))
    return found
