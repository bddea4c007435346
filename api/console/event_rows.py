"""Events as lines of a list; used by every page that lists some."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from api.console.shown import Badge, Digest, Moment, hash_id, moment
from api.console.words import ConsoleWords
from records.lists.events import EventRow
from records.queries import RecordState

STATE_TONES = {RecordState.PENDING: "quiet", RecordState.SENT: "wait", RecordState.ANCHORED: "good", RecordState.FINAL: "good"}


@dataclass(frozen=True, slots=True)
class EventLine:
    """One event in a list."""

    url: str
    title: str
    event_id: Digest
    happened: Moment
    member: str
    item: str
    item_url: str
    more_items: str  # "and 4 more", or empty
    state: Badge


def lines(rows: Iterable[EventRow], names: Mapping[bytes, str], words: ConsoleWords) -> tuple[EventLine, ...]:
    """The lines of some rows; `names` are those of members by their signers."""
    return tuple(_line(row, names, words) for row in rows)


def state_badge(state: RecordState, words: ConsoleWords) -> Badge:
    """How far a record is on its way to the chain."""
    return Badge(words.say(f"events.state.{state}"), STATE_TONES[state])


def item_text(code: str) -> str:
    """A code without the address that all GS1 codes share."""
    return code.removeprefix("https://id.gs1.org/")


def _verification(subject: str) -> str:
    """Where an event or an item is shown step by step, as the signed-in reader may see it."""
    return f"/regulator?q={quote(subject, safe='')}"


def _line(row: EventRow, names: Mapping[bytes, str], words: ConsoleWords) -> EventLine:
    return EventLine(
        url=_verification(row.event_id),
        title=words.say("events.declaration") if row.declaration else words.say(f"events.type.{row.event_type}"),
        event_id=hash_id(row.event_id),
        happened=moment(row.event_time, words),
        member=names.get(row.signer, ""),
        item=item_text(row.item),
        item_url=_verification(row.item),
        more_items=words.say("events.more_items", count=row.items - 1) if row.items > 1 else "",
        state=state_badge(row.state, words),
    )
