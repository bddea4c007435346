"""The index over sealed events: which record has which term. Filled after capturing, in the order of record numbers.

`step` opens the next records, hashes their terms and moves the mark on, in one transaction. Records behind the mark are read directly by
a query, so that an event is found at once; the mark never passes a number that may still appear (`settled`). An index of another form, or
a database that comes from a backup, which holds no index, is filled from the beginning. Erasing a record takes its terms away (`forget`):
both lock the mark first, so that no term of an erased record comes back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, Select, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from ledger_client.epcis.items import items
from ledger_client.epcis.query.terms import terms_of
from records import contents
from records.bulk import insert_rows
from records.columns import now
from records.database import changed, insert_for
from records.key_models import RecordKey
from records.keyring import keyring_of
from records.models import Capture, CaptureState, Record, RecordItem
from records.parts import parts
from records.query.hashing import form, hashed
from records.query.models import IndexMark, KnownValue, RecordTerm
from records.query.settled import settled

AT_ONCE = 500  # records
MAY_WAIT = 10_000  # records; a query reads them one by one
PATIENCE = timedelta(seconds=10)
LISTED = ("type", "bizStep", "disposition", "readPoint", "bizLocation")  # fields whose values are listed, by their label
_MARK = 1


def mark(session: Session) -> int:
    """Up to which record the index is filled; 0 for an index that is of no use."""
    row = session.execute(select(IndexMark.form, IndexMark.record_id)).one_or_none()
    return row.record_id if row and row.form == form(keyring_of(session).lookup()) else 0


def step(session: Session, at_once: int = AT_ONCE) -> int:
    """Index the next records; returns how many were done, 0 when none waits. The caller commits."""
    lookup = keyring_of(session).lookup()
    held = session.execute(select(IndexMark.form, IndexMark.record_id)).one_or_none()
    if held is None or held.form != form(lookup):
        return _begin_anew(session, lookup)
    rows = session.execute(_next(held.record_id, settled(session), at_once)).all()
    if not rows:
        return 0
    found = dict(_terms(session, lookup, rows))
    if not _advance(session, held.record_id, rows[-1].id):
        return 0  # another process did
    for erased in _erased(session, found):
        del found[erased]
    _insert(session, found)
    return len(rows)


def patient_step(session: Session) -> int:
    """The same, but what was captured just now has the machine to itself until its anchors are signed, unless much waits to be indexed."""
    return 0 if gives_way(session, mark(session)) else step(session)


def gives_way(session: Session, done: int) -> bool:
    """Whether an index that is filled up to record `done` may wait for what was captured just now."""
    newest = session.execute(select(Record.id, Record.captured_at).order_by(Record.id.desc()).limit(1)).one_or_none()
    if newest is None or newest.id - done > MAY_WAIT or now() - newest.captured_at >= PATIENCE:
        return False
    captured = exists().where(Capture.state == CaptureState.RUNNING)
    return bool(session.scalar(select(or_(captured, exists().where(RecordItem.transaction_id.is_(None))))))


def forget(session: Session, record_id: int) -> None:
    """Take an erased record out of the index; values that it was the first to have are kept under the next that has them."""
    changed(session, update(IndexMark).values(record_id=IndexMark.record_id))  # waits for a step that may have read the record
    session.execute(delete(RecordTerm).where(RecordTerm.record_id == record_id).execution_options(synchronize_session=False))
    orphans = session.execute(select(KnownValue.field, KnownValue.term).where(KnownValue.record_id == record_id)).all()
    for field, term in orphans:
        other = session.scalar(select(func.min(RecordTerm.record_id)).where(RecordTerm.term == term))
        this = (KnownValue.field == field) & (KnownValue.term == term)
        if other is None:
            session.execute(delete(KnownValue).where(this).execution_options(synchronize_session=False))
        else:
            changed(session, update(KnownValue).where(this).values(record_id=other))


def _begin_anew(session: Session, lookup: bytes) -> int:
    """Empty an index of another form, and mark it as begun."""
    for table in (RecordTerm, KnownValue):
        session.execute(delete(table).execution_options(synchronize_session=False))
    begun = {"id": _MARK, "form": form(lookup), "record_id": 0}
    session.execute(insert_for(session, IndexMark).values(begun).on_conflict_do_update(index_elements=["id"], set_=begun))
    return 1


def _next(after: int, upto: int, limit: int) -> Select[*tuple[Any, ...]]:
    rows: Select[*tuple[Any, ...]] = select(Record.id, *contents.COLUMNS).outerjoin(RecordKey, RecordKey.record_id == Record.id)
    return rows.where(Record.id > after, Record.id <= upto).order_by(Record.id).limit(limit)


def _terms(session: Session, lookup: bytes, rows: Sequence[Row[*tuple[Any, ...]]]) -> Iterator[tuple[int, dict[int, str]]]:
    """Record number -> hash -> the field that is listed, or empty. Nothing of a record that cannot be read."""
    ring = keyring_of(session)
    for row in rows:
        event = contents.of_row(ring, row).event()
        if event is not None:
            yield row.id, {hashed(lookup, term): _listed(term) for term in terms_of(event, items(event))}


def _listed(term: str) -> str:
    label = term.partition(" ")[0]
    return label if label in LISTED else ""


def _advance(session: Session, seen: int, done: int) -> bool:
    here = (IndexMark.id == _MARK, IndexMark.record_id == seen)
    return changed(session, update(IndexMark).where(*here).values(record_id=done)) == 1


def _erased(session: Session, numbers: Iterable[int]) -> list[int]:
    """Those that were erased after they had been read, and before the mark was locked."""
    return [
        number
        for part in parts(numbers)
        for number in session.scalars(select(Record.id).where(Record.id.in_(part), Record.sealed.is_(None)))
    ]


def _insert(session: Session, found: dict[int, dict[int, str]]) -> None:
    rows = [{"term": term, "record_id": number} for number, terms in found.items() for term in terms]
    insert_rows(session, RecordTerm, rows, skip_known=True)
    first: dict[tuple[str, int], int] = {}
    for number, terms in found.items():
        for term, field in terms.items():
            if field:
                first.setdefault((field, term), number)
    known = [{"field": field, "term": term, "record_id": number} for (field, term), number in first.items()]
    insert_rows(session, KnownValue, known, skip_known=True)
