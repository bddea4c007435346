"""How far the tables of stock are filled."""

from __future__ import annotations

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from inventory.models import StockGoods, StockGoodsKind, StockKind, StockMark, StockStay
from records.database import changed, insert_for
from records.genealogy import fill
from records.keyring import keyring_of
from records.models import Record
from records.query.hashing import hashed

FORM = "2"  # another one whenever what is kept, or the rules of `tracing.whereabouts`, change
_MARK = 1


def mark(session: Session) -> int | None:
    """Up to which record; None for tables of another form, or that were never begun."""
    row = session.execute(select(StockMark.form, StockMark.record_id)).one_or_none()
    return row.record_id if row and row.form == _form(session) else None


def begin(session: Session) -> None:
    """Empty them, and begin anew."""
    for table in (StockGoodsKind, StockKind, StockStay, StockGoods):
        session.execute(delete(table).execution_options(synchronize_session=False))
    first = {"id": _MARK, "form": _form(session), "record_id": 0}
    session.execute(insert_for(session, StockMark).values(first).on_conflict_do_update(index_elements=["id"], set_=first))


def advance(session: Session, seen: int, done: int) -> bool:
    """Move the mark on; False if another process did."""
    return changed(session, update(StockMark).where(StockMark.id == _MARK, StockMark.record_id == seen).values(record_id=done)) == 1


def behind(session: Session) -> tuple[int, int]:
    """(records not looked at yet, goods not walked yet): what the figures may still lack."""
    newest = session.scalar(select(func.max(Record.id))) or 0
    waiting = session.scalar(select(func.count()).select_from(StockGoods).where(StockGoods.due_at.is_not(None))) or 0
    return newest - (mark(session) or 0) + fill.waiting(session), waiting


def _form(session: Session) -> int:
    return hashed(keyring_of(session).lookup(), f"stock form {FORM}")
