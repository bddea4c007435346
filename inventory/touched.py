"""Finds the goods of which new records speak: by name, by what lay in a container that they name, by a correction, by an erasure.

`step` goes through the records in the order of their numbers, behind a mark that never passes a number that may still appear. Goods are
walked a moment later, and those whose walk takes long, seldom: at most a tenth of the time is spent on one lot.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from inventory import marks
from inventory.models import StockGoods, StockStay
from ledger_client.genealogy import Role, is_serial
from records.columns import now
from records.database import insert_for
from records.erasure_models import Erasure, ErasureState
from records.genealogy import fill
from records.genealogy.draw import micros
from records.genealogy.models import Participation, Thing
from records.models import Record, RecordItem
from records.query.settled import settled
from tracing import read
from tracing.containers import contents
from tracing.level import Level, Wanted, creates, load
from tracing.products import product_of
from tracing.read import Said

AT_ONCE = 1_000  # records
QUIET = timedelta(seconds=2)  # for what belongs together to arrive
REST = 10  # times what the last walk took
_CONTAINERS = ("https://id.gs1.org/00/", "https://id.gs1.org/8003/", "https://id.gs1.org/8004/")
_WANTED: Wanted = {Role.PARENT: (Role.CHILD,), Role.OBJECT: (Role.LOT,), Role.OUTPUT: (Role.LOT,)}
Named = set[tuple[int, int]]  # (thing, moment in microseconds since 1970)


def step(session: Session, at_once: int = AT_ONCE) -> int:
    """Look at the next records; how many, 0 when none waits, or while those of a backup are not drawn. The caller commits."""
    if fill.waiting(session):
        return 0
    seen = marks.mark(session)
    if seen is None:
        marks.begin(session)
        return 1
    next_ = select(Record.id).where(Record.id > seen, Record.id <= settled(session)).order_by(Record.id).limit(at_once).subquery()
    count, last = session.execute(select(func.count(), func.max(next_.c.id)).select_from(next_)).one()
    if not count:
        return 0
    goods = _goods(session, _named(session, seen, last))
    if marks.advance(session, seen, last):
        _note(session, goods, last)
    return int(count)


def _named(session: Session, after: int, last: int) -> Named:
    """Which things records speak of, and when."""
    new = (Record.id > after, Record.id <= last)
    mine = select(Participation.thing_id, Participation.at).where(Participation.record_id > after, Participation.record_id <= last)
    found = {(thing, at) for thing, at in session.execute(mine.where(Participation.role != Role.PROCESS))}
    wrong = aliased(Record)
    same = (wrong.event_id == Record.event_id) & (wrong.signer == Record.signer) & wrong.original.is_(True)
    declared = select(Participation.thing_id, Participation.at).join(wrong, wrong.id == Participation.record_id)
    found |= {(thing, at) for thing, at in session.execute(declared.join(Record, same).where(*new, Record.original.is_(None)))}
    erased = (Erasure.state == ErasureState.ERASED, Erasure.receipt_id > after, Erasure.receipt_id <= last)
    gone = session.execute(select(Record.id, Record.event_time).join(Erasure, Erasure.record_id == Record.id).where(*erased)).all()
    for number, time in gone:
        items = select(Thing.id).join(RecordItem, RecordItem.item_id == Thing.item_id).where(RecordItem.record_id == number)
        known = select(StockStay.thing_id).where(
            StockStay.record_id == number
        )  # also lots whose items it made: nothing else says so any more
        found |= {(thing, micros(time)) for thing in session.scalars(items.union(known))}
    return found


def _goods(session: Session, named: Named) -> dict[int, str]:
    """Number -> code of the goods that these things are, belong to, or held then."""
    found, done = dict[int, str](), Named()
    said: dict[int, Said] = {}
    while named:
        done |= named
        codes = read.codes(session, {thing for thing, _ in named})
        level = load(session, {thing for thing in codes if _leads_on(codes[thing])}, _WANTED, said, lambda _said, _role: True)
        lots = _lots(level)
        found |= {thing: code for thing, code in codes.items() if thing not in lots and not code.startswith(_CONTAINERS)}
        found |= read.codes(session, {lot for many in lots.values() for lot in many})
        named = _inside(level, named) - done
    return found


def _leads_on(code: str) -> bool:
    """Whether its records may say of what lot it is, or what lies in it."""
    return is_serial(code) or code.startswith(_CONTAINERS)


def _lots(level: Level) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for row in level.own:
        if creates(row) and (many := level.in_role(row.record, Role.LOT)):
            found[row.thing] |= {lot.thing for lot in many}
    return found


def _inside(level: Level, named: Named) -> Named:
    moments: dict[int, set[int]] = defaultdict(set)
    for thing, at in named:
        moments[thing].add(at)
    parents = [row for row in level.own if row.role == Role.PARENT]
    return {(child.thing, at) for row, child, span in contents(level, parents) for at in moments[row.thing] if span.holds(at)}


def _note(session: Session, goods: dict[int, str], record: int) -> None:
    """They have to be walked."""
    at = micros(now() + QUIET)
    new = insert_for(session, StockGoods)
    later = func.coalesce(StockGoods.due_at, new.excluded.due_at + REST * StockGoods.cost)
    noted = new.on_conflict_do_update(index_elements=["thing_id"], set_={"touched": new.excluded.touched, "due_at": later})
    rows = [
        {"thing_id": thing, "code": code, "product": product_of(code), "touched": record, "due_at": at, "cost": 0}
        for thing, code in sorted(goods.items())
    ]
    if rows:
        session.connection().execute(noted, rows)
