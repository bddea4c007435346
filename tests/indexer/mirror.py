"""What the tests of the indexer do again and again: run it until it rests, and compare its rows with the chain's."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from indexer.follow import step
from indexer.memory import Memory
from indexer.models import MirroredAnchor
from indexer.span import Source
from ledger_client.onchain import ZERO_HEAD, Anchor, fold

Row = tuple[object, ...]


def follow(sessions: sessionmaker[Session], chain: Source, memory: Memory | None = None, steps: int = 10_000) -> int:
    """Step and commit until there is nothing to do; returns how many steps that took."""
    memory = memory or Memory()
    for done in range(steps):
        with sessions.begin() as session:
            if not step(session, chain, memory):
                return done
    raise AssertionError(f"no rest after {steps} steps")


def rows(sessions: sessionmaker[Session]) -> list[Row]:
    """All mirrored anchors, by position."""
    with sessions() as session:
        return [tuple(row) for row in session.execute(select(MirroredAnchor.__table__).order_by(MirroredAnchor.position))]


def expected(anchors: list[Anchor]) -> list[Row]:
    """The rows that these anchors must become, with the head of each item after each."""
    heads: dict[bytes, bytes] = {}
    found: list[Row] = []
    for a in anchors:
        heads[a.item_id] = fold(heads.get(a.item_id, ZERO_HEAD), a.commitment, a.signer, a.time)
        place = (a.member_id, a.time, a.block_number, a.log_index, a.tx_hash)
        found.append((a.position, a.item_id, a.seq, a.commitment, a.signer, *place, heads[a.item_id]))
    return found
