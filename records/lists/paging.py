"""A page of a list: the rows behind a place or before it, and whether there are more on either side.

Rows that are added meanwhile neither repeat nor hide any other, because a place is a row's key and not its number on the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Row, Select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

T = TypeVar("T")
Key = tuple[Any, ...]
Column = InstrumentedAttribute[Any] | ColumnElement[Any]


@dataclass(frozen=True, slots=True)
class Place:
    """The key of a row that a page stands behind (older rows follow) or, with `newer`, before."""

    key: Key
    newer: bool = False


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Rows, newest first. `newer`, `older`: the keys to go on from; None where nothing is known to follow."""

    rows: Sequence[T]
    newer: Key | None = None
    older: Key | None = None


def page(
    session: Session, query: Select[*tuple[Any, ...]], order: Sequence[Column], place: Place | None, limit: int
) -> Page[Row[*tuple[Any, ...]]]:
    """Up to `limit` rows of a query by the columns `order`, greatest first; the query must select those columns."""
    up = place is not None and place.newer
    if place is not None:
        key, here = _compound(order), _compound([*place.key])
        query = query.where(key > here if up else key < here)
    query = query.order_by(*(column.asc() if up else column.desc() for column in order)).limit(limit + 1)
    found = session.execute(query).all()
    more, rows = len(found) > limit, found[:limit]
    if up:
        rows = rows[::-1]
    if not rows:
        return Page([])
    names = [column.key for column in order]
    first, last = (tuple(getattr(row, str(name)) for name in names) for row in (rows[0], rows[-1]))
    return Page(rows, first if (more if up else place is not None) else None, last if up or more else None)


def _compound(parts: Sequence[Any]) -> Any:  # noqa: ANN401 (a column, a value or a tuple of them)
    return parts[0] if len(parts) == 1 else tuple_(*parts)
