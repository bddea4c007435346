"""How fast the sentinel walks: so many rows a second, or a round a day, whichever is quicker; with rests between rounds."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

from sqlalchemy.orm import Session

from ledger_client.chain import Chain
from records.pool import open_pool
from sentinel.rounds import SIZE, Memory, running, step

FAST = 2000.0  # rows a second from which on every core re-hashes; below, one core has time to spare
DAY = 86_400.0
BETWEEN_ROUNDS = 30.0  # seconds
WAITING = 5.0
_PIECE_SECONDS = 1.0  # how much is done at once, at a slow pace


def paced(chain: Chain, rate: float, clock: Callable[[], float] = time.monotonic) -> Callable[[Session], int]:
    """`rounds.step` as a job calls it again and again: it does a piece when one is due and otherwise nothing. `rate`: rows a second."""
    memory, due = Memory(pool=open_pool(os.cpu_count() or 1, "sentinel") if rate >= FAST else None), 0.0

    def called(session: Session) -> int:
        nonlocal due
        if clock() < due:
            return 0
        current = running(session)
        speed = max(rate, current.total / DAY if current else 0.0)
        begun = clock()
        done = step(session, chain, memory, max(1, min(SIZE, round(speed * _PIECE_SECONDS))))
        rest = BETWEEN_ROUNDS if running(session) is None else 0.0
        due = begun + done / speed + rest if done else clock() + WAITING
        return done

    return called
