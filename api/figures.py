"""What processes that share one socket tell each other through the database, every few seconds.

Each leaves its figures there (as the background jobs do, `records.samples`), since `/metrics` is answered by any of them, for all; and
each lets go of what it remembers once another has erased a record. Started by `app`.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

from sqlalchemy.orm import Session, sessionmaker
from starlette.concurrency import run_in_threadpool

from api import memory
from ledger_client.errors import Retryable
from records import erasure, samples
from telemetry import metrics

EVERY_SECONDS = 10.0


@contextlib.asynccontextmanager
async def left(sessions: sessionmaker[Session], process: str, every: float = EVERY_SECONDS) -> AsyncIterator[None]:
    """Do so while the body runs; a process without a name is alone and does not."""
    task = asyncio.create_task(_again(sessions, process, every)) if process else None
    try:
        yield
    finally:
        if task:
            task.cancel()


async def _again(sessions: sessionmaker[Session], process: str, every: float) -> None:
    erased = 0
    while True:
        erased = await run_in_threadpool(_turn, sessions, process, erased)
        await asyncio.sleep(every)


def _turn(sessions: sessionmaker[Session], process: str, erased: int) -> int:
    """Leave the figures, and forget if more was erased; how many records were erased by now."""
    with contextlib.suppress(Retryable), sessions.begin() as session:  # while the database is away, later
        samples.write(session, process, metrics.samples())
        if (found := erasure.count(session)) != erased:
            memory.forget()
        return found
    return erased
