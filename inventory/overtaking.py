"""Goods overtake others of their product that expire earlier and stay behind, good and at the same place: the rule, and the marks that
let a page go from one departure that broke it to the next.

When goods are walked, their departures that overtook something are marked, and those of others that overtook them. A mark is taken away
only with its row, so some tell of what is so no longer: `inventory.violations` looks again.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import BigInteger, ColumnElement, and_, cast, select, update
from sqlalchemy.orm import Session, aliased

from inventory.models import StockStay

DAY = 86_400_000_000  # microseconds
LEFT = ("transit", "sold")  # what a departure makes of goods


def good_until(state: str, place: int, until: int | None, expires: int | None) -> int | None:
    """Until when goods at a place are there to be taken: while they stay, to the end (UTC) of their last day at most; None where nobody
    says one, or where they are.
    """
    if state != "here" or not place or expires is None:
        return None
    end = (expires + 1) * DAY
    return end if until is None else min(until, end)


def overtakes(left: type[StockStay], older: type[StockStay]) -> ColumnElement[bool]:
    """Whether goods left while others were there that expire earlier. What leaves at the same moment is not overtaken."""
    return and_(
        left.went.in_(LEFT),
        left.good_until == left.until,
        older.product == left.product,
        older.place == left.place,
        older.since < left.good_until,
        older.good_until > left.good_until,
        older.good_until <= cast(left.expires, BigInteger) * DAY,  # it follows from the next line, and is what an index can use
        older.expires < left.expires,
        older.thing_id != left.thing_id,
    )


def mark(session: Session, goods: Collection[int]) -> None:
    """Of goods whose stays are new: what they overtook, and what overtook them."""
    left, older = aliased(StockStay), aliased(StockStay)
    new = select(left.thing_id, left.number, left.until).where(overtakes(left, older), left.overtook_at.is_(None)).distinct()
    found = {tuple(row) for mine in (left, older) for row in session.execute(new.where(mine.thing_id.in_(goods)))}
    if found:
        session.execute(update(StockStay), [{"thing_id": thing, "number": number, "overtook_at": at} for thing, number, at in found])
