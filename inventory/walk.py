"""Walks goods that were touched, and replaces what is kept of them: their stays, what they rest on, until when they keep.

Everything is read first and written at the end, in one transaction, so that no capture waits for a walk. Goods that were touched again
meanwhile stay due.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, Select, delete, select, update
from sqlalchemy.orm import Session

from inventory.history import History, Kind, history
from inventory.models import StockGoods, StockGoodsKind, StockKind, StockStay
from inventory.overtaking import Span, good_until, mark
from inventory.places import kept
from ledger_client.epcis.document import no_collection
from records.bulk import copy_rows, insert_rows
from records.columns import now
from records.database import changed, insert_for
from records.genealogy.draw import micros
from records.keyring import keyring_of
from records.parts import parts
from tracing.movements import way_of
from tracing.stay import SELLING, Stay
from tracing.whereabouts import stays

AT_ONCE = 100  # goods
LONG = 1_000_000  # microseconds that one step may take, by what its goods took last
_COLUMNS = (
    *("thing_id", "number", "product", "state", "place", "amount", "uom", "since", "until", "record_id", "over", "went"),
    *("expires", "good_until"),
)
_FINAL = frozenset({"sold", "used", "ended"})
# Of a stay: goods, state, place, unit, from, until, the record that ended it, what that made of it.
Key = tuple[int, str, int, str, int, int | None, int | None, str | None]


def step(session: Session, at_once: int = AT_ONCE) -> int:
    """Walk some of what is due; how many, 0 when nothing is. The caller commits."""
    due = _few(session.execute(_due(at_once)).all())
    if not due:
        return 0
    began = time.perf_counter()
    with no_collection():
        told = history(session, {row.thing_id: row.code for row in due})
        rows = _rows(told, {row.thing_id: row.product for row in due}, keyring_of(session).lookup())
    took = 1_000_000 * (time.perf_counter() - began) / (sum(map(len, rows.values())) or 1)
    _write(session, told, rows)
    walked = [
        {"thing_id": row.thing_id, "expires": told.expires.get(row.thing_id), "cost": round(took * len(rows[row.thing_id]))} for row in due
    ]
    session.execute(update(StockGoods), walked)
    for row in due:
        changed(
            session, update(StockGoods).where(StockGoods.thing_id == row.thing_id, StockGoods.touched == row.touched).values(due_at=None)
        )
    return len(due)


def _due(at_once: int) -> Select[int, str, str, int, int]:
    columns = select(StockGoods.thing_id, StockGoods.code, StockGoods.product, StockGoods.touched, StockGoods.cost)
    return columns.where(StockGoods.due_at <= micros(now())).order_by(StockGoods.due_at, StockGoods.thing_id).limit(at_once)


def _few(due: Sequence[Row[int, str, str, int, int]]) -> Sequence[Row[int, str, str, int, int]]:
    """As many as will not take long, at least one."""
    cost = 0
    for place, row in enumerate(due):
        cost += row.cost
        if cost > LONG and place:
            return due[:place]
    return due


def _rows(told: History, products: Mapping[int, str], lookup: bytes) -> dict[int, list[tuple[Any, ...]]]:
    """Goods -> their rows. Single things of one fate are one row; of what is gone for good, all that is at a place."""
    went = {step.record: _state_after(way_of(step), step.biz_step) for step in told.trace.steps}
    many = {thing.number for thing in told.trace.things if thing.level in ("lot", "product")}
    places, sums, newest = dict[str, int](), dict[Key, Decimal | None](), dict[Key, int]()
    for stay in stays(told.trace):
        if stay.until is None or stay.state == "here":
            place = places.setdefault(stay.place, kept(lookup, stay.place))
            key = _key(told.goods[stay.thing], stay, place, went)
            amount = Decimal(1) if stay.quantity is None and stay.thing not in many else stay.quantity
            before = sums.get(key, Decimal())
            sums[key] = None if amount is None or before is None else before + amount
            newest[key] = max(stay.step, newest.get(key, 0))
    found: dict[int, list[tuple[Any, ...]]] = {goods: [] for goods in products}
    for key, total in sums.items():
        goods, state, place, uom, since, until, over, after = key
        mine, told_amount, expires = found[goods], None if total is None else float(total), told.expires.get(goods)
        row = (goods, len(mine), products[goods], state, place, told_amount, uom, since, until, newest[key], over, after)
        mine.append((*row, expires, good_until(state, place, until, expires)))
    return found


def _key(goods: int, stay: Stay, place: int, went: Mapping[int, str | None]) -> Key:
    if stay.until is None:
        return goods, stay.state, place, stay.uom, 0 if stay.state in _FINAL else micros(stay.since), None, None, None
    return goods, stay.state, place, stay.uom, micros(stay.since), micros(stay.until), stay.over, went.get(stay.over or 0)


def _state_after(way: str, biz_step: str) -> str | None:
    if way == "gone":
        return "sold" if biz_step in SELLING else "ended"
    return {"left": "transit", "used": "used"}.get(way)


def _write(session: Session, told: History, rows: Mapping[int, Sequence[tuple[Any, ...]]]) -> None:
    for some in parts(rows):
        for table in (StockStay, StockGoodsKind):
            session.execute(delete(table).where(table.thing_id.in_(some)).execution_options(synchronize_session=False))
    copy_rows(session, StockStay, _COLUMNS, [row for mine in rows.values() for row in mine])
    mark(session, rows.keys(), _spans(row for mine in rows.values() for row in mine))
    numbers = _numbered(session, frozenset().union(*told.kinds.values()))
    insert_rows(
        session, StockGoodsKind, [{"kind_id": numbers[kind], "thing_id": goods} for goods in rows for kind in told.kinds.get(goods, ())]
    )


def _spans(rows: Iterable[tuple[Any, ...]]) -> Collection[Span]:
    """How long goods were to be taken at each place, without the gaps."""
    found: dict[tuple[int, int], Span] = {}
    for goods, _, product, _, place, _, _, since, _, _, _, _, expires, good in rows:
        if good is not None:
            known = found.get((goods, place), Span(goods, product, place, expires, since, good))
            found[goods, place] = known._replace(since=min(since, known.since), good_until=max(good, known.good_until))
    return found.values()


def _numbered(session: Session, kinds: frozenset[Kind]) -> dict[Kind, int]:
    """Kind -> number, of known ones and of those added now."""
    found = _known(session)
    new = [{"signer": signer, "event_type": kind, "biz_step": step} for signer, kind, step in sorted(kinds - found.keys())]
    if new:
        session.execute(insert_for(session, StockKind).values(new).on_conflict_do_nothing())
        found = _known(session)
    return found


def _known(session: Session) -> dict[Kind, int]:
    rows = session.execute(select(StockKind.signer, StockKind.event_type, StockKind.biz_step, StockKind.id))
    return {(signer, kind, step): number for signer, kind, step, number in rows}
