"""Whether the anchors of a document wait for each other.

A node puts the first transactions it gets into a block at once, and those that come later wait for the next block. So while a document
is being stored its anchors are signed, but handed over together, once the last of them is signed: they share a block. Nothing waits
longer than `policy.gather`, and events that come one by one do not wait at all.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from records import signing
from records.columns import now
from records.models import Capture, Record, RecordItem, Transaction, TransactionState
from records.policy import Policy

_RECENT = timedelta(minutes=1)  # a document that takes longer is not waited for
_JUST_NOW = timedelta(seconds=1)  # ended so short ago that its last anchors may not be signed yet


class Gathering(NamedTuple):
    """What the publisher leaves for later."""

    hold: bool  # what was signed and never sent
    full: bool  # what does not fill a transaction


def gathering(session: Session, signer: bytes, policy: Policy) -> Gathering:
    """What waits now, because more of a document is to come or to be signed."""
    growing, ending = _documents(session, signer)
    if not (growing or ending) or signing.underway(session, signer) >= policy.in_flight or _late(session, signer, policy):
        return Gathering(hold=False, full=False)
    return Gathering(hold=growing or _signable(session, signer, policy), full=growing)


def _documents(session: Session, signer: bytes) -> tuple[bool, bool]:
    """Whether a document of the signer is being stored, and whether one was until just now."""
    moment = now()
    recent = (Capture.signer == signer, Capture.received_at > moment - _RECENT)
    unfinished = or_(Capture.finished_at.is_(None), Capture.finished_at > moment - _JUST_NOW)
    ends = session.scalars(select(Capture.finished_at).where(*recent, unfinished)).all()
    return None in ends, bool(ends)


def _signable(session: Session, signer: bytes, policy: Policy) -> bool:
    """Whether the next step of `signing` would sign something."""
    waiting = len(signing.queue(session, signer, policy.batch))
    return waiting == policy.batch or (waiting > 0 and not signing.part_filled(session, signer, policy))


def _late(session: Session, signer: bytes, policy: Policy) -> bool:
    """Whether the first anchor that was not handed over has waited long enough."""
    since = _waiting_since(session, signer)
    return since is not None and now() - since > timedelta(seconds=policy.gather)


def _waiting_since(session: Session, signer: bytes) -> datetime | None:
    unsent = select(func.min(Transaction.signed_at)).where(Transaction.signer == signer, Transaction.state == TransactionState.SIGNED)
    captured = select(Record.captured_at).join(RecordItem, Record.id == RecordItem.record_id)
    first = captured.where(RecordItem.signer == signer, RecordItem.transaction_id.is_(None)).order_by(RecordItem.id).limit(1)
    return session.scalar(unsent) or session.scalar(first)
