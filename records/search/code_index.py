"""Fills the index of items' codes: the endings of each code that is recorded for the first time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, exists, select
from sqlalchemy.orm import Session, aliased

from records.bulk import insert_rows
from records.models import RecordItem
from records.query.index import gives_way
from records.query.settled import settled
from records.search.endings import endings, head_of, start_of
from records.search.marks import CODES, advance, begun, mark
from records.search.models import SearchCode

AT_ONCE = 2000  # items


def patient_step(session: Session) -> int:
    """As `step`, but what is being captured or anchored has the machine to itself."""
    return 0 if gives_way(session, mark(session, CODES)) else step(session)


def step(session: Session, at_once: int = AT_ONCE) -> int:
    """Index the codes of the next records; returns how many items were looked at, 0 when none waits. The caller commits."""
    if not begun(session, CODES, [SearchCode]):
        return 1
    seen = mark(session, CODES)
    rows, last = _next(session, seen, settled(session), at_once)
    if last == seen or not advance(session, CODES, seen, last):
        return 0
    first = {row.item_code: row.id for row in reversed(rows) if row.first}
    heads = _new_heads(session, seen, first)
    found = {(ending, entry) for code, entry in first.items() for ending in endings(code, len(head_of(code)) or start_of(code))}
    found |= {(ending, first[code]) for head, code in heads.items() for ending in endings(head, start_of(head))}
    insert_rows(session, SearchCode, [{"ending": ending, "entry": entry} for ending, entry in sorted(found)], skip_known=True)
    return max(1, len(rows))


def _next(session: Session, after: int, upto: int, limit: int) -> tuple[Sequence[Row[*tuple[Any, ...]]], int]:
    """The items of the next records, all of each, and the last of these records."""
    earlier = aliased(RecordItem)
    known = exists().where(earlier.item_id == RecordItem.item_id, earlier.id < RecordItem.id)
    items = select(RecordItem.id, RecordItem.record_id, RecordItem.item_code, (~known).label("first")).order_by(RecordItem.record_id)
    rows = session.execute(items.where(RecordItem.record_id > after, RecordItem.record_id <= upto).limit(limit)).all()
    if len(rows) < limit:
        return rows, max(upto, after)
    last = rows[-1].record_id
    whole = [row for row in rows if row.record_id < last]
    if whole:
        return whole, whole[-1].record_id
    return session.execute(items.where(RecordItem.record_id == last)).all(), last


def _new_heads(session: Session, after: int, first: dict[str, int]) -> dict[str, str]:
    """What several codes begin with and none did until now -> one of these codes."""
    heads = {head: code for code in first if (head := head_of(code))}
    code = RecordItem.item_code
    return {
        head: one
        for head, one in heads.items()
        if session.scalar(select(exists().where(code > head, code < head[:-1] + "0", RecordItem.record_id <= after))) is not True
    }
