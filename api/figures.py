"""Leaves the figures of this process in the database, where several share one socket: `/metrics` is answered by any of them, for all.

As the background jobs do (`records.samples`); started by `app`.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

from sqlalchemy.orm import Session, sessionmaker
from starlette.concurrency import run_in_threadpool

from ledger_client.errors import Retryable
from records import samples
from telemetry import metrics

EVERY_SECONDS = 10.0


@contextlib.asynccontextmanager
async def left(sessions: sessionmaker[Session], process: str) -> AsyncIterator[None]:
    """Leave them every few seconds while the body runs; a process without a name is alone and leaves none."""
    task = asyncio.create_task(_leave(sessions, process)) if process else None
    try:
        yield
    finally:
        if task:
            task.cancel()


async def _leave(sessions: sessionmaker[Session], process: str) -> None:
    while True:
        await run_in_threadpool(_write, sessions, process)
        await asyncio.sleep(EVERY_SECONDS)


def _write(sessions: sessionmaker[Session], process: str) -> None:
    with contextlib.suppress(Retryable), sessions.begin() as session:  # while the database is away, later
        samples.write(session, process, metrics.samples())
