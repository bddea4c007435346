"""What was accepted and is not on the chain yet, and how publishing goes: for `/status`."""

from __future__ import annotations

from sqlalchemy.orm import Session

from api.schemas import LaneOut, QueueOut
from api.spelling import hexed
from records import queries


def queue(session: Session) -> QueueOut:
    """Depth and age of the queue, running captures, and each signer's lane."""
    known = queries.queue(session)
    return QueueOut(
        depth=known.waiting + known.underway,
        waiting=known.waiting,
        underway=known.underway,
        oldest=known.oldest,
        captures_running=known.captures,
        lanes=[LaneOut(signer=hexed(lane.signer), state=lane.state, since=lane.since, problem=lane.problem) for lane in known.lanes],
    )
