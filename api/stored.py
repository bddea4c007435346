"""What this server keeps of an item: records with their secrets, and which of them wait for the chain.

Read by `records.queries`; handed to `prove` by `live`, and shown by itself only while the node is down.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from ledger_client.codes import ItemCode
from ledger_client.prove import Kept
from records import queries
from records.models import ApiKey, Lane, Record
from records.queries import RecordState


@dataclass(frozen=True, slots=True)
class Stored:
    """A record of an item. `done`: its transaction is in a block, so an anchor must be there."""

    record: Record
    done: bool

    @property
    def kept(self) -> Kept:
        """As `prove` takes it."""
        return Kept(self.record.payload, self.record.secret)


def of_item(session: Session, code: ItemCode) -> list[Stored]:
    """The records that were captured for an item, in the order of capture."""
    done = (RecordState.ANCHORED, RecordState.FINAL)
    return [Stored(one.record, one.state in done) for one in queries.records_of_item(session, code.uri)]


def own_signers(session: Session) -> set[bytes]:
    """The keys whose records are kept here: what they anchored and is not here is missing, what others anchored is elsewhere."""
    return set(session.scalars(union(select(Lane.signer), select(ApiKey.signer))))
