"""What this server keeps of an item: records with their secrets, and which of them wait for the chain.

Read from the tables of `records`; handed to `prove` by `live`, and shown by itself only while the node is down.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from ledger_client.prove import Kept
from records.models import ApiKey, Lane, Record, RecordItem, Transaction, TransactionState

_IN_ONE_QUERY = 500
_DONE = (TransactionState.MINED, TransactionState.FINAL)


@dataclass(frozen=True, slots=True)
class Stored:
    """A record of an item. `done`: its transaction is in a block, so an anchor must be there."""

    record: Record
    done: bool

    @property
    def kept(self) -> Kept:
        """As `prove` takes it."""
        return Kept(self.record.payload, self.record.secret)


def of_item(session: Session, item_id: bytes) -> list[Stored]:
    """The records that were captured for an item, in the order of capture."""
    query = (
        select(Record, Transaction.state)
        .join(RecordItem, RecordItem.record_id == Record.id)
        .outerjoin(Transaction, Transaction.id == RecordItem.transaction_id)
        .where(RecordItem.item_id == item_id)
        .order_by(RecordItem.id)
    )
    return [Stored(record, state in _DONE) for record, state in session.execute(query)]


def by_commitment(session: Session, commitments: Iterable[bytes]) -> dict[bytes, Record]:
    """The records with these commitments, however they came here."""
    wanted, found = list(dict.fromkeys(commitments)), dict[bytes, Record]()
    for start in range(0, len(wanted), _IN_ONE_QUERY):
        part: Sequence[Record] = session.scalars(select(Record).where(Record.commitment.in_(wanted[start : start + _IN_ONE_QUERY]))).all()
        found |= {record.commitment: record for record in part}
    return found


def own_signers(session: Session) -> set[bytes]:
    """The keys whose records are kept here: what they anchored and is not here is missing, what others anchored is elsewhere."""
    return set(session.scalars(union(select(Lane.signer), select(ApiKey.signer))))
