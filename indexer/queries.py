"""What the mirror knows, for everybody who reads it: plain functions of a session, one sentence each.

Rows come as the values of `ledger_client.onchain`, so that they fold and verify like those read from the chain itself. How far
they can be trusted stands in `status`: every anchor up to `complete_block` is there, and up to `confirmed` the chain agreed.
"""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass, replace

from sqlalchemy import exists, func, inspect, select
from sqlalchemy.orm import Session

from indexer.models import CURSOR, Cursor, MemberEvent, MirroredAnchor, MirroredMember, MirroredProposal, MirroredSigner, State
from ledger_client.member_logs import Proposal
from ledger_client.onchain import NO_HEAD, Head, Member, Role, Signer
from records.models import Record

LOOKED_AT = 500  # newest anchors of an item, for those without a record


@dataclass(frozen=True, slots=True)
class Status:
    """Where the mirror stands; blocks and counts, times in Unix seconds."""

    state: str = "new"  # a value of run.Condition, or "new" before the first turn
    problem: str | None = None  # why it waits, doubts or has stopped
    since: float | None = None  # when that state began
    checked_at: float | None = None  # when the chain was last asked
    chain_id: int | None = None
    block: int | None = None  # read up to here
    complete_block: int | None = None  # nothing is missing up to here
    head: int | None = None  # of the chain, as last seen
    lag: int | None = None  # blocks between the chain's head and `complete_block`
    anchors: int = 0
    confirmed: int = 0  # of these, how many the chain's own heads confirmed
    items: int = 0
    indexed: bool = False
    rewinds: int = 0


def status(session: Session) -> Status:
    """Where the mirror stands; also before it was ever started."""
    if not inspect(session.connection()).has_table(Cursor.__tablename__):
        return Status()
    cursor, state = session.get(Cursor, CURSOR), session.get(State, CURSOR)
    found = Status()
    if state:
        found = Status(state.state, state.problem, state.since, state.checked_at, head=state.head)
    if cursor is None:
        return found
    return replace(
        found,
        chain_id=cursor.chain_id,
        block=cursor.block,
        complete_block=cursor.complete_block,
        lag=max(0, found.head - cursor.complete_block) if found.head is not None else None,
        anchors=cursor.position,
        confirmed=cursor.confirmed,
        items=cursor.items,
        indexed=cursor.indexed,
        rewinds=cursor.rewinds,
    )


def stale(status: Status, seconds: float) -> bool:
    """Whether the mirror is not known to follow the chain: it has a problem, or nobody looked for that long."""
    return status.state not in {"following", "catching_up"} or status.checked_at is None or time.time() - status.checked_at > seconds


def anchors_of(session: Session, item_id: bytes) -> list[MirroredAnchor]:
    """Every anchor of one item, oldest first."""
    return list(session.scalars(select(MirroredAnchor).where(MirroredAnchor.item_id == item_id).order_by(MirroredAnchor.seq)))


def anchors_with(session: Session, commitment: bytes) -> list[MirroredAnchor]:
    """Every anchor of one commitment, one for each item of its event, in the order of the ledger."""
    return list(session.scalars(select(MirroredAnchor).where(MirroredAnchor.commitment == commitment).order_by(MirroredAnchor.position)))


def anchor_with(session: Session, commitment: bytes) -> MirroredAnchor | None:
    """An anchor of a commitment, if there is any; all of them are of one transaction or of few."""
    return session.scalar(select(MirroredAnchor).where(MirroredAnchor.commitment == commitment).limit(1))


def first_anchors(session: Session, item_id: bytes, commitments: Collection[bytes]) -> dict[bytes, MirroredAnchor]:
    """Commitment -> its first anchor for an item, for those that have one; at most 5,000 commitments."""
    query = select(MirroredAnchor).where(MirroredAnchor.item_id == item_id, MirroredAnchor.commitment.in_(commitments))
    return {row.commitment: row for row in session.scalars(query.order_by(MirroredAnchor.seq.desc()))}


