"""Takes the next items of a lane's queue, signs them, and stores the bytes: all before anything is sent.

The transaction row, its nonce and the assignment of its items are one database transaction. Committed: whoever comes next
sends exactly these bytes. Not committed: nothing has happened.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from eth_account.signers.local import LocalAccount
from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from ledger_client import anchoring
from ledger_client.anchoring import SignedAnchor
from ledger_client.deployment import Deployment
from ledger_client.errors import Retryable
from ledger_client.sentences import sentence
from records import lanes
from records.columns import now
from records.database import changed, once_committed
from records.models import Record, RecordItem, Transaction, TransactionState
from records.policy import Policy
from telemetry.logs import log


class Queued(NamedTuple):
    """One anchor to be written."""

    id: int
    record_id: int
    item_id: bytes
    commitment: bytes


def queue(session: Session, signer: bytes, limit: int) -> list[Queued]:
    """The next items of a signer that are in no transaction, in order."""
    columns = select(RecordItem.id, RecordItem.record_id, RecordItem.item_id, Record.commitment).join(
        Record, Record.id == RecordItem.record_id
    )
    waiting = columns.where(RecordItem.signer == signer, RecordItem.transaction_id.is_(None)).order_by(RecordItem.id).limit(limit)
    return [Queued(*row) for row in session.execute(waiting)]


def sign(session: Session, account: LocalAccount, deployment: Deployment, used: int, policy: Policy, *, full: bool = False) -> int:
    """Sign up to `policy.signed_per_step` transactions; returns how many. `used`: nonces below are used up on the chain.

    A part-filled transaction is signed only when no other one is on its way, and not if only `full` ones are asked for: under load
    anchors share transactions, and the last ones of a burst do not wait for a block. Signed first and stored then, so that on SQLite
    those who store events wait for the rows only; what another publisher signed meanwhile is met by the nonce.
    """
    signer = bytes.fromhex(account.address[2:])
    moving = underway(session, signer)
    room = max(0, min(policy.signed_per_step, policy.in_flight - moving))
    waiting = queue(session, signer, room * policy.batch)
    if full or part_filled(session, signer, policy):
        waiting = waiting[: len(waiting) // policy.batch * policy.batch]
    nonce = max(used, next_nonce(session, signer))
    batches = [waiting[start : start + policy.batch] for start in range(0, len(waiting), policy.batch)]
    signed = [_signed(account, deployment, nonce + place, batch, policy) for place, batch in enumerate(batches)]
    if not signed:
        return 0
    lanes.hold(session, signer)
    if max(used, next_nonce(session, signer)) != nonce:
        raise Retryable(sentence("another publisher used nonce {nonce}; nothing was stored, the next step signs again", nonce=nonce))
    for batch, transaction in zip(batches, signed, strict=True):
        _store(session, signer, batch, transaction)
    return len(batches)


def underway(session: Session, signer: bytes) -> int:
    """How many transactions of a signer are signed or sent and in no block."""
    moving = Transaction.state.in_((TransactionState.SIGNED, TransactionState.SENT))
    return session.scalar(select(func.count()).where(Transaction.signer == signer, moving)) or 0


def part_filled(session: Session, signer: bytes, policy: Policy) -> bool:
    """Whether one of them could have taken more anchors."""
    moving = Transaction.state.in_((TransactionState.SIGNED, TransactionState.SENT))
    found = select(Transaction.id).where(Transaction.signer == signer, moving, Transaction.items < policy.batch).limit(1)
    return session.scalar(found) is not None


def _signed(account: LocalAccount, deployment: Deployment, nonce: int, batch: Sequence[Queued], policy: Policy) -> SignedAnchor:
    pairs = [(queued.item_id, queued.commitment) for queued in batch]
    return anchoring.sign(account, nonce, deployment.chain_id, deployment.ledger, pairs, gas_price=policy.gas_price)


def _store(session: Session, signer: bytes, batch: Sequence[Queued], signed: SignedAnchor) -> None:
    moment = now()
    row = {"signer": signer, "nonce": signed.nonce, "hash": signed.hash, "raw": signed.raw, "items": len(batch), "tries": 0}
    place = {"first_item": batch[0].id, "last_item": batch[-1].id, "signed_at": moment, "changed_at": moment}
    stored = insert(Transaction).values(**row, **place, state=TransactionState.SIGNED).returning(Transaction.id)
    _assign(session, signer, batch, session.execute(stored).scalar_one())
    names = {"signer": signer, "nonce": signed.nonce, "transaction": signed.hash, "anchors": len(batch)}
    records = {"first_record": min(queued.record_id for queued in batch), "last_record": max(queued.record_id for queued in batch)}
    once_committed(session, partial(log.info, "transaction.signed", **names, **records))


def _assign(session: Session, signer: bytes, batch: Sequence[Queued], transaction_id: int) -> None:
    """The batch is everything that waits between its first and last item; a different count means that more was captured just now."""
    between = RecordItem.id.between(batch[0].id, batch[-1].id)
    free = update(RecordItem).where(RecordItem.signer == signer, RecordItem.transaction_id.is_(None), between)
    if changed(session, free.values(transaction_id=transaction_id)) != len(batch):
        raise Retryable(
            sentence("the queue changed while {count} items were signed; nothing was stored, the next step signs again", count=len(batch))
        )


def next_nonce(session: Session, signer: bytes) -> int:
    """The nonce behind the last transaction that was signed here."""
    last = session.scalar(select(func.max(Transaction.nonce)).where(Transaction.signer == signer))
    return 0 if last is None else last + 1
