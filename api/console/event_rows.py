"""Events as lines of a list, and where the console shows them; used by every page that lists or links some."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from accounts import sealing
from api.console.shown import Badge, Digest, Moment, hash_id, moment
from api.console.words import ConsoleWords
from api.told_items import ALL, Tellable
from ledger_client.disclosure import EVENT_TYPES
from records import erasure
from records.lists.events import EventRow
from records.queries import RecordState

STATE_TONES = {RecordState.PENDING: "quiet", RecordState.SENT: "wait", RecordState.ANCHORED: "good", RecordState.FINAL: "good"}
_OWN = {sealing.ITEMS: "events.own.seal", erasure.ITEMS: "events.own.receipt"}
EVENTS, ITEMS = "/console/events", "/console/items"


@dataclass(frozen=True, slots=True)
class EventLine:
    """One event in a list."""

    url: str
    title: str  # its business step, or its type where it has none
    kind: str  # its type, where the title is something else
    event_id: Digest
    happened: Moment
    member: str
    item: str
    item_url: str
    more_items: str  # "and 4 more", or empty
    state: Badge


def lines(rows: Iterable[EventRow], names: Mapping[bytes, str], words: ConsoleWords, tellable: Tellable = ALL) -> tuple[EventLine, ...]:
    """The lines of some rows; `names` are those of members by their signers, `tellable` what the reader may know of their items."""
    return tuple(_line(row, names, words, tellable) for row in rows)


def state_badge(state: RecordState, words: ConsoleWords) -> Badge:
    """How far a record is on its way to the chain."""
    return Badge(words.say(f"events.state.{state}"), STATE_TONES[state])


def item_text(code: str) -> str:
    """A code without the address that all GS1 codes share."""
    return code.removeprefix("https://id.gs1.org/")


def item_url(code: str) -> str:
    """The page of one item, by its canonical code."""
    return f"{ITEMS}/{quote(code, safe='')}"


def event_url(event_id: str, record_id: int | None = None) -> str:
    """The page of one event, or of one record among those that share its id."""
    return f"{EVENTS}/{quote(event_id, safe='')}" + (f"?record={record_id}" if record_id is not None else "")


def type_name(event_type: str, words: ConsoleWords) -> str:
    """An event type in words."""
    return words.say(f"events.type.{event_type}") if event_type in EVENT_TYPES else event_type


def title_of(event_type: str, biz_step: str, words: ConsoleWords, *, declaration: bool = False, item: str = "") -> tuple[str, str]:
    """What happened, in words, and beside it the kind of event where that says more; our own records are known by their `item`."""
    kind = type_name(event_type, words)
    own = next((key for items, key in _OWN.items() if item.startswith(items)), "")
    said = words.say(own) if own else words.term("step", biz_step) if biz_step else kind
    if declaration:
        return words.say("events.declaration"), said
    return said, kind if said != kind else ""


def _line(row: EventRow, names: Mapping[bytes, str], words: ConsoleWords, tellable: Tellable) -> EventLine:
    told = tellable.narrowed.get(row.record_id)
    first, count = (row.item, row.items) if told is None else (told[0] if told else "", len(told))
    title, kind = title_of(row.event_type, row.biz_step, words, declaration=row.declaration, item=first)
    return EventLine(
        url=event_url(row.event_id, row.record_id if row.declaration else None),
        title=title,
        kind=kind,
        event_id=hash_id(row.event_id),
        happened=moment(row.event_time, words),
        member=names.get(row.signer, ""),
        item=item_text(first),
        item_url=item_url(first),
        more_items=words.say("events.more_items", count=count - 1) if count > 1 else "",
        state=state_badge(row.state, words),
    )
