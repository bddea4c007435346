"""Holds every restored record against the chain, and names what the chain has and the backup has not.

The steps are those of the one verifier (spec 7.1): 1 to 3 by `verify_record` of each record's payload and secret; 4 by the mirror, which
was just read from the chain; 5 and 6 by `follow`, which compared every item's head and count and every signer with the contracts' slots.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, exists, func, select
from sqlalchemy.orm import Session

from api.stored import own_signers
from indexer.models import CURSOR, Cursor, MirroredAnchor
from ledger_client.errors import Incomplete
from ledger_client.verdict import Step
from ledger_client.verify_record import Whole, checked
from records.contents import opened
from records.models import Record, RecordItem, Transaction, TransactionState

_RECORDS_AT_ONCE = 500
_DONE = (TransactionState.MINED, TransactionState.FINAL)


@dataclass(frozen=True, slots=True)
class Finding:
    """A record that is not as it was anchored ("altered"), or an anchor of ours without its record ("missing")."""

    kind: str
    item_id: str  # hex with 0x; of an altered record its first item's
    item: str | None  # its code; None where nothing here says it
    record: int | None = None
    event_id: str | None = None
    commitment: str | None = None
    block: int | None = None
    time: str | None = None  # of that block, UTC
    why: str | None = None

    def to_json(self) -> dict[str, Any]:
        """What is known of it."""
        return {name: value for name, value in asdict(self).items() if value is not None}


@dataclass(slots=True)
class Proof:
    """How many records were found to be what. `block`: which the chain was read up to."""

    block: int
    verified: int = 0
    erased: int = 0
    altered: int = 0
    unanchored: int = 0
    missing: int = 0  # anchors

    @property
    def ok(self) -> bool:
        """Whether everything that was ever anchored by our keys is here as it was."""
        return not (self.altered or self.missing)


class _Item(NamedTuple):
    record_id: int
    item_id: bytes
    code: str
    done: bool  # its transaction is in a block
    position: int | None  # of its anchor


Tell = Callable[[Finding], None]
Progress = Callable[[int, int], None]
"""Called with (records done, records in all)."""


def prove(session: Session, signers: set[bytes], tell: Tell, progress: Progress = lambda _done, _all: None) -> Proof:
    """Verify everything; `tell` hears each finding. `signers`: keys of ours beside those that the database names.

    The mirror must have been read up to the chain's head; Incomplete when not every head in it was confirmed by the chain.
    """
    cursor = session.get_one(Cursor, CURSOR)
    if cursor.confirmed != cursor.position or cursor.doubt:
        raise Incomplete("anchors of the mirror that the chain confirms", cursor.position, cursor.confirmed)
    proof = Proof(cursor.block)
    for finding in _altered(session, proof, progress):
        tell(finding)
    for finding in _missing(session, proof, own_signers(session) | signers):
        tell(finding)
    return proof


def _altered(session: Session, proof: Proof, progress: Progress) -> Iterator[Finding]:
    """Walk all records by number and count what each is; those that contradict their anchors."""
    columns = select(Record).order_by(Record.id).limit(_RECORDS_AT_ONCE)
    last, done, total = 0, 0, session.scalar(select(func.count()).select_from(Record)) or 0
    while rows := session.scalars(columns.where(Record.id > last)).all():
        items, contents = _items(session, rows[0].id, rows[-1].id), opened(session, rows)
        for row in rows:
            own, held = items.get(row.id, []), contents[row.id]
            if why := _contradiction(None if held.erased else Whole(row.commitment, held.payload, held.secret, held.fault), own):
                proof.altered += 1
                place = own[0] if own else None
                yield Finding(
                    "altered",
                    item_id=_hexed(place.item_id) if place else "",
                    item=place.code if place else None,
                    record=row.id,
                    event_id=row.event_id,
                    commitment=_hexed(row.commitment),
                    why=why,
                )
            elif not all(item.position for item in own):
                proof.unanchored += 1
            elif held.erased:
                proof.erased += 1
            else:
                proof.verified += 1
        last, done = rows[-1].id, done + len(rows)
        session.expunge_all()
        progress(done, total)


def _contradiction(record: Whole | None, items: Sequence[_Item]) -> str | None:
    """Why a record is not what was anchored; None if it is, or if it only waits. `record` None: it was erased."""
    failed = next((step for step in checked(record).steps if step.outcome == "failed"), None) if record else None
    if failed:
        return _told(failed)
    if not items:
        return "no item is recorded for it"
    lost = next((item for item in items if item.done and not item.position), None)
    return f"(4) its transaction is in a block, but {lost.code} has no anchor of it" if lost else None


def _items(session: Session, first: int, last: int) -> dict[int, list[_Item]]:
    """The items of some records, each with its anchor on the chain."""
    here = and_(MirroredAnchor.commitment == Record.commitment, MirroredAnchor.item_id == RecordItem.item_id)
    columns = select(RecordItem.record_id, RecordItem.item_id, RecordItem.item_code, Transaction.state, func.min(MirroredAnchor.position))
    rows = (
        columns.join(Record, Record.id == RecordItem.record_id)
        .outerjoin(Transaction, Transaction.id == RecordItem.transaction_id)
        .outerjoin(MirroredAnchor, here)
        .where(RecordItem.record_id.between(first, last))
        .group_by(RecordItem.id, Transaction.state)
        .order_by(RecordItem.id)
    )
    found: dict[int, list[_Item]] = {}
    for record_id, item_id, code, state, position in session.execute(rows):
        found.setdefault(record_id, []).append(_Item(record_id, item_id, code, state in _DONE, position))
    return found


def _missing(session: Session, proof: Proof, signers: set[bytes]) -> Iterator[Finding]:
    """Anchors of our keys whose record is not here, in the order of the ledger."""
    kept = exists().where(Record.commitment == MirroredAnchor.commitment)
    code = select(RecordItem.item_code).where(RecordItem.item_id == MirroredAnchor.item_id).limit(1).scalar_subquery()
    columns = select(MirroredAnchor.item_id, code, MirroredAnchor.commitment, MirroredAnchor.block_number, MirroredAnchor.time)
    rows = columns.where(MirroredAnchor.signer.in_(signers), ~kept).order_by(MirroredAnchor.position)
    for item_id, item, commitment, block, time in session.execute(rows.execution_options(yield_per=1000)):
        proof.missing += 1
        moment = datetime.fromtimestamp(time, UTC).isoformat()
        yield Finding("missing", _hexed(item_id), item, commitment=_hexed(commitment), block=block, time=moment)


def _told(step: Step) -> str:
    return f"({step.number}) {step.why}: expected {step.expected}, found {step.found}" if step.expected else f"({step.number}) {step.why}"


def _hexed(value: bytes) -> str:
    return "0x" + value.hex()
