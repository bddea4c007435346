"""What is in stock now: by place, by product, by lot. Each question is one statement over the stays that are not over."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, case, func, or_, select, tuple_
from sqlalchemy.orm import Session

from inventory.models import StockGoods, StockStay
from inventory.seen import told

NEVER = 2**31 - 1  # the last day of what does not say one: it stands at the end
IN_STOCK = ("here", "transit", "unknown")


@dataclass(frozen=True, slots=True)
class Asked:
    """Which stock; what is None or empty is not asked for. `place`: hash; `product`, `code`: canonical; `until`: last day at most."""

    states: Collection[str] = IN_STOCK
    place: int | None = None
    product: str = ""
    code: str = ""
    until: int | None = None
    hidden: Sequence[int] = ()  # kinds of events (`inventory.seen`)


class Lot(NamedTuple):
    """So much of goods at a place, in one unit. `amount`: as far as it is said; `unsaid`: of some of it, nobody said how much."""

    expires: int  # `NEVER`: its events do not say
    thing: int
    state: str
    place: int
    uom: str
    code: str
    product: str
    amount: float
    unsaid: bool
    since: int  # the oldest of it, microseconds since 1970
    record: int  # one that names the place

    @property
    def key(self) -> tuple[int, int, str, int, str]:
        """Its place in the list."""
        return self.expires, self.thing, self.state, self.place, self.uom


class Held(NamedTuple):
    """What lies at a place: how many products and lots, how many of these are past their last day, or come to it by a day."""

    place: int
    state: str
    products: int
    lots: int
    expired: int
    expiring: int
    record: int


class Sum(NamedTuple):
    """How much of a product lies at a place, in one unit."""

    product: str
    state: str
    uom: str
    lots: int
    amount: float
    unsaid: bool
    first: int  # the earliest last day


_EXPIRES = func.coalesce(StockGoods.expires, NEVER)
_AMOUNT = func.coalesce(func.sum(StockStay.amount), 0.0)
_UNSAID = func.max(case((StockStay.amount.is_(None), 1), else_=0))
_LOTS = func.count(StockStay.thing_id.distinct())


def lots(session: Session, asked: Asked, after: tuple[Any, ...] | None = None, limit: int = 50) -> list[Lot]:
    """Lots by their last day, then by number; from behind the key `after`."""
    key = (_EXPIRES, StockStay.thing_id, StockStay.state, StockStay.place, StockStay.uom)
    rows = (
        select(*key, StockGoods.code, StockGoods.product, _AMOUNT, _UNSAID, func.min(StockStay.since), func.max(StockStay.record_id))
        .join(StockGoods, StockGoods.thing_id == StockStay.thing_id)
        .where(_where(asked))
        .group_by(*key, StockGoods.code, StockGoods.product)
        .order_by(*key)
        .limit(limit)
    )
    found: Iterable[Any] = session.execute(rows if after is None else rows.where(tuple_(*key) > tuple_(*after)))
    return [Lot._make((*row[:8], bool(row[8]), *row[9:])) for row in found]


def by_place(session: Session, asked: Asked, today: int, soon: int) -> list[Held]:
    """What lies where, the places with most lots first. `soon`: the day by which lots count as expiring."""
    rows = (
        select(
            StockStay.place,
            StockStay.state,
            func.count(StockStay.product.distinct()),
            _LOTS,
            func.count(case((StockGoods.expires < today, StockStay.thing_id)).distinct()),
            func.count(case((StockGoods.expires.between(today, soon), StockStay.thing_id)).distinct()),
            func.max(StockStay.record_id),
        )
        .join(StockGoods, StockGoods.thing_id == StockStay.thing_id)
        .where(_where(asked))
        .group_by(StockStay.place, StockStay.state)
    )
    return sorted((Held(*row) for row in session.execute(rows)), key=lambda one: (one.state, -one.lots, one.place))


def by_product(session: Session, asked: Asked) -> list[Sum]:
    """How much of which product, by code."""
    key = (StockStay.product, StockStay.state, StockStay.uom)
    rows = select(*key, _LOTS, _AMOUNT, _UNSAID, func.min(_EXPIRES)).join(StockGoods, StockGoods.thing_id == StockStay.thing_id)
    found: Iterable[Any] = session.execute(rows.where(_where(asked)).group_by(*key).order_by(*key))
    return [Sum._make((*row[:5], bool(row[5]), row[6])) for row in found]


def expiring(session: Session, asked: Asked, today: int) -> tuple[int, int]:
    """How many lots that lie somewhere are past their last day, and how many come to it by `asked.until`."""
    rows = (
        select(func.count(case((StockGoods.expires < today, StockGoods.thing_id)).distinct()), func.count(StockGoods.thing_id.distinct()))
        .join(StockStay, StockStay.thing_id == StockGoods.thing_id)
        .where(_where(asked))
    )
    expired, both = session.execute(rows).one()
    return expired, both - expired


def _where(asked: Asked) -> ColumnElement[bool]:
    parts = [StockStay.until.is_(None), StockStay.state.in_(asked.states), told(asked.hidden)]
    # Goods that never were anywhere, and of which nobody said how much, are no stock: documents, processes, cases of a recall.
    parts.append(or_(StockStay.state != "unknown", StockStay.amount.is_not(None)))
    if asked.place is not None:
        parts.append(StockStay.place == asked.place)
    if asked.product:
        parts.append(StockStay.product == asked.product)
    if asked.code:
        parts.append(StockGoods.code == asked.code)
    if asked.until is not None:
        parts.append(StockGoods.expires <= asked.until)
    return and_(*parts)