def anchors_without_record(session: Session, item_id: bytes, limit: int) -> list[MirroredAnchor]:
    """Anchors of an item whose record is not stored here, newest first, among its newest LOOKED_AT."""
    near = select(MirroredAnchor.position, MirroredAnchor.commitment).where(MirroredAnchor.item_id == item_id)
    newest = near.order_by(MirroredAnchor.seq.desc()).limit(LOOKED_AT).subquery()
    absent = select(newest.c.position).where(~exists().where(Record.commitment == newest.c.commitment))
    query = select(MirroredAnchor).where(MirroredAnchor.position.in_(absent)).order_by(MirroredAnchor.position.desc())
    return list(session.scalars(query.limit(limit)))


def latest_anchors(session: Session, limit: int, before: int | None = None, member_id: int | None = None) -> list[MirroredAnchor]:
    """The newest anchors of the ledger, or of one member, newest first; go on with the last one's position as `before`."""
    query = select(MirroredAnchor).order_by(MirroredAnchor.position.desc()).limit(limit)
    if before is not None:
        query = query.where(MirroredAnchor.position < before)
    if member_id is not None:
        query = query.where(MirroredAnchor.member_id == member_id)
    return list(session.scalars(query))


def head_of(session: Session, item_id: bytes) -> Head:
    """The item's head and count according to the mirror."""
    query = select(MirroredAnchor.head, MirroredAnchor.seq).where(MirroredAnchor.item_id == item_id)
    found = session.execute(query.order_by(MirroredAnchor.seq.desc()).limit(1)).first()
    return Head(found.head, found.seq) if found else NO_HEAD


def item_count(session: Session) -> int:
    """How many items have an anchor."""
    return session.scalar(select(Cursor.items)) or 0


def members(session: Session) -> list[Member]:
    """All members that were ever admitted, by number."""
    rows = session.scalars(select(MirroredMember).order_by(MirroredMember.member_id))
    return [Member(row.member_id, row.name, row.endpoint, Role(row.roles), row.suspended, row.since) for row in rows]


def signers(session: Session, member_id: int | None = None) -> list[Signer]:
    """All keys that ever could write, or those of one member, in the order of their addition."""
    query = select(MirroredSigner).order_by(MirroredSigner.active_from, MirroredSigner.address)
    if member_id is not None:
        query = query.where(MirroredSigner.member_id == member_id)
    return [Signer(row.address, row.member_id, row.active_from, row.active_until) for row in session.scalars(query)]


def member_names(session: Session) -> dict[bytes, str]:
    """Signer -> the name of the member it writes for."""
    query = select(MirroredSigner.address, MirroredMember.name).join(MirroredMember, MirroredMember.member_id == MirroredSigner.member_id)
    return {row.address: row.name for row in session.execute(query)}


def member_names_by_number(session: Session) -> dict[int, str]:
    """Number of each member -> its name."""
    return {member.member_id: member.name for member in members(session)}


def proposals_pending(session: Session) -> list[Proposal]:
    """Calls that the council was asked to approve and that it can still execute, in the order of its nonces."""
    nonce = int(session.scalar(select(Cursor.council_nonce)) or 0)
    rows = [row for row in session.scalars(select(MirroredProposal)) if int(row.nonce) >= nonce]
    return [Proposal(r.safe_tx_hash, int(r.nonce), r.proposer, r.target, r.data) for r in sorted(rows, key=lambda r: int(r.nonce))]


def member_events(session: Session, member_id: int) -> list[MemberEvent]:
    """What happened to one member, oldest first."""
    query = select(MemberEvent).where(MemberEvent.member_id == member_id)
    return list(session.scalars(query.order_by(MemberEvent.block_number, MemberEvent.log_index)))


def anchors_by_member(session: Session) -> dict[int, int]:
    """How many anchors each member wrote."""
    query = select(MirroredAnchor.member_id, func.count().label("anchors")).group_by(MirroredAnchor.member_id)
    return {row.member_id: row.anchors for row in session.execute(query)}
