"""Goods overtake others of their product that expire earlier and stay behind, good and at the same place: the rule, and the marks that
let a page go from one departure that broke it to the next.

When goods are walked, their departures that overtook something are marked, and those of others that overtook them. A mark is taken away
only with its row, so some tell of what is so no longer: `inventory.violations` looks again.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, and_, bindparam, cast, exists, or_, update
from sqlalchemy.orm import Session, aliased

from inventory.models import StockStay

DAY = 86_400_000_000  # microseconds
_GIVEN = "given_"  # parameters may not be called as the columns of an UPDATE
LEFT = ("transit", "sold")  # what a departure makes of goods


class Span(NamedTuple):
    """Goods were at a place to be taken, some of them, from when until when at most."""

    thing_id: int
    product: str
    place: int
    expires: int
    since: int
    good_until: int


def good_until(state: str, place: int, until: int | None, expires: int | None) -> int | None:
    """Until when goods at a place are there to be taken: while they stay, to the end (UTC) of their last day at most; None where nobody
    says one, or where they are.
    """
    if state != "here" or not place or expires is None:
        return None
    end = (expires + 1) * DAY
    return end if until is None else min(until, end)


def overtakes(left: type[StockStay], older: Any) -> ColumnElement[bool]:  # noqa: ANN401 (stays, or one Span to be given)
    """Whether goods left while others were there that expire earlier. What leaves at the same moment is not overtaken."""
    return and_(
        or_(*(left.went == one for one in LEFT)),
        left.good_until == left.until,  # before the end of their last day
        older.product == left.product,
        older.place == left.place,
        older.since < left.good_until,
        older.good_until > left.good_until,
        older.good_until <= cast(left.expires, BigInteger) * DAY,  # it follows from the next line, and is what an index can use
        older.expires < left.expires,
        older.thing_id != left.thing_id,
    )


def mark(session: Session, goods: Collection[int], spans: Collection[Span]) -> None:
    """Of goods whose stays are new: what they overtook, and what overtook them while they were there; of each, one statement, because no
    database reckons well how few rows a join of all of them would touch.
    """
    connection = session.connection()
    connection.execute(_OVERTOOK, [{"goods": one} for one in goods])
    if spans:
        connection.execute(_OVERTAKEN, [{_GIVEN + name: value for name, value in span._asdict().items()} for span in spans])


_OLDER = aliased(StockStay)
_NEW = update(StockStay).values(overtook_at=StockStay.until).where(StockStay.overtook_at.is_(None))
_OVERTOOK = _NEW.where(StockStay.thing_id == bindparam("goods"), exists().where(overtakes(StockStay, _OLDER)))
_ANY_SPAN = Span._make(bindparam(_GIVEN + name, type_=StockStay.__table__.c[name].type) for name in Span._fields)
_OVERTAKEN = _NEW.where(overtakes(StockStay, _ANY_SPAN))
