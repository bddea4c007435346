"""After the tables: the mirror is made from the chain alone, and what was published since the backup is recognised.

Both are done again by `follow` and `publish` as long as they were not; here they come first, so that the proof that follows stands on them.
"""

from __future__ import annotations

from sqlalchemy import select, union
from sqlalchemy.orm import Session, sessionmaker

from ledger_client.chain import Chain
from ledger_client.errors import NodeUnavailable, WrongChain
from records import recognise
from records.models import Lane, RecordItem
from records.policy import Policy
from scripts.backup.manifest import Manifest


def check_chain(chain: Chain, manifest: Manifest) -> None:
    """Raise WrongChain unless the node serves the backup's chain, NodeUnavailable while it is behind the backup."""
    chain.check_identity()
    if manifest.block is None:
        return
    if (head := chain.block().number) < manifest.block:
        raise NodeUnavailable(f"the node is at block {head}, the backup at block {manifest.block}: wait until it has caught up")
    if (found := chain.block(manifest.block).hash).hex() != manifest.block_hash:
        raise WrongChain(f"hash of block {manifest.block}", f"0x{manifest.block_hash}", found)


def recognise_all(sessions: sessionmaker[Session], chain: Chain, policy: Policy) -> int:
    """Give every waiting item that is anchored already to its transaction; returns how many."""
    with sessions() as session:
        waiting = select(RecordItem.signer).where(RecordItem.transaction_id.is_(None))
        signers = session.scalars(union(select(Lane.signer), waiting)).all()
    count = 0
    for signer in signers:
        with sessions.begin() as session:
            count += recognise.apply(session, signer, recognise.look(session, chain, signer, policy))
    return count
