"""Draws the records that were stored before there was a genealogy, or came back from a backup, which holds none.

`step` opens the next of them and moves the mark on, in one transaction; what is captured meanwhile is drawn as it is stored. `waiting` is
what a trace has to say while this is not done.
"""

from __future__ import annotations

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

from ledger_client.genealogy import parts_of
from records import contents
from records.database import changed, insert_for
from records.genealogy.draw import Drawn, draw, forget
from records.genealogy.models import GenealogyMark
from records.key_models import RecordKey
from records.keyring import keyring_of
from records.models import Record

AT_ONCE = 500  # records
_MARK = 1


def step(session: Session, at_once: int = AT_ONCE) -> int:
    """Draw the next records; how many, 0 when none waits. The caller commits."""
    mark = session.execute(select(GenealogyMark.record_id, GenealogyMark.upto)).one_or_none()
    if mark is None:
        return _begin(session)
    if mark.record_id >= mark.upto:
        return 0
    last: int = session.scalar(_numbers(mark.record_id, mark.upto, at_once)) or mark.upto
    here = (GenealogyMark.id == _MARK, GenealogyMark.record_id == mark.record_id)
    if not changed(session, update(GenealogyMark).where(*here).values(record_id=last)):
        return 0  # another process did
    read = _drawn(session, mark.record_id, last)
    forget(session, [number for number, _, _ in read])
    draw(session, read)
    return len(read) or 1


def waiting(session: Session) -> int:
    """How many record numbers are not drawn yet; of a database that `step` never saw, all."""
    after, last = undrawn(session)
    return last - after


def undrawn(session: Session) -> tuple[int, int]:
    """Between which numbers records may have no rows yet: behind the first, up to the second."""
    mark = session.execute(select(GenealogyMark.record_id, GenealogyMark.upto)).one_or_none()
    return (mark.record_id, mark.upto) if mark else (0, session.scalar(select(func.max(Record.id))) or 0)


def _begin(session: Session) -> int:
    upto = session.scalar(select(func.max(Record.id))) or 0
    begun = {"id": _MARK, "record_id": 0, "upto": upto}
    session.execute(insert_for(session, GenealogyMark).values(begun).on_conflict_do_nothing())
    return 1 if upto else 0


def _numbers(after: int, upto: int, limit: int) -> Select[tuple[int]]:
    some = select(Record.id).where(Record.id > after, Record.id <= upto).order_by(Record.id).limit(limit).subquery()
    return select(func.max(some.c.id))


def _drawn(session: Session, after: int, last: int) -> list[Drawn]:
    """Records with who took part; those that cannot be read are left out: nothing can be said of them."""
    ring = keyring_of(session)
    rows = select(Record.id, Record.event_time, *contents.COLUMNS).outerjoin(RecordKey, RecordKey.record_id == Record.id)
    opened = session.execute(rows.where(Record.id > after, Record.id <= last).with_for_update(of=Record)).all()
    found: list[Drawn] = []
    for row in opened:
        event = contents.of_row(ring, row).event()
        if event is not None:
            found.append((row.id, row.event_time, parts_of(event)))
    return found
