"""What holds mean to stock: `inventory` knows none, and asks here by what rule capture refuses (`recall.related`)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from inventory.items import items, lying
from inventory.lots import Lot
from inventory.picks import Kept
from recall import holds
from recall.models import Hold
from recall.related import stopped
from records.columns import now
from records.genealogy.draw import micros
from records.parts import parts
from tracing.reach import EVER


def on_hold(session: Session, codes: Collection[str]) -> set[str]:
    """Those of the codes that are on hold."""
    return {hold.code for hold in holds.open_among(session, codes)}


def hold_spans(session: Session, codes: Collection[str]) -> dict[str, list[tuple[int, int]]]:
    """Code -> from when until when it was on hold (microseconds since 1970), of those that ever were."""
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for some in parts(codes):
        for code, placed, released in session.execute(select(Hold.code, Hold.placed_at, Hold.released_at).where(Hold.code.in_(some))):
            found[code].append((micros(placed), micros(released) if released else EVER))
    return found


def kept(session: Session, place: int, some: Sequence[Lot]) -> dict[int, list[Kept]]:
    """How much of lots that lie at a place capture would not let go now: all of one that it refuses by its code, else the items that it
    refuses.
    """
    if not holds.any_open(session):
        return {}
    goods = {one.thing: one.code for one in some}
    known = items(session, goods)
    by = {code: hold.code for hold, codes in stopped(session, {*goods.values(), *known}, micros(now())) for code in codes}
    partly = {lot: goods[lot] for code, lot in known.items() if code in by and goods[lot] not in by}
    there = lying(session, partly, place) & by.keys() if partly else set()
    return {one.thing: _of_lot(one, by, Counter(by[code] for code in there if known.get(code) == one.thing)) for one in some}


def _of_lot(one: Lot, by: Mapping[str, str], items: Mapping[str, int]) -> list[Kept]:
    if one.code in by:
        return [Kept(one, Decimal(str(one.amount)), by[one.code])]
    return [Kept(one, Decimal(count), code) for code, count in sorted(items.items())] if not one.uom else []
