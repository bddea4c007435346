"""Tells findings by mail and webhook: one message for all that are new, never one for each.

A message is stored before it is sent, tried again with growing pauses, and given up after some hours, all of it for everybody to see.
A server that is away therefore stops nothing. What was sent in the instant of a kill is sent again under the same number.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from records.columns import now
from records.database import once_committed
from sentinel import findings
from sentinel.channels import Channel, NotDelivered
from sentinel.models import Finding, FindingState, Notice, NoticeState
from telemetry.logs import log

GATHER = timedelta(seconds=60)  # between two messages by one channel
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=1)
MOST_TRIES = 14  # some eight hours
NAMED = 20  # findings that a message names one by one
_ROOM = 2000  # more than are ever open


def step(session: Session, channels: Sequence[Channel], link: str = "") -> int:
    """Send the message that is due, or write the next one; returns 1, or 0 when there is nothing to do now. The caller commits."""
    by_name = {channel.name: channel for channel in channels}
    due = select(Notice).where(Notice.state == NoticeState.WAITING, Notice.next_at <= now(), Notice.channel.in_(by_name))
    notice = session.scalar(due.order_by(Notice.next_at).limit(1).execution_options(populate_existing=True))
    if notice is not None:
        _send(notice, by_name[notice.channel])
        once_committed(
            session, partial(log.info, f"notice.{notice.state}", notice=notice.id, channel=notice.channel, failures=notice.tries)
        )
        return 1
    return _write(session, channels, link) if channels else 0


def latest(session: Session, limit: int = 10) -> Sequence[Notice]:
    """The newest messages and how their delivery goes."""
    return session.scalars(select(Notice).order_by(Notice.id.desc()).limit(limit)).all()


def _send(notice: Notice, channel: Channel) -> None:
    notice.tries += 1
    try:
        channel.deliver(notice.id, json.loads(notice.content))
    except NotDelivered as problem:
        notice.problem = problem.problem
        notice.next_at = now() + min(FIRST_PAUSE * 2 ** min(notice.tries - 1, 20), LONGEST_PAUSE)
        if notice.tries >= MOST_TRIES:
            notice.state, notice.ended_at = NoticeState.GIVEN_UP, now()
    else:
        notice.state, notice.ended_at, notice.problem = NoticeState.SENT, now(), None


def _write(session: Session, channels: Sequence[Channel], link: str) -> int:
    """One message for each channel about everything that was not told, unless the last one was written a moment ago."""
    last = session.scalar(select(func.max(Notice.made_at)))
    if last is not None and now() - last < GATHER:
        return 0
    fresh = findings.untold(session, _ROOM)
    if not fresh:
        return 0
    moment, content = now(), json.dumps(content_of(fresh, findings.unresolved(session), link, now().timestamp()), ensure_ascii=False)
    for channel in channels:
        told = {"channel": channel.name, "content": content, "state": NoticeState.WAITING, "tries": 0}
        session.add(Notice(made_at=moment, next_at=moment, **told))
    for finding in fresh:
        finding.told = finding.state
    session.flush()
    return 1


def content_of(fresh: Sequence[Finding], unresolved: int, link: str, made_at: float) -> dict[str, Any]:
    """What a message tells; what opened comes first."""
    opened = [one for one in fresh if one.state == FindingState.OPEN]
    ordered = opened + [one for one in fresh if one.state != FindingState.OPEN]
    return {
        "made_at": made_at,
        "opened": len(opened),
        "resolved": len(fresh) - len(opened),
        "unresolved": unresolved,
        "findings": [_told(one) for one in ordered[:NAMED]],
        "more": max(0, len(ordered) - NAMED),
        "link": link,
    }


def _told(one: Finding) -> dict[str, Any]:
    place = {"id": one.id, "kind": one.kind, "table": one.table_name, "row": one.row_key, "column": one.column_name}
    return place | {"expected": one.expected, "found": one.found, "state": one.state, "first_seen": one.first_seen.isoformat()}
