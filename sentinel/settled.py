"""Whether mirror and chain agree now on where they are: only then does a difference between them mean anything.

While the node is down, a fork is being followed or the mirror is being built, a round stands still and says why: that is no finding.
"""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from indexer.models import CURSOR, Cursor, State
from indexer.run import Condition
from ledger_client.chain import Chain
from ledger_client.errors import NotFound, Retryable
from ledger_client.sentences import sentence

BEHIND = 50  # blocks that the mirror may be behind the chain


class Unsettled(Retryable):
    """Nothing can be said now of what chain and mirror hold."""


class Settled(NamedTuple):
    """A place at which the mirror is whole and the live chain has the same block."""

    block: int
    hash: bytes
    position: int  # anchors in the mirror
    rewinds: int


def settled(session: Session, chain: Chain) -> Settled:
    """Where mirror and chain agree. Raises Unsettled, or what the node's failure is."""
    if not inspect(session.connection()).has_table(Cursor.__tablename__):
        raise Unsettled("there is no mirror of the chain yet")
    cursor = session.get(Cursor, CURSOR, populate_existing=True)
    state = session.get(State, CURSOR, populate_existing=True)
    if cursor is None:
        raise Unsettled("the mirror has not begun to follow the chain")
    if state is not None and state.state == Condition.STOPPED:
        raise Unsettled(sentence("the mirror has stopped: {problem}", problem=state.problem))
    if cursor.doubt:
        raise Unsettled(sentence("the mirror reads again what it doubts: {doubt}", doubt=cursor.doubt))
    if cursor.position and not cursor.indexed:
        raise Unsettled("the mirror is being built")
    try:
        there = chain.block(cursor.complete_block)
    except NotFound:
        raise Unsettled(
            sentence("the node has no block {number}, which the mirror has: it is behind, or on a fork", number=cursor.complete_block)
        ) from None
    if there.hash != cursor.complete_hash:
        raise Unsettled(sentence("block {number} is another on the chain: a fork is being followed", number=cursor.complete_block))
    return Settled(cursor.complete_block, cursor.complete_hash, cursor.position, cursor.rewinds)


def still(session: Session, chain: Chain, here: Settled) -> None:
    """Raise Unsettled if a fork or a rewind came between."""
    now = settled(session, chain)
    if now.rewinds != here.rewinds or (now.block == here.block and now.hash != here.hash) or now.block < here.block:
        raise Unsettled("the mirror went back meanwhile")
    if chain.block(here.block).hash != here.hash:
        raise Unsettled(sentence("block {number} changed meanwhile: a fork is being followed", number=here.block))
