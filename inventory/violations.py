"""First expired, first out, broken: a later-expiring lot left a place while an earlier-expiring one of the same product lay there.

What left so is marked (`inventory.overtaking`); what it overtook is looked up for a page, and what was on hold then.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, select, tuple_
from sqlalchemy.orm import Session, aliased

from inventory.models import StockGoods, StockStay
from inventory.overtaking import LEFT, overtakes
from inventory.seen import told

MOST = 5  # lots that one finding names
Spans = Sequence[tuple[int, int]]  # from when until when, microseconds since 1970
OnHold = Callable[[Collection[str]], Mapping[str, Spans]]  # codes -> when those of them were on hold that ever were
Place = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which; what is None or empty is not asked for. Moments are microseconds since 1970."""

    since: int
    went: Sequence[str] = LEFT
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
    stay: int  # the record that said that it was there
    older: tuple[Older, ...] = ()

    @property
    def key(self) -> Place:
        """Its place in the list, newest first."""
        return self[:3]


_LEFT, _OLDER, _GOODS, _OTHER = aliased(StockStay), aliased(StockStay), aliased(StockGoods), aliased(StockGoods)
_KEY = (_LEFT.overtook_at, _LEFT.over, _LEFT.thing_id)


def violations(
    session: Session, asked: Asked, on_hold: OnHold, after: Place | None = None, limit: int = 50
) -> tuple[list[Violation], Place | None]:
    """A page, newest first, and where to go on; None: there are no more. What was overtaken only while on hold is none.

    What left by one record is on one page, which may be a little longer for it.
    """
    found: list[Violation] = []
    while len(found) < limit:
        keys = select(*_KEY).where(*_marked(asked, after)).distinct().order_by(*(column.desc() for column in _KEY)).limit(limit)
        some = [tuple(row) for row in session.execute(keys)]
        for one in _broken(session, asked, on_hold, some) if some else ():
            if len(found) >= limit and one.key != found[-1].key:
                return found, found[-1].key
            found.append(one)
        if len(some) < limit:
            return found, None
        after = some[-1]
    return found, after


def _marked(asked: Asked, after: Place | None) -> list[ColumnElement[bool]]:
    wanted = [_LEFT.overtook_at >= asked.since, _LEFT.went.in_(asked.went), told(asked.hidden, _LEFT)]
    wanted += [_LEFT.place == asked.place] if asked.place is not None else []
    wanted += [_LEFT.product == asked.product] if asked.product else []
    return wanted + ([tuple_(*_KEY) < tuple_(*after)] if after else [])


def _broken(session: Session, asked: Asked, on_hold: OnHold, keys: Sequence[Place]) -> list[Violation]:
    """Of marked departures from the first of these keys to the last, those that overtook what was not on hold."""
    pairs = _pairs(session, asked, keys)
    spans = on_hold({pair[11] for pair in pairs})
    found = []
    for left, some in groupby(pairs, key=itemgetter(slice(11))):
        good = [Older(*pair[11:]) for pair in some if not any(since <= left[0] < until for since, until in spans.get(pair[11], ()))]
        found += [Violation._make((*left, tuple(good[:MOST])))] if good else []
    return found


def _pairs(session: Session, asked: Asked, keys: Sequence[Place]) -> Sequence[Any]:
    """Each departure with each lot that it overtook, in the order of the list; the first to expire first."""
    bounds = (tuple_(*_KEY) <= tuple_(*keys[0]), tuple_(*_KEY) >= tuple_(*keys[-1]))
    same = (*_KEY, _LEFT.until, _LEFT.good_until, _LEFT.product, _LEFT.expires, _LEFT.place, _LEFT.uom, _LEFT.went)
    sums = (func.sum(_LEFT.amount).label("amount"), func.max(_LEFT.record_id).label("record_id"))
    left = aliased(StockStay, select(*same, *sums).where(*bounds, *_marked(asked, None)).group_by(*same).subquery(), adapt_on_names=True)
    mine = (left.until, left.over, left.thing_id, _GOODS.code, left.product, left.expires, left.place, left.uom, left.went, left.amount)
    theirs = (_OTHER.code, _OLDER.expires)
    rows = (
        select(*mine, left.record_id, *theirs, func.sum(_OLDER.amount))
        .join(_GOODS, _GOODS.thing_id == left.thing_id)
        .join(_OLDER, overtakes(left, _OLDER))
        .join(_OTHER, _OTHER.thing_id == _OLDER.thing_id)
        .where(told(asked.hidden, _OLDER))
        .group_by(*mine, left.record_id, *theirs)
        .order_by(left.until.desc(), left.over.desc(), left.thing_id.desc(), left.place, left.uom, _OLDER.expires, _OTHER.code)
    )
    return session.execute(rows).all()
