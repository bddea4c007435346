"""Begins a mirror: the cursor stands on the block before the first one that holds anything of the deployment.

From the deployment and the node; run once, by `follow`.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from indexer.cursor import flush, keep_headers
from indexer.models import CURSOR, Cursor
from indexer.span import Source


def begin(session: Session, chain: Source) -> None:
    """Store the first cursor; the caller commits."""
    deployment = chain.deployment
    start = chain.block(max(0, deployment.block - 1))
    cursor = Cursor(
        name=CURSOR,
        chain_id=deployment.chain_id,
        genesis=deployment.genesis,
        ledger=deployment.ledger,
        block=start.number,
        hash=start.hash,
        complete_block=start.number,
        complete_hash=start.hash,
        position=0,
        confirmed=0,
        members_block=-1,
        council_nonce="0",
        items=0,
        indexed=False,
        rewinds=0,
        doubt=None,
    )
    session.add(cursor)
    flush(session)
    keep_headers(session, [start], 1, start.number)
