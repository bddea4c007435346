"""The mirror's place on the chain, moved by compare-and-set.

Moving it is the first write of every transaction of the mirror, so two indexers never write at once: the second finds another
version and gives up. Nothing is locked while the node is being asked.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete, insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified
from sqlalchemy.orm.exc import StaleDataError

from indexer.memory import Memory
from indexer.models import CURSOR, Cursor, MirroredBlock
from indexer.span import Source
from ledger_client.deployment import Deployment
from ledger_client.errors import Retryable, WrongChain
from ledger_client.onchain import Block


def find(session: Session, chain: Source, memory: Memory) -> Cursor | None:
    """The cursor, None before the first step. WrongChain if node, deployment and mirror are not of one chain."""
    cursor = session.get(Cursor, CURSOR, populate_existing=True)
    if cursor is not None:
        _same_ledger(cursor, chain.deployment)
    if not memory.identified:
        chain.check_identity()
        memory.identified = True
    return cursor


def move(session: Session, cursor: Cursor, **changes: object) -> None:
    """Set columns of the cursor and take the write lock; Retryable when another indexer was faster."""
    for name, value in changes.items():
        setattr(cursor, name, value)
    flag_modified(cursor, "block")  # so that a row is written, and the lock taken, even if nothing differs
    flush(session)


def keep_headers(session: Session, blocks: Iterable[Block], window: int, last: int) -> None:
    """Store the headers within the window that ends at `last`, and drop those before it."""
    session.execute(delete(MirroredBlock).where(MirroredBlock.number <= last - window), execution_options={"synchronize_session": False})
    rows = [{"number": b.number, "hash": b.hash, "parent_hash": b.parent_hash, "time": b.time} for b in blocks if b.number > last - window]
    if rows:
        session.execute(insert(MirroredBlock), rows)


def flush(session: Session) -> None:
    """Write cursor or state now; Retryable when it changed in the database meanwhile."""
    try:
        session.flush()
    except (StaleDataError, IntegrityError):
        raise Retryable("another indexer moved this mirror at the same time; only one should run") from None


def _same_ledger(cursor: Cursor, deployment: Deployment) -> None:
    """A mirror belongs to one ledger for good."""
    for what, mirrored, wanted in (
        ("chain id of the mirror", cursor.chain_id, deployment.chain_id),
        ("genesis block of the mirror", cursor.genesis, deployment.genesis),
        ("ledger of the mirror", cursor.ledger, deployment.ledger),
    ):
        if mirrored != wanted:
            raise WrongChain(what, wanted, mirrored)
