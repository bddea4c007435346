"""What happened in a case, as its events on the chain tell it, newest first."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.console.event_rows import event_url
from api.console.shown import Moment, moment
from api.console.words import ConsoleWords
from ledger_client.onchain import item_id
from recall.models import RecallCase
from records import contents, queries
from records.models import RecordItem

MOST = 100
_ACTS = frozenset({"opened", "refreshed", "frozen", "accounted", "closed", "notified", "reminded", "acknowledged"})


@dataclass(frozen=True, slots=True)
class Act:
    """One event."""

    text: str
    by: str
    at: Moment
    url: str


def journal(session: Session, case: RecallCase, words: ConsoleWords) -> tuple[Act, ...]:
    """The newest of them. Others than the case's member, and those it notified, cannot add any that look so: each says whose key signed."""
    mine = select(RecordItem.record_id).where(RecordItem.item_id == item_id(case.code)).order_by(RecordItem.record_id.desc()).limit(MOST)
    records = queries.records(session, list(session.scalars(mine)))
    held = contents.opened(session, records.values())
    found = []
    for number in sorted(records, reverse=True):
        event = held[number].event() or {}
        act, by = (str(event.get(f"traceledger:{name}", "")) for name in ("act", "by"))
        text = words.say(f"recalls.act.{act}") if act in _ACTS else act
        record = records[number]
        found.append(Act(text or record.event_type, by, moment(record.event_time, words), event_url(record.event_id, number)))
    return tuple(found)
