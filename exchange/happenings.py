"""What a subscription may be told of: each kind of happening as a source that is read from a mark on. Nothing is written here.

A source by number goes forward only: `event.stored` up to where no record can appear any more (`records.query.settled`), `event.anchored`
signer by signer up to the first transaction that is still under way. A source by time looks back further than it has to, because what
ended earlier may be committed later; what was told already is known by its subject.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from exchange.bodies import zulu
from exchange.models import HappeningKind
from exchange.pieces import MOST_EVENTS, piece
from issuing.models import CodeOrder, OrderState
from ledger_client.epcis.query import Query
from records.audiences import View
from records.columns import now
from records.models import Capture, CaptureState, Lane, Transaction, TransactionState
from records.query.settled import settled
from sentinel.models import Finding

BATCH = 50  # happenings of one look
LOOK_BACK = timedelta(minutes=10)
_MOVE = timedelta(minutes=20)  # a mark by time is moved when it lies further back


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing to tell; `subject` tells it from all others of its kind, `records` are sent along."""

    kind: HappeningKind
    subject: str
    content: dict[str, Any]
    records: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found, and the marks to go on from. `more`: there may be more right behind."""

    happenings: list[Happening] = field(default_factory=list)
    marks: dict[str, int] = field(default_factory=dict)
    more: bool = False


Marks = Mapping[str, int]


def events(session: Session, kind: HappeningKind, marks: Marks, query: Query, view: View) -> Looked:
    """Events of one query that were stored since, as one delivery."""
    found = piece(session, query, view, marks[kind], MOST_EVENTS)
    numbers = tuple(one.record_id for one in found.events)
    told = [Happening(kind, f"{numbers[0]}-{numbers[-1]}", {}, numbers)] if numbers else []
    return Looked(told, {kind: found.position}, more=found.more)


def anchored(session: Session, marks: Marks) -> Looked:
    """Transactions that are final, one delivery each."""
    found = Looked()
    for signer in session.scalars(select(Lane.signer)):
        source = anchored_by(signer)
        rows = select(Transaction).where(Transaction.signer == signer, Transaction.id > marks.get(source, 0))
        for row in session.scalars(rows.order_by(Transaction.id).limit(BATCH)):
            if row.state not in (TransactionState.FINAL, TransactionState.FAILED):
                break
            found.marks[source] = row.id
            if row.state == TransactionState.FINAL:
                found.happenings.append(Happening(HappeningKind.ANCHORED, str(row.id), _anchoring(row)))
    return found


def captures(session: Session, marks: Marks) -> Looked:
    """Documents that were not stored, or not whole."""
    since = moment_of(marks[HappeningKind.CAPTURE_FAILED])
    rows = select(Capture).where(Capture.state == CaptureState.FAILURE, Capture.received_at >= since, Capture.finished_at.is_not(None))
    running = session.scalar(select(func.min(Capture.received_at)).where(Capture.state == CaptureState.RUNNING))
    told = [
        Happening(
            HappeningKind.CAPTURE_FAILED, row.id, {"captureID": row.id, "receivedAt": zulu(row.received_at), "events": row.events_total}
        )
        for row in session.scalars(rows.order_by(Capture.received_at))
    ]
    return Looked(told, moved(HappeningKind.CAPTURE_FAILED, since, running))


def findings(session: Session, marks: Marks) -> Looked:
    """What the sentinel found."""
    rows = select(Finding).where(Finding.id > marks[HappeningKind.FINDING]).order_by(Finding.id).limit(BATCH)
    told = [Happening(HappeningKind.FINDING, str(row.id), _finding(row)) for row in session.scalars(rows)]
    return Looked(told, {HappeningKind.FINDING: int(told[-1].subject)} if told else {})


def codes(session: Session, marks: Marks) -> Looked:
    """Orders of codes that are made, or cannot be."""
    since = moment_of(marks[HappeningKind.CODES_READY])
    rows = select(CodeOrder).where(CodeOrder.state != OrderState.RUNNING, CodeOrder.finished_at >= since).order_by(CodeOrder.id)
    told = [
        Happening(HappeningKind.CODES_READY, str(row.id), {"order": row.id, "key": row.key, "quantity": row.quantity, "state": row.state})
        for row in session.scalars(rows)
    ]
    return Looked(told, moved(HappeningKind.CODES_READY, since))


Of = Callable[[Session, Marks, int | None], Looked]  # a source of what concerns one member, for the subscriptions of its accounts
OTHERS: dict[HappeningKind, Callable[[Session, Marks], Looked]] = {
    HappeningKind.ANCHORED: anchored,
    HappeningKind.CAPTURE_FAILED: captures,
    HappeningKind.FINDING: findings,
    HappeningKind.CODES_READY: codes,
}


def beginnings(session: Session, kinds: Iterable[HappeningKind]) -> dict[str, int]:
    """The marks of somebody who is told from now on."""
    marks: dict[str, int] = {}
    for kind in kinds:
        if kind in (HappeningKind.QUERY, HappeningKind.STORED):
            marks[kind] = settled(session)
        elif kind == HappeningKind.ANCHORED:
            over = Transaction.state.in_((TransactionState.FINAL, TransactionState.FAILED))
            last = select(Transaction.signer, func.max(Transaction.id)).where(over).group_by(Transaction.signer)
            marks |= {anchored_by(signer): number for signer, number in session.execute(last)}
        elif kind == HappeningKind.FINDING:
            marks[kind] = session.scalar(select(func.max(Finding.id))) or 0
        else:
            marks[kind] = position_of(now())
    return marks


def anchored_by(signer: bytes) -> str:
    """The source of one signer's anchors."""
    return f"{HappeningKind.ANCHORED} {signer.hex()}"


def position_of(moment: datetime) -> int:
    """A moment as a mark."""
    return int((moment - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(microseconds=1))


def moment_of(position: int) -> datetime:
    """A mark as a moment."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=position)


def moved(kind: HappeningKind, since: datetime, *earliest: datetime | None) -> dict[str, int]:
    """The mark of a source by time after a look from `since` on; nothing while it is not far enough behind."""
    moment = min([now() - LOOK_BACK, *(one for one in earliest if one)])
    return {kind: position_of(moment)} if moment - since > _MOVE else {}


def _anchoring(row: Transaction) -> dict[str, Any]:
    return {"transaction": "0x" + row.hash.hex(), "blockNumber": row.block_number, "first": row.first_item, "last": row.last_item}


def _finding(row: Finding) -> dict[str, Any]:
    place = {"table": row.table_name, "row": row.row_key, "column": row.column_name}
    return {"finding": row.id, "what": row.kind, **place, "firstSeen": zulu(row.first_seen)}
