"""Items, by their latest record or by their code.

A page costs the same however many records an item has: the walk along the latest records looks at so many of them and no more, and
the walk along codes leaps from one code to the next.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Label, Row, exists, func, literal, select
from sqlalchemy.orm import Session, aliased

from ledger_client.onchain import item_id
from records import queries
from records.columns import Code
from records.lists.paging import Page, Place
from records.models import Record, RecordItem
from records.queries import RecordState

LOOKED_AT = 5000  # newest records, to find the items of one page
COUNTED = 1000  # records of an item; more are told as one more
_LAST = "\x7f"  # stands behind every character of a code
_TOLD = (
    RecordItem.id, RecordItem.item_code, RecordItem.item_id, RecordItem.record_id, Record.event_type, Record.biz_step, Record.event_time,
    Record.signer,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An item in a list, with its latest record."""

    code: str
    record_id: int
    event_type: str
    biz_step: str
    event_time: datetime
    signer: bytes
    state: RecordState  # of that record
    records: int  # how many it has, at most COUNTED + 1


def latest(session: Session, place: Place | None, limit: int) -> Page[ItemRow]:
    """One page of items by their latest record, newest first; a place's key is a number in the queue of anchors.

    Where a few items have all the records, a page holds fewer rows than asked for, and the next one goes on.
    """
    up = place is not None and place.newer
    found, edge = _walk(session, place, limit + 1, up=up)
    numbers = found[:limit]
    ahead = numbers[-1] if len(found) > limit else edge
    behind = None if place is None else numbers[0] if numbers else place.key[0]
    newer, older = (ahead, behind) if up else (behind, ahead)
    return Page(_rows(session, numbers), None if newer is None else (newer,), None if older is None else (older,))


def beginning_with(session: Session, prefix: str, place: Place | None, limit: int) -> Page[ItemRow]:
    """One page of items whose code begins so, by code; a place's key is a code, and `newer` leads towards the first."""
    up, start, end = place is not None and place.newer, prefix, prefix + _LAST
    if place is not None:
        start, end = (start, place.key[0]) if up else (place.key[0], end)
    codes = _leap(session, start, end, limit + 1, up=up, inclusive=place is None)
    more, codes = len(codes) > limit, codes[:limit]
    codes = codes[::-1] if up else codes
    if not codes:
        return Page([])
    rows = of_codes(session, codes)
    newer = codes[0] if (more if up else place is not None) else None
    older = codes[-1] if up or more else None
    return Page([rows[code] for code in codes], (newer,) if newer else None, (older,) if older else None)


def known(session: Session, number: bytes) -> bool:
    """Whether anything is recorded for an item (id, 32 bytes) here."""
    return session.scalar(select(RecordItem.id).where(RecordItem.item_id == number).limit(1)) is not None


def count(session: Session, number: bytes) -> int:
    """How many records an item (id, 32 bytes) has, at most COUNTED + 1."""
    some = select(RecordItem.id).where(RecordItem.item_id == number).limit(COUNTED + 1).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


def any_beginning_with(session: Session, prefix: str) -> bool:
    """Whether a recorded code begins so."""
    return bool(_leap(session, prefix, prefix + _LAST, 1, up=False, inclusive=True))


def codes_between(session: Session, start: str, limit: int, *, inclusive: bool, end: str = "\U0010ffff") -> list[str]:
    """Up to `limit` recorded codes in their order, each once, from `start` on or behind it, before `end`."""
    return _leap(session, start, end, limit, up=False, inclusive=inclusive)


def of_codes(session: Session, codes: Sequence[str]) -> dict[str, ItemRow]:
    """Code -> the item with its latest record, for those that are recorded."""
    newest = select(func.max(RecordItem.id)).where(RecordItem.item_id.in_(map(item_id, codes))).group_by(RecordItem.item_id)
    return {row.code: row for row in _rows(session, list(session.scalars(newest)))} if codes else {}


def _walk(session: Session, place: Place | None, limit: int, *, up: bool) -> tuple[list[int], int | None]:
    """Numbers of records that are their item's latest, in the direction of the walk, and where it was cut short; None: it was not."""
    near = select(RecordItem.id, RecordItem.item_id).order_by(RecordItem.id.asc() if up else RecordItem.id.desc()).limit(LOOKED_AT)
    if place is not None:
        near = near.where(RecordItem.id > place.key[0] if up else RecordItem.id < place.key[0])
    looked, later = near.cte("looked"), aliased(RecordItem)
    superseded = exists().where(later.item_id == looked.c.item_id, later.id > looked.c.id)
    wanted = select(looked.c.id).where(~superseded).order_by(looked.c.id.asc() if up else looked.c.id.desc()).limit(limit)
    found = list(session.scalars(wanted))
    if len(found) == limit:
        return found, None
    many, first, last = session.execute(select(func.count(), func.min(looked.c.id), func.max(looked.c.id))).one()
    return found, (last if up else first) if many == LOOKED_AT else None


def _leap(session: Session, start: str, end: str, limit: int, *, up: bool, inclusive: bool) -> list[str]:
    """Up to `limit` codes between the two, each once, from `start` on or (`up`) from `end` backwards; each is one look at an index."""
    code = RecordItem.item_code
    edge = func.max if up else func.min
    begun = select(edge(code)).where(code >= start if inclusive or up else code > start, code < end)
    walk = select(begun.scalar_subquery().label("code"), literal(1).label("step")).cte("walk", recursive=True)
    following = (
        select(edge(code)).where(code >= start, code < walk.c.code) if up else select(edge(code)).where(code > walk.c.code, code < end)
    )
    step = select(following.scalar_subquery(), walk.c.step + 1).where(walk.c.code.is_not(None), walk.c.step < limit)
    walk = walk.union_all(step)
    return list(session.scalars(select(walk.c.code.cast(Code)).where(walk.c.code.is_not(None)).order_by(walk.c.step)))


def _rows(session: Session, numbers: Sequence[int]) -> list[ItemRow]:
    """The items whose latest records have these numbers in the queue, newest first."""
    query = select(*_TOLD, _counted()).join(Record, Record.id == RecordItem.record_id).where(RecordItem.id.in_(numbers))
    rows = session.execute(query.order_by(RecordItem.id.desc())).all()
    states = queries.states(session, [row.record_id for row in rows])
    return [_row(row, states) for row in rows]


def _counted() -> Label[int]:
    """How many records the row's item has, as far as they are counted."""
    other = aliased(RecordItem)
    some = select(other.id).where(other.item_id == RecordItem.item_id).limit(COUNTED + 1).correlate(RecordItem).subquery()
    return select(func.count()).select_from(some).scalar_subquery().label("records")


def _row(row: Row[*tuple[Any, ...]], states: Mapping[int, RecordState]) -> ItemRow:
    return ItemRow(
        code=row.item_code,
        record_id=row.record_id,
        event_type=row.event_type,
        biz_step=row.biz_step or "",
        event_time=row.event_time,
        signer=row.signer,
        state=states[row.record_id],
        records=row.records,
    )
