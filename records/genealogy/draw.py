"""Writes who took part in the events that are being stored; `records.store` calls it in the same transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from ledger_client.genealogy import Part
from ledger_client.onchain import item_id
from records.bulk import copy_rows, insert_rows
from records.genealogy.models import Participation, Thing
from records.parts import parts

Drawn = tuple[int, datetime, Sequence[Part]]  # a record's number, its event time, who took part
_COLUMNS = ("record_id", "place", "thing_id", "at", "role", "action", "quantity", "uom")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def draw(session: Session, records: Sequence[Drawn]) -> None:
    """Write the rows of records that have none yet."""
    numbers = numbers_of(session, {part.code for _, _, took in records for part in took})
    if numbers:
        copy_rows(session, Participation, _COLUMNS, _rows(records, numbers))


def forget(session: Session, record_ids: Iterable[int]) -> None:
    """Take the rows of records away. The things stay: other records may name them."""
    for part in parts(record_ids):
        session.execute(delete(Participation).where(Participation.record_id.in_(part)).execution_options(synchronize_session=False))


def numbers_of(session: Session, codes: Iterable[str]) -> dict[str, int]:
    """Code -> number, of known things and of those added now; sorted, so that two captures never wait for each other."""
    wanted = sorted(codes)
    found = _known(session, wanted)
    new = [code for code in wanted if code not in found]
    if new:
        insert_rows(session, Thing, [{"item_id": item_id(code), "code": code} for code in new], skip_known=True)
        found |= _known(session, new)
    return found


def micros(moment: datetime) -> int:
    """A moment as `participations.at` has it."""
    return (moment - _EPOCH) // _MICROSECOND


def moment(at: int) -> datetime:
    """What `micros` was made of."""
    return _EPOCH + at * _MICROSECOND


def _known(session: Session, codes: Sequence[str]) -> dict[str, int]:
    ids = {item_id(code): code for code in codes}
    found: dict[str, int] = {}
    for part in parts(ids):
        rows = session.connection().execute(select(Thing.item_id, Thing.id).where(Thing.item_id.in_(part)))
        found |= {ids[key]: number for key, number in rows}
    return found


def _rows(records: Sequence[Drawn], numbers: dict[str, int]) -> Iterator[tuple[int | float | str | None, ...]]:
    for record_id, time, took in records:
        at = micros(time)
        for place, part in enumerate(took):
            yield record_id, place, numbers[part.code], at, int(part.role), int(part.action), part.quantity, part.uom
