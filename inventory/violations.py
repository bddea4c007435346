"""First expired, first out, broken: a later-expiring lot left a place while an earlier-expiring one of the same product lay there."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, bindparam, exists, func, or_, select, tuple_
from sqlalchemy.orm import Session, aliased

from inventory.models import StockGoods, StockStay
from inventory.seen import told

DAY = 86_400_000_000  # microseconds
MOST = 5  # lots that one finding names
OnHold = Callable[[Collection[str], int], Collection[str]]  # codes, a moment -> those that were on hold then


@dataclass(frozen=True, slots=True)
class Asked:
    """Which; what is None or empty is not asked for. Moments are microseconds since 1970."""

    since: int
    went: Sequence[str] = ("transit", "sold")
    place: int | None = None
    product: str = ""
    hidden: Sequence[int] = ()


class Older(NamedTuple):
    """A lot that lay there and should have gone first."""

    code: str
    expires: int
    amount: float | None


class Violation(NamedTuple):
    """So much of a lot left at a moment, by a record, and became `went`; `older`: the lots that it overtook, the first to expire first."""

    at: int
    record: int
    thing: int
    code: str
    product: str
    expires: int
    place: int
    uom: str
    went: str
    amount: float | None
    older: tuple[Older, ...]
    stay: int  # the record that said that it was there

    @property
    def key(self) -> tuple[int, int, int]:
        """Its place in the list, newest first."""
        return self.at, self.record, self.thing


_LEFT, _GOODS = aliased(StockStay), aliased(StockGoods)
_KEY = (_LEFT.until, _LEFT.over, _LEFT.thing_id)
LOOKED_AT = 2_000  # rows of departures in one piece
PIECES = 5  # for one page
Place = tuple[Any, ...]


def violations(
    session: Session, asked: Asked, on_hold: OnHold, after: Place | None = None, limit: int = 50
) -> tuple[list[Violation], Place | None]:
    """A page, newest first, and where to go on; None: there are no more. What was overtaken only while on hold is none.

    A page is short, or empty, where very many departures in a row overtook nothing.
    """
    found: list[Violation] = []
    for _ in range(PIECES):
        last = _last(session, asked, after)
        rows: Sequence[Any] = session.execute(_departures(asked, after, last)).all()
        for row in rows:
            older = _older(session, asked, row, on_hold)
            if older:
                found.append(Violation._make((*row[:10], older, row[10])))
            if len(found) == limit:
                return found, tuple(row[:3])
        if last is None:
            return found, None
        after = last
    return found, after


def _last(session: Session, asked: Asked, after: Place | None) -> Place | None:
    """The key up to which a piece goes; None: to the end."""
    keys = select(*_KEY).where(*_left(asked, after)).order_by(*(column.desc() for column in _KEY))
    row = session.execute(keys.offset(LOOKED_AT - 1).limit(1)).one_or_none()
    return tuple(row) if row else None


def _left(asked: Asked, after: Place | None) -> list[ColumnElement[bool]]:
    """Stays that a departure ended."""
    went = _LEFT.went.in_(bindparam("went", asked.went, expanding=True, literal_execute=True))  # so that the index is seen to hold for it
    wanted = [went, _LEFT.state == "here", _LEFT.until >= asked.since, _LEFT.place != 0]
    wanted += [_LEFT.place == asked.place] if asked.place is not None else []
    wanted += [_LEFT.product == asked.product] if asked.product else []
    return wanted + ([tuple_(*_KEY) < tuple_(*after)] if after else [])


def _departures(asked: Asked, after: Place | None, last: Place | None) -> Any:  # noqa: ANN401 (a statement of eleven columns)
    """Those between two keys that overtook something."""
    others = (_GOODS.code, _GOODS.product, _GOODS.expires, _LEFT.place, _LEFT.uom, _LEFT.went)
    wanted = [*_left(asked, after), _GOODS.expires.is_not(None), told(asked.hidden, _GOODS)]
    wanted += [tuple_(*_KEY) >= tuple_(*last)] if last else []
    overtaken = exists().where(_overtakes(_LEFT.thing_id, _GOODS.product, _LEFT.place, _LEFT.until, _GOODS.expires), told(asked.hidden))
    return (
        select(*_KEY, *others, func.sum(_LEFT.amount), func.max(_LEFT.record_id))
        .join(_GOODS, _GOODS.thing_id == _LEFT.thing_id)
        .where(*wanted, overtaken)
        .group_by(*_KEY, *others)
        .order_by(*(column.desc() for column in _KEY))
    )


def _overtakes(thing: Any, product: Any, place: Any, at: Any, expires: Any) -> ColumnElement[bool]:  # noqa: ANN401 (columns or values)
    """Whether another lot of the product lay there then, to expire earlier and not expired yet, and did not leave at the same moment."""
    return and_(
        StockStay.thing_id == StockGoods.thing_id,
        StockStay.product == product,
        StockStay.place == place,
        StockStay.state == "here",
        StockStay.since < at,
        or_(StockStay.until.is_(None), StockStay.until > at),
        StockStay.thing_id != thing,
        StockGoods.expires < expires,
        StockGoods.expires >= at // DAY,
    )


def _older(session: Session, asked: Asked, row: Any, on_hold: OnHold) -> tuple[Older, ...]:  # noqa: ANN401 (a row of `_departures`)
    then = _overtakes(row[2], row[4], row[6], row[0], row[5])
    columns = (StockGoods.code, StockGoods.expires, func.sum(StockStay.amount))
    rows: Sequence[Any] = session.execute(
        select(*columns).where(then, told(asked.hidden)).group_by(StockGoods.code, StockGoods.expires)
    ).all()
    held = on_hold([one.code for one in rows], row[0]) if rows else ()
    known = sorted((Older(*one) for one in rows if one.code not in held), key=lambda one: (one.expires, one.code))
    return tuple(known[:MOST])
