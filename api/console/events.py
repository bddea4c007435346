"""The list of events, newest first, narrowed as its address says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import ClassVar

from api.console.event_rows import EVENTS, EventLine, item_url, lines
from api.console.frame import Frame
from api.console.paging import pager_of
from api.console.refusals import put
from api.console.shown import Option, Pager, link
from api.console.visit import Visit
from api.console.words import ConsoleWords
from api.pages.words import TERMS
from api.told_items import Tellable
from ledger_client.codes import ItemCode
from ledger_client.codes.scan import scan
from ledger_client.disclosure import EVENT_TYPES, standard_step
from ledger_client.errors import InvalidInput
from ledger_client.onchain import Member
from ledger_client.sentences import sentence
from records.lists.events import EventRow
from records.lists.paging import Page
from records.queries import RecordState

DECLARATION = "declaration"
FIELDS = ("kind", "step", "code", "member", "since", "until", "state")


@dataclass(frozen=True, slots=True)
class Filters:
    """What was asked for, as it was typed, and what of it could be read. `problems`: field -> why it could not."""

    typed: Mapping[str, str] = field(default_factory=dict)
    item: ItemCode | None = None
    since: datetime | None = None
    before: datetime | None = None
    problems: Mapping[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        """What was typed into a field."""
        return self.typed.get(name, "")


@dataclass(frozen=True, slots=True)
class EventsPage:
    """templates/console/events.html"""

    template: ClassVar[str] = "console/events.html"
    frame: Frame
    kinds: tuple[Option, ...]
    steps: tuple[Option, ...]
    members: tuple[Option, ...]
    states: tuple[Option, ...]
    code: str
    since: str
    until: str
    problems: Mapping[str, str]
    clear_url: str  # empty: nothing narrows the list
    save_url: str  # where the filters become a named query; empty where one cannot be read
    item_url: str  # of the item that narrows it
    note: str  # in which order its events stand, where it has very many
    rows: tuple[EventLine, ...]
    pager: Pager


def filters_in(query: Mapping[str, str], zone: tzinfo) -> Filters:
    """The filters that an address holds; days are those of the reader's zone."""
    typed = {name: text for name in FIELDS if (text := query.get(name, "").strip(" \t\r\n")[:2048])}
    problems: dict[str, str] = {}
    item, since, until = None, None, None
    try:
        item = scan(typed["code"]).item if "code" in typed else None
    except InvalidInput as error:
        problems["code"] = sentence("{problem}; {fix}", problem=sentence(error.problem), fix=sentence(error.fix))
    for name in ("since", "until"):
        try:
            day = date.fromisoformat(typed[name]) if name in typed else None
            begun = datetime.combine(day, time(), zone).astimezone(UTC) if day else None
            since, until = (begun, until) if name == "since" else (since, begun and begun + timedelta(days=1))
        except (ValueError, OverflowError):
            problems[name] = f"{typed[name][:20]!r}"
    return Filters(typed, item, since, until, problems)


def events_page(
    visit: Visit,
    filters: Filters,
    found: Page[EventRow],
    members: Sequence[Member],
    names: Mapping[bytes, str],
    tellable: Tellable,
    *,
    busy: bool = False,
) -> EventsPage:
    """The page; `found` is empty where a filter could not be read. `busy`: the item has very many records (`records.lists.events`)."""
    words = visit.words
    return EventsPage(
        frame=visit.frame(words.say("events.title")),
        kinds=_kinds(filters["kind"], words),
        steps=_steps(standard_step(filters["step"]), words),
        members=_options(
            filters["member"], [(str(one.member_id), one.name or str(one.member_id)) for one in members], words.say("events.any.member")
        ),
        states=_options(
            filters["state"], [(str(one), words.say(f"events.state.{one}")) for one in RecordState], words.say("events.any.state")
        ),
        code=filters["code"],
        since=filters["since"],
        until=filters["until"],
        problems={name: words.say(f"events.problem.{name}", why=put(why, words)) for name, why in filters.problems.items()},
        clear_url=EVENTS if filters.typed else "",
        save_url="" if filters.problems else link("/console/queries/new", **filters.typed),
        item_url=item_url(filters.item.uri) if filters.item else "",
        note=words.say("events.busy") if busy else "",
        rows=lines(found.rows, names, words, tellable),
        pager=pager_of(EVENTS, visit.request.query_params, found, words),
    )


def _kinds(chosen: str, words: ConsoleWords) -> tuple[Option, ...]:
    kinds = [(one, words.say(f"events.type.{one}")) for one in EVENT_TYPES]
    return _options(chosen, [*kinds, (DECLARATION, words.say("events.declaration"))], words.say("events.any.kind"))


def _steps(chosen: str, words: ConsoleWords) -> tuple[Option, ...]:
    """The steps of the CBV by their names, and one of a company's own that the address asks for."""
    known = sorted(((one, words.term("step", one)) for one in TERMS["step"]), key=lambda pair: pair[1])
    own = [(chosen, chosen)] if chosen and chosen not in TERMS["step"] else []
    return _options(chosen, [*known, *own], words.say("events.any.step"))


def _options(chosen: str, choices: Sequence[tuple[str, str]], everything: str) -> tuple[Option, ...]:
    return tuple(Option(value, text, value == chosen) for value, text in [("", everything), *choices])
