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
from sqlalchemy.orm import InstrumentedAttribute, Session

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
from records.query.narrowing import between, by_terms
from records.query.visibility import shown

LARGEST = 100  # rows read at once
_STEP = f"{CBV}BizStep-"
_COLUMNS = (Record.id, Record.event_time, *contents.COLUMNS)
_PLANNING = text(
    "SELECT set_config('plan_cache_mode', 'force_custom_plan', true), set_config('enable_seqscan', 'off', true),"
    " set_config('enable_hashjoin', 'off', true), set_config('random_page_cost', '1.1', true)"
)
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
    set_up(session)
    filled, last = index.mark(session), search.upto
    lists = []
    if filled > search.after:
        lists.append(statement(session, search, search.after, filled if last is None else min(filled, last), indexed=True))
    if last is None or last > filled:
        lists.append(statement(session, search, max(search.after, filled), last, indexed=False))
    pieces = [_pieces(session, query.where(*visible), search.sorting, place, min(first, LARGEST)) for query in lists]
    return heapq.merge(*pieces, key=search.sorting.key, reverse=search.sorting.descending)


def set_up(session: Session) -> None:
    """Let PostgreSQL plan this transaction's statements each for its own terms and times, and by the indexes that grow with what is found
    and not with what is there, however few records there are.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(_PLANNING)


def statement(session: Session, search: Search, after: int, upto: int | None, *, indexed: bool) -> Select[*tuple[Any, ...]]:
    """Numbers and places of the records from one number to another that a part of the conditions does not exclude."""
    query: Select[*tuple[Any, ...]] = select(*search.sorting.columns).where(*between(Record.id, after, upto))
    wanted = [(condition, found) for condition in search.conditions if (found := needed(condition)) is not None]
    for condition in search.conditions:
        query = query.where(*_columns(condition))
    if not indexed:
        return query.where(*(clause for condition, found in wanted for clause in _without_index(condition, found)))
    lookup = keyring_of(session).lookup()
    hashes = [all_hashed(lookup, sorted(found.terms)) for _, found in wanted]
    return by_terms(session, query, hashes, after, upto, captured=search.sorting is CAPTURED)


def first_of(query: Select[*tuple[Any, ...]], sorting: Sorting, size: int) -> Select[*tuple[Any, ...]]:
    """The first rows of `_COLUMNS` of a statement: contents and keys are fetched for no others."""
    order = [column.desc() if sorting.descending else column.asc() for column in sorting.columns]
    first = query.order_by(*order).limit(size).subquery("first")
    rows: Select[*tuple[Any, ...]] = select(*_COLUMNS).join(first, first.c.id == Record.id)
    return rows.outerjoin(RecordKey, RecordKey.record_id == Record.id).order_by(*order)


def _pieces(session: Session, query: Select[*tuple[Any, ...]], sorting: Sorting, place: Key | None, size: int) -> Iterator[Row[Any]]:
    while True:
        beyond = query if place is None else query.where(sorting.beyond(place))
        rows: Sequence[Row[Any]] = session.execute(first_of(beyond, sorting, size)).all()
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
