"""How many may listen at one process of the server, and whether it is worth to look for news."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlalchemy.orm import Session, sessionmaker
from starlette.concurrency import run_in_threadpool

from api.problems import TooManyStreams
from ledger_client.errors import Retryable
from records.query.settled import settled

MOST, MOST_OF_ONE = 200, 10  # connections; of one account
AT_ONCE = 8  # listeners that are told at the same time, so that threads are left for everybody else
EVERY = 0.5  # seconds between two looks at the database, however many listen


class Places:
    """Who listens here. Used by the event loop only."""

    def __init__(self) -> None:
        self._taken: Counter[int] = Counter()

    @property
    def taken(self) -> int:
        """Connections that are open."""
        return self._taken.total()

    @contextmanager
    def one(self, account_id: int) -> Iterator[None]:
        """Hold a place while the body runs; TooManyStreams when there is none left."""
        if self._taken[account_id] >= MOST_OF_ONE:
            raise TooManyStreams(f"the account listens by {MOST_OF_ONE} connections already; close one of them first")
        if self.taken >= MOST:
            raise TooManyStreams(f"{MOST} connections listen here already; come back later")
        self._taken[account_id] += 1
        try:
            yield
        finally:
            self._taken[account_id] -= 1
            self._taken = +self._taken


class Tide:
    """Up to which number records are settled, asked of the database for all who listen; who looks for what is new holds `looking`."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions, self._position, self._at, self._asking = sessions, 0, 0.0, asyncio.Lock()
        self.looking = asyncio.Semaphore(AT_ONCE)

    async def beyond(self, position: int, seconds: float) -> None:
        """Wait until there is more than that, or for so long."""
        until = asyncio.get_running_loop().time() + seconds
        while await self._now() <= position and asyncio.get_running_loop().time() < until:
            await asyncio.sleep(EVERY)

    async def _now(self) -> int:
        async with self._asking:
            if asyncio.get_running_loop().time() - self._at >= EVERY:
                with suppress(Retryable):  # while the database is away, nothing is new
                    self._position = await run_in_threadpool(self._settled)
                self._at = asyncio.get_running_loop().time()
            return self._position

    def _settled(self) -> int:
        with self._sessions() as session:
            return settled(session)
