"""The units of a case as they stand in the database: all rows made anew at once, read page by page, and summed by owner."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from recall.cases.affected import Row, place_key
from recall.models import RecallCase, RecallUnit
from records import contents, queries
from records.bulk import copy_rows
from records.keyring import keyring_of
from tracing.steps import party, place_id

_COLUMNS = tuple(column.name for column in RecallUnit.__table__.columns)


@dataclass(frozen=True, slots=True)
class Share:
    """How much of a product an owner has in one state. `things`: how many things or lots; `quantity` None: nobody said of any."""

    product: str  # code of the trade item; "" things of another kind
    state: str  # `tracing.stay.State`
    outcome: str  # returned, destroyed, or ""
    quantity: float | None
    uom: str
    things: int
    unsaid: int = 0  # rows without an amount


@dataclass(frozen=True, slots=True)
class Owned:
    """What of a case is whose. `member_id` None: no member of this consortium, and `party` is the code that the last transfer names, ""
    where nobody knows. `key`: stands for the owner in `recall_units.owner_key`.
    """

    member_id: int | None
    party: str
    key: int
    shares: Sequence[Share]


def replace(session: Session, case_id: str, rows: Sequence[Row], at: datetime) -> tuple[int, int]:
    """Put these rows in the place of those that are there; how many things are new, and how many are no more."""
    known = select(RecallUnit.thing_id, RecallUnit.seen_at).where(RecallUnit.case_id == case_id)
    seen = {row.thing_id: row.seen_at for row in session.execute(known)}
    session.execute(delete(RecallUnit).where(RecallUnit.case_id == case_id).execution_options(synchronize_session=False))
    zone = "" if session.get_bind().dialect.name == "sqlite" else "+00"
    copy_rows(session, RecallUnit, _COLUMNS, _ready(case_id, rows, seen, at, zone))
    things = {row["thing_id"] for row in rows}
    return len(things - seen.keys()), len(seen.keys() - things)


def _ready(case_id: str, rows: Sequence[Row], seen: Mapping[int, datetime], at: datetime, zone: str) -> Iterator[tuple[Any, ...]]:
    moments: dict[datetime, str] = {}  # as both databases read them; a set of 100,000 units knows a few thousand

    def told(moment: datetime) -> str:
        if moment not in moments:
            moments[moment] = f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}{zone}"
        return moments[moment]

    for number, row in enumerate(rows, 1):
        whole = row | {"case_id": case_id, "number": number, "since": told(row["since"]), "seen_at": told(seen.get(row["thing_id"], at))}
        yield tuple(whole[name] for name in _COLUMNS)


def page_of(
    session: Session,
    case: RecallCase,
    after: int = 0,
    limit: int = 100,
    *,
    owner: int | None = None,
    state: str = "",
    outcome: str | None = None,
) -> Sequence[RecallUnit]:
    """Rows behind a number, as many as asked for; of one owner, in one state, with one outcome."""
    rows = select(RecallUnit).where(RecallUnit.case_id == case.id, RecallUnit.number > after).order_by(RecallUnit.number).limit(limit)
    if owner is not None:
        rows = rows.where(RecallUnit.owner_key == owner)
    if state:
        rows = rows.where(RecallUnit.state == state)
    if outcome is not None:
        rows = rows.where(RecallUnit.outcome == outcome)
    return session.scalars(rows).all()


def units_by_owner(session: Session, case: RecallCase) -> list[Owned]:
    """Whose the units of a case are and how much of them is in which state: members first, in the order of their numbers."""
    unit = RecallUnit
    group = (unit.owner_member_id, unit.owner_key, unit.product, unit.uom, unit.state, unit.outcome)
    amounts = (func.sum(unit.quantity), func.count(unit.thing_id.distinct()), func.count() - func.count(unit.quantity))
    told = (*amounts, func.min(unit.owner_record))
    rows = session.execute(select(*group, *told).where(unit.case_id == case.id).group_by(*group).order_by(*group)).all()
    shares: dict[tuple[int | None, int], list[Share]] = {}
    named: dict[int, int] = {}
    for member, key, product, uom, state, outcome, quantity, things, unsaid, record in rows:
        shares.setdefault((member, key), []).append(Share(product, state, outcome, quantity, uom, things, unsaid))
        if record:
            named[key] = record
    parties = names(session, named)
    found = [Owned(member, parties.get(key, ""), key, some) for (member, key), some in shares.items()]
    return sorted(found, key=lambda one: (one.member_id is None, one.member_id or 0, one.party))


def names(session: Session, named: Mapping[int, int]) -> dict[int, str]:
    """Key of a place or a party -> its code, out of a record that names it; nothing where that record is lost or erased."""
    lookup = keyring_of(session).lookup()
    held = contents.opened(session, queries.records(session, sorted(set(named.values()))).values())
    found: dict[int, str] = {}
    for key, record in named.items():
        event = held[record].event() if record in held else None
        code = next((code for code in _codes(event or {}) if place_key(lookup, code) == key), None)
        if code:
            found[key] = code
    return found


def _codes(event: Mapping[str, Any]) -> Iterator[str]:
    yield from filter(None, (place_id(event.get(name)) for name in ("readPoint", "bizLocation")))
    for field, name in (("sourceList", "source"), ("destinationList", "destination")):
        told = party(event.get(field), name)
        yield from filter(None, (told.owner, told.place))
