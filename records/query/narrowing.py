"""How a query is narrowed by terms: from the condition that fewest records meet, where that is few enough to be read as a whole.

The database cannot know how many records of a term come early in an order, so it is not left to guess where that matters: a few thousand
records are taken by their numbers, and the other terms are looked up for each; or the few that have all of several common terms. Where
many have all of them, they are walked in the order that is asked for, which soon finds a page.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, select
from sqlalchemy.orm import Session, aliased

from records.models import Record
from records.query.models import RecordTerm

FEW = 5000  # records

Hashes = Sequence[int]  # of terms, one of which is met


def by_terms(
    session: Session, query: Select[*tuple[Any, ...]], wanted: Sequence[Hashes], after: int, upto: int | None, *, captured: bool
) -> Select[*tuple[Any, ...]]:
    """The query, of records that meet all that is wanted. `captured`: it is in the order of capture, in which a term has its records."""
    walked = captured and len(wanted) == 1 and len(wanted[0]) == 1
    fewest = None if walked or not wanted else _fewest(session, wanted, after, upto)
    if fewest is not None:
        query = _among(query, _numbers(fewest, after, upto).distinct())
        return query.where(*(_has(hashes) for hashes in wanted if hashes is not fewest))
    if not captured and len(wanted) > 1:
        together = select(Record.id.label("record_id"))
        for hashes in wanted:
            together = _joined(together, hashes, after, upto)
        if _count(session, together) <= FEW:
            return _among(query, together)
    for hashes in wanted:
        query = _joined(query, hashes, after, upto)
    return query


def _among(query: Select[*tuple[Any, ...]], numbers: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """The query, of records whose numbers are these, which are found first."""
    few = numbers.cte("few").prefix_with("MATERIALIZED")
    return query.join(few, few.c.record_id == Record.id)


def _fewest(session: Session, wanted: Sequence[Hashes], after: int, upto: int | None) -> Hashes | None:
    """What the fewest records meet, if these are few."""
    counts = [_count(session, _numbers(hashes, after, upto)) for hashes in wanted]
    least = min(counts)
    return wanted[counts.index(least)] if least <= FEW else None


def _count(session: Session, numbers: Select[*tuple[Any, ...]]) -> int:
    """How many there are, at most one more than a few."""
    return session.scalar(select(func.count()).select_from(numbers.limit(FEW + 1).subquery())) or 0


def _joined(query: Select[*tuple[Any, ...]], hashes: Hashes, after: int, upto: int | None) -> Select[*tuple[Any, ...]]:
    """One term alone is joined, so that its records may be walked in their order."""
    if len(hashes) != 1:
        return query.where(Record.id.in_(_numbers(hashes, after, upto)))
    term = aliased(RecordTerm)
    return query.join(term, term.record_id == Record.id).where(term.term == hashes[0], *between(term.record_id, after, upto))


def _has(hashes: Hashes) -> ColumnElement[bool]:
    """Whether a record has one of the terms, looked up for itself: OFFSET keeps PostgreSQL from joining it after all."""
    term = aliased(RecordTerm)
    one = select(literal(1)).where(_any(term.term, hashes), term.record_id == Record.id).correlate(Record)
    return one.offset(0).exists()


def _numbers(hashes: Hashes, after: int, upto: int | None) -> Select[*tuple[Any, ...]]:
    numbers: Select[*tuple[Any, ...]] = select(RecordTerm.record_id)
    return numbers.where(_any(RecordTerm.term, hashes), *between(RecordTerm.record_id, after, upto))


def _any(term: Any, hashes: Hashes) -> ColumnElement[bool]:  # noqa: ANN401 (a column)
    found: ColumnElement[bool] = term == hashes[0] if len(hashes) == 1 else term.in_(hashes)
    return found


def between(column: Any, after: int, upto: int | None) -> list[ColumnElement[bool]]:  # noqa: ANN401 (a column of any table)
    """Numbers above one, up to another if there is one."""
    return [column > after, *([] if upto is None else [column <= upto])]
