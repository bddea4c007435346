"""How publishing goes, signer by signer: one row per lane that `status` and the pages show.

Written by the publisher in the same transaction as the work it speaks of.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from records.columns import now
from records.database import changed, insert_for
from records.models import Lane, LaneState, RecordItem, Transaction, TransactionState
from records.policy import Policy
from telemetry.logs import log


def claim(session: Session, signer: bytes) -> Lane | None:
    """The lane of a signer (20 bytes); None before its first use, and while another publisher works on it.

    PostgreSQL locks the row until the transaction ends. SQLite has no row locks: there two publishers may look at
    the same lane, and `hold` and compare-and-set updates keep them from doing the same thing twice.
    """
    return session.scalar(select(Lane).where(Lane.signer == signer).with_for_update(skip_locked=True))


def enter(session: Session, signer: bytes) -> int:
    """Make the lane of a new signer; returns 1, or 0 if it is there already."""
    row = {"signer": signer, "state": LaneState.WAITING, "since": now(), "problem": "not checked yet", "failures": 0}
    made = insert_for(session, Lane).values(**row).on_conflict_do_nothing().returning(Lane.signer)
    return len(session.execute(made).all())


def quiet(session: Session, signer: bytes) -> bool:
    """Whether a lane is fine and nothing of it waits, neither to be signed nor for a block: then there is nothing to publish."""
    lane = select(Lane.signer).where(Lane.signer == signer, Lane.state == LaneState.READY)
    waiting = select(RecordItem.id).where(RecordItem.signer == signer, RecordItem.transaction_id.is_(None))
    unsettled = Transaction.state.in_((TransactionState.SIGNED, TransactionState.SENT, TransactionState.MINED))
    moving = select(Transaction.id).where(Transaction.signer == signer, unsettled)
    return bool(session.scalar(select(lane.exists() & ~waiting.exists() & ~moving.exists())))


def hold(session: Session, signer: bytes) -> None:
    """Keep every other publisher of this lane out until the transaction ends (on SQLite: every other writer)."""
    changed(session, update(Lane).where(Lane.signer == signer).values(failures=Lane.failures))


def turn(lane: Lane, state: LaneState, problem: str | None = None) -> bool:
    """Show another state; says whether anything changed."""
    if (lane.state, lane.problem) == (state, problem):
        return False
    if lane.state != state:
        lane.since = now()
        say = log.info if state == LaneState.READY else log.warning
        say(f"lane.{state}", signer=lane.signer, reason=problem, failures=lane.failures)
    lane.state, lane.problem = state, problem
    return True


def resting(lane: Lane, policy: Policy) -> bool:
    """Whether a paused lane waits before its next attempt: 2, 4, 8 … seconds after so many failures in a row."""
    pause = min(2.0**lane.failures, policy.longest_pause) if lane.failures else 0.0
    return lane.state == LaneState.PAUSED and now() - lane.since < timedelta(seconds=pause)
