"""Fills the index of texts, 256 records at a time: for each word the records of the block that have it, as bits.

A block is filled once all of its records are there (`settled`), so that a word costs one row however many of them have it; the records
behind the mark, fewer than a block unless much was captured just now, are read directly. Erasing a record takes its bits away; both lock
the mark first, so that no word of an erased record comes back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from records import contents
from records.bulk import copy_rows
from records.database import changed
from records.key_models import RecordKey
from records.keyring import keyring_of
from records.models import Record
from records.query.index import gives_way
from records.query.settled import settled
from records.search.marks import TEXTS, advance, begun, kept, lock, mark
from records.search.models import SearchTerm
from records.search.texts import Text, texts_of
from records.search.words import terms

BLOCK = 256
_BYTES = BLOCK // 8


def patient_step(session: Session) -> int:
    """As `step`, but what is being captured or anchored has the machine to itself."""
    return 0 if gives_way(session, mark(session, TEXTS)) else step(session)


def step(session: Session) -> int:
    """Index the next block; returns how many records were done, 0 when none is full. The caller commits."""
    if not begun(session, TEXTS, [SearchTerm]):
        return 1
    seen = mark(session, TEXTS)
    block = (seen + 1) // BLOCK
    last = (block + 1) * BLOCK - 1
    if settled(session) < last:
        return 0
    found = _words(session, block)
    if not advance(session, TEXTS, seen, last):
        return 0  # another process did
    gone = set(session.scalars(select(Record.id).where(Record.id.between(seen + 1, last), Record.sealed.is_(None))))
    _insert(session, block, {term: [number for number in numbers if number not in gone] for term, numbers in found.items()})
    return BLOCK


def forget(session: Session, record_id: int) -> None:
    """Take an erased record out of the index."""
    lock(session, TEXTS)
    block, bit = divmod(record_id, BLOCK)
    rows = session.execute(select(SearchTerm.term, SearchTerm.records).where(SearchTerm.block == block)).all()
    for row in rows:
        left = int.from_bytes(row.records, "little") & ~(1 << bit)
        if left == int.from_bytes(row.records, "little"):
            continue
        this = (SearchTerm.term == row.term) & (SearchTerm.block == block)
        if left:
            changed(session, update(SearchTerm).where(this).values(records=left.to_bytes(_BYTES, "little")))
        else:
            session.execute(delete(SearchTerm).where(this).execution_options(synchronize_session=False))


def kept_of(lookup: bytes, texts: Iterable[Text]) -> set[int]:
    """What is kept of an event's texts."""
    return {kept(lookup, group, term) for group, term in {(one.group, term) for one in texts for term in terms(one.text)}}


def _words(session: Session, block: int) -> dict[int, list[int]]:
    """What is kept -> the records of the block that have it. Nothing of a record that cannot be read."""
    ring = keyring_of(session)
    rows = select(Record.id, *contents.COLUMNS).outerjoin(RecordKey, RecordKey.record_id == Record.id)
    found = defaultdict[int, list[int]](list)
    for row in session.execute(rows.where(Record.id.between(block * BLOCK, (block + 1) * BLOCK - 1))):
        for term in kept_of(ring.lookup(), texts_of(contents.of_row(ring, row).event() or {})):
            found[term].append(row.id)
    return found


def _insert(session: Session, block: int, found: dict[int, list[int]]) -> None:
    rows = [(term, block, bits(block, numbers)) for term, numbers in sorted(found.items()) if numbers]
    if rows:
        copy_rows(session, SearchTerm, ("term", "block", "records"), rows)


def bits(block: int, numbers: Iterable[int]) -> bytes:
    """The records of a block as bits."""
    return sum(1 << (number - block * BLOCK) for number in numbers).to_bytes(_BYTES, "little")
