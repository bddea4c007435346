"""Anchors of our key that this database does not know of: what an older copy of it, brought back, would anchor a second time.

After a restore the chain counts more transactions of a key than are stored here. Before anything is signed again the ledger's logs are read
from the last block that is known to be ours, and every waiting item that one of those transactions anchored is given to it: the row in
`transactions` is made anew from the chain, as if it had never been lost. Like `outstanding`: `look` asks the node and writes nothing,
`apply` writes. Called by `publish` whenever nonces are unaccounted for, and by a restore.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from ledger_client.chain import Chain
from ledger_client.errors import NodeRefused, RangeTooWide
from ledger_client.onchain import Anchor
from records.columns import now
from records.database import changed, insert_for, once_committed
from records.models import Record, RecordItem, Transaction, TransactionState
from records.parts import parts
from records.policy import Policy
from records.signing import next_nonce
from telemetry.logs import log

_BLOCKS_AT_ONCE = 5000


@dataclass(frozen=True, slots=True)
class Known:
    """A transaction of our key, found on the chain, and which waiting items it anchored."""

    hash: bytes
    nonce: int
    raw: bytes
    block_number: int
    block_hash: bytes
    anchors: int  # also of records that are not stored here
    items: tuple[int, ...]  # record_items.id, ascending, at least one


@dataclass(frozen=True, slots=True)
class Recognised:
    """What was found. Not `settled`: some of it stands in blocks that are not final yet, and nothing may be signed until it is."""

    transactions: tuple[Known, ...]
    settled: bool


NOTHING = Recognised((), settled=True)


def look(session: Session, chain: Chain, signer: bytes, policy: Policy, usurped: Sequence[Transaction] = ()) -> Recognised:
    """Find the items that wait, or that `usurped` transactions are about to give back, among the key's anchors on the chain.

    Raises NodeUnavailable and NodeRefused.
    """
    chain.check_identity()
    head, held = chain.block().number, [row.id for row in usurped]
    first = _first_block(session, chain, signer, min([row.nonce for row in usurped], default=next_nonce(session, signer)))
    items, anchors = dict[bytes, list[int]](), dict[bytes, list[Anchor]]()
    for part in _spans(chain, first, head):
        ours = [anchor for anchor in part if anchor.signer == signer]
        waiting = _waiting(session, signer, held, [anchor.commitment for anchor in ours])
        for anchor in ours:
            anchors.setdefault(anchor.tx_hash, []).append(anchor)
            if (anchor.item_id, anchor.commitment) in waiting:
                items.setdefault(anchor.tx_hash, []).append(waiting[anchor.item_id, anchor.commitment])
        for complete in [key for key in anchors if key not in items]:
            del anchors[complete]
    settled = {key: found for key, found in items.items() if anchors[key][0].block_number + policy.finality <= head}
    return Recognised(
        tuple(_known(chain, key, anchors[key], sorted(found)) for key, found in settled.items()), settled=len(settled) == len(items)
    )


def apply(session: Session, signer: bytes, found: Recognised) -> int:
    """Store the transactions and give them their items; returns how many items are recognised."""
    return sum(_apply(session, signer, known) for known in found.transactions)


def _first_block(session: Session, chain: Chain, signer: bytes, nonce: int) -> int:
    """A block that no unknown transaction stands before: that of the last known one with a lower nonce than any of them."""
    mined = Transaction.state.in_((TransactionState.MINED, TransactionState.FINAL))
    block = session.scalar(select(func.max(Transaction.block_number)).where(Transaction.signer == signer, Transaction.nonce < nonce, mined))
    return chain.deployment.block if block is None else block


def _spans(chain: Chain, first: int, last: int) -> Iterator[list[Anchor]]:
    """The ledger's anchors in ranges of blocks as wide as the node allows."""
    width = _BLOCKS_AT_ONCE
    while first <= last:
        try:
            yield chain.anchors(first, min(last, first + width - 1))
        except (RangeTooWide, NodeRefused):
            if width == 1:
                raise
            width = (width + 1) // 2
            continue
        first += width


def _waiting(session: Session, signer: bytes, held: Sequence[int], commitments: Sequence[bytes]) -> dict[tuple[bytes, bytes], int]:
    """(item id, commitment) -> record_items.id, of those that are in no transaction or in one of `held`."""
    free = or_(RecordItem.transaction_id.is_(None), RecordItem.transaction_id.in_(held))
    columns = select(RecordItem.item_id, Record.commitment, RecordItem.id).join(Record, Record.id == RecordItem.record_id)
    found: dict[tuple[bytes, bytes], int] = {}
    for part in parts(commitments):
        rows = session.execute(columns.where(Record.commitment.in_(part), RecordItem.signer == signer, free))
        found |= {(item, commitment): number for item, commitment, number in rows}
    return found


def _known(chain: Chain, tx_hash: bytes, anchors: Sequence[Anchor], items: Sequence[int]) -> Known:
    sent, first = chain.transaction(tx_hash), anchors[0]
    return Known(tx_hash, sent.nonce, sent.raw, first.block_number, first.block_hash, len(anchors), tuple(items))


def _apply(session: Session, signer: bytes, known: Known) -> int:
    """A row that holds the nonce already is that of a transaction which failed because this one came first: it becomes this one."""
    moment = now()
    row = {"hash": known.hash, "raw": known.raw, "items": known.anchors, "state": TransactionState.FINAL, "tries": 1, "problem": None}
    place = {"first_item": known.items[0], "last_item": known.items[-1], "block_number": known.block_number, "block_hash": known.block_hash}
    times = {"signed_at": moment, "changed_at": moment, "sent_at": moment}
    facts = row | place | times
    fresh = insert_for(session, Transaction).values(signer=signer, nonce=known.nonce, **facts)
    failed = Transaction.state == TransactionState.FAILED
    stored = fresh.on_conflict_do_update(index_elements=["signer", "nonce"], set_=facts, where=failed).returning(Transaction.id)
    number, taken = session.execute(stored).scalar_one(), 0
    for part in parts(known.items):
        taken += changed(
            session, update(RecordItem).where(RecordItem.id.in_(part), RecordItem.transaction_id.is_(None)).values(transaction_id=number)
        )
    names = {"signer": signer, "nonce": known.nonce, "transaction": known.hash, "block": known.block_number, "anchors": taken}
    once_committed(session, partial(log.warning, "transaction.recognised", **names))
    return taken
