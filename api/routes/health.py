"""Whether this server and its chain are well: `/health` for a load balancer, `/status` for people."""

from __future__ import annotations

import time
from typing import Any

from fastapi import APIRouter
from sqlalchemy import text

from api.backlog import queue
from api.dependencies import Db, Node
from api.problems import documented
from api.schemas import ChainOut, EmbeddedOut, Health, MirrorOut, StatusOut
from api.spelling import hexed
from indexer import queries as mirror
from ledger_client.chain import Chain
from ledger_client.errors import LedgerError

router = APIRouter(tags=["operate"])


@router.get("/health", operation_id="health", summary="Is the process alive, with its database?", responses=documented(503))
def health(db: Db) -> Health:
    """Cheap: one statement on the database, nothing of the chain."""
    db.execute(text("SELECT 1"))
    return Health()


@router.get("/status", operation_id="status", summary="How far chain, mirror and queue are", responses=documented(503))
def status(db: Db, chain: Node) -> StatusOut:
    """Answers also while the node is down, and then says since when it has been away."""
    return StatusOut(chain=_chain(chain, mirror.status(db)), mirror=_mirror(db), queue=queue(db))


def _chain(chain: Chain, known: mirror.Status) -> ChainOut:
    """The node's own word now; while it is silent, the last block that the mirror saw."""
    try:
        block = chain.block()
    except LedgerError as problem:
        since = known.since if known.state == "waiting" else known.checked_at
        return ChainOut(reachable=False, chain_id=known.chain_id, head=known.head, problem=str(problem), away_since=_iso(since))
    return ChainOut(
        reachable=True,
        chain_id=chain.deployment.chain_id,
        head=block.number,
        head_hash=hexed(block.hash),
        head_time=block.time,
        embedded=_embedded(chain),
    )


def _embedded(chain: Chain) -> EmbeddedOut | None:
    """What only the embedded chain can say of itself; None for the node of a network, which does not know the question."""
    try:
        said = chain.rpc.call("ledger_nodeStatus", [], dict[str, Any])
    except LedgerError:
        return None
    return EmbeddedOut(anchors=said["anchors"], seconds_per_block=said["secondsPerBlock"], advice=said["advice"])


def _mirror(db: Db) -> MirrorOut:
    known = mirror.status(db)
    return MirrorOut(
        state=known.state,
        problem=known.problem,
        block=known.complete_block,
        lag=known.lag,
        anchors=known.anchors,
        confirmed=known.confirmed,
        items=known.items,
        rewinds=known.rewinds,
        checked_at=_iso(known.checked_at),
    )


def _iso(seconds: float | None) -> str | None:
    return None if seconds is None else time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))
