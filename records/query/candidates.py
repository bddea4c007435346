"""Records that may fulfil a query's conditions, by SQL alone, in the order that was asked for.

Two parts: what the index has, and the newest records, which it has not yet. In the first every condition narrows; in the second only those
that a column of `records` or the items of a record can decide. Both come piece by piece, and merged.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, select, text, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from ledger_client.epcis.query import Condition
from ledger_client.epcis.query.parameters import EVENT_TYPES
from ledger_client.epcis.query.terms import Needed, needed
from ledger_client.epcis.vocabulary import CBV
from ledger_client.onchain import item_id
from records import contents
from records.audiences import View
from records.key_models import RecordKey
from records.keyring import keyring_of
from records.models import Record, RecordItem
from records.query import index
from records.query.hashing import all_hashed
from records.query.models import RecordTerm
from records.query.visibility import shown

LARGEST = 100  # rows read at once
_STEP = f"{CBV}BizStep-"
_COLUMNS = (Record.id, Record.event_time, *contents.COLUMNS)
Key = tuple[Any, ...]
Clause = ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Sorting:
    """By which columns, the last of them the record's number, and which way."""

    columns: tuple[InstrumentedAttribute[Any], ...] = (Record.id,)
    descending: bool = False

    def key(self, row: Row[Any]) -> Key:
        """Where a row stands."""
        return tuple(getattr(row, column.key) for column in self.columns)

    def beyond(self, key: Key) -> Clause:
        """Whether a record comes after that place."""
        place, here = (tuple_(*self.columns), tuple_(*key)) if len(key) > 1 else (self.columns[0], key[0])
        return place < here if self.descending else place > here


CAPTURED = Sorting()


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for, and among which records."""

    conditions: tuple[Condition, ...]
    view: View
    sorting: Sorting = CAPTURED
    after: int = 0  # records with greater numbers only
    upto: int | None = None  # and not beyond this one


def candidates(session: Session, search: Search, place: Key | None = None, first: int = LARGEST) -> Iterator[Row[Any]]:
    """Rows of `_COLUMNS`, in order, beyond a place; nothing where no record can show the asker what is asked about.

    `first`: how many of them are likely to be enough.
    """
    clauses = [shown(search.view, condition) for condition in search.conditions]
    if False in [clause for clause in clauses if isinstance(clause, bool)]:
        return iter(())
    visible = [clause for clause in clauses if not isinstance(clause, bool)]
    if session.get_bind().dialect.name == "postgresql":  # a plan for any term and any time suits none
        session.execute(text("SET LOCAL plan_cache_mode = force_custom_plan"))
    filled, last = index.mark(session), search.upto
    lists = []
    if filled > search.after:
        lists.append(statement(session, search, search.after, filled if last is None else min(filled, last), indexed=True))
    if last is None or last > filled:
        lists.append(statement(session, search, max(search.after, filled), last, indexed=False))
    pieces = [_pieces(session, query.where(*visible), search.sorting, place, min(first, LARGEST)) for query in lists]
    return heapq.merge(*pieces, key=search.sorting.key, reverse=search.sorting.descending)


def statement(session: Session, search: Search, after: int, upto: int | None, *, indexed: bool) -> Select[*tuple[Any, ...]]:
    """The records from one number to another that a part of the conditions does not exclude."""
    query: Select[*tuple[Any, ...]] = select(*_COLUMNS).outerjoin(RecordKey, RecordKey.record_id == Record.id)
    query = query.where(*_between(Record.id, after, upto))
    for condition in search.conditions:
        query = query.where(*_columns(condition))
        wanted = needed(condition)
        if wanted is not None:
            query = _by_index(session, query, wanted, after, upto) if indexed else query.where(*_without_index(condition, wanted))
    return query


def ordered(query: Select[*tuple[Any, ...]], sorting: Sorting) -> Select[*tuple[Any, ...]]:
    """The query in that order."""
    return query.order_by(*(column.desc() if sorting.descending else column.asc() for column in sorting.columns))


def _pieces(session: Session, query: Select[*tuple[Any, ...]], sorting: Sorting, place: Key | None, size: int) -> Iterator[Row[Any]]:
    query = ordered(query, sorting)
    while True:
        rows: Sequence[Row[Any]] = session.execute((query if place is None else query.where(sorting.beyond(place))).limit(size)).all()
        yield from rows
        if len(rows) < size:
            return
        place, size = sorting.key(rows[-1]), LARGEST


def _columns(condition: Condition) -> list[Clause]:
    """What the columns of `records` say; bounds are widened by nothing, as moments are kept to the microsecond and compared as such."""
    bound = condition.bound
    if condition.field.label == "eventID":
        return [Record.event_id.in_(condition.texts)]
    if isinstance(bound, datetime) and condition.field.label in ("eventTime", "recordTime"):
        column = Record.event_time if condition.field.label == "eventTime" else Record.captured_at
        return [column >= bound if condition.comparison == "GE" else column <= bound]
    return []


def _by_index(session: Session, query: Select[*tuple[Any, ...]], wanted: Needed, after: int, upto: int | None) -> Select[*tuple[Any, ...]]:
    """Records that have one of the terms. One alone is joined, so that its list may be the one that is walked."""
    hashes = all_hashed(keyring_of(session).lookup(), sorted(wanted.terms))
    if len(hashes) == 1:
        term = aliased(RecordTerm)
        return query.join(term, term.record_id == Record.id).where(term.term == hashes[0], *_between(term.record_id, after, upto))
    among = select(RecordTerm.record_id).where(RecordTerm.term.in_(hashes), *_between(RecordTerm.record_id, after, upto))
    return query.where(Record.id.in_(among))


def _without_index(condition: Condition, wanted: Needed) -> list[Clause]:
    label, texts = condition.field.label, condition.texts
    if label == "type" and texts <= set(EVENT_TYPES):
        return [Record.event_type.in_(texts)]
    if label == "bizStep" and texts and all(text.startswith(_STEP) for text in texts):
        return [Record.biz_step.in_([text.removeprefix(_STEP) for text in texts])]
    if wanted.codes:
        codes = [item_id(code) for code in sorted(wanted.codes)]
        return [Record.id.in_(select(RecordItem.record_id).where(RecordItem.item_id.in_(codes)))]
    return []


def _between(column: Any, after: int, upto: int | None) -> list[Clause]:  # noqa: ANN401 (a column of any table)
    return [column > after, *([] if upto is None else [column <= upto])]
