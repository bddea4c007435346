"""One turn of the indexer's loop: a step in its own transaction, and what became of it in `mirror_state`, for everybody to see.

The loop itself is three lines, in `scripts/run`:

    memory = Memory(reader=Reader(ahead=chain))
    while not stopped.wait(turn(sessions, chain, memory)):
        pass

A failed step is retried on a timer for ever, because a private chain can be quiet for hours and an error must not wait for its next
block: a node that is down comes back, a node that left something out becomes honest, and the mirror heals by itself.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum

from sqlalchemy.orm import Session, sessionmaker

from indexer.cursor import flush
from indexer.follow import step
from indexer.memory import Memory
from indexer.models import CURSOR, Cursor, State
from indexer.rewind import DeepFork
from indexer.span import Source
from ledger_client.errors import Conflict, EvidenceError, LedgerError, NodeRefused, NodeUnavailable, NotFound, Retryable, WrongChain
from telemetry.logs import log
from telemetry.metrics import STEP_FAILURES, STEP_SECONDS

IDLE_SECONDS = 0.25
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 2.0
STOPPED_PAUSE = 5.0
LONGEST_ASKED = 30.0  # a node's Retry-After beyond this is not believed
_FRESH_SECONDS = 5.0  # how old an unchanged state row may grow


class Condition(StrEnum):
    """How following goes."""

    FOLLOWING = "following"  # everything read so far agrees with the chain
    CATCHING_UP = "catching_up"  # more blocks are known than were read
    WAITING = "waiting"  # the node or the database does not answer, or not now
    DOUBTING = "doubting"  # the node's answers contradict each other; they are asked for again
    STOPPED = "stopped"  # another chain, a fork deeper than the window, foreign rows in the mirror: an operator must decide


_FOR_AN_OPERATOR = (WrongChain, DeepFork, Conflict)


def turn(sessions: sessionmaker[Session], chain: Source, memory: Memory) -> float:
    """Do one step, record how it went, and return the seconds to wait before the next turn. Raises nothing that time can mend."""
    try:
        began = time.perf_counter()
        with _no_collection(), sessions.begin() as session:
            moved = step(session, chain, memory)
        if moved:
            STEP_SECONDS.observe(time.perf_counter() - began)
        with sessions.begin() as session:
            return _went_well(session, memory, moved)
    except (Retryable, EvidenceError, NotFound, NodeRefused, Conflict) as error:
        memory.failures += 1
        STEP_FAILURES.labels(type(error).__name__).inc()
        try:
            with sessions.begin() as session:
                _record(session, _condition(error), error.text, memory, time.time())
        except Retryable:
            return LONGEST_PAUSE  # the database is away: the next turn tries again
        return _pause(error, memory.failures)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Rest the cycle collector during a step: it makes no cycles, and to walk its tuples again and again costs a quarter of its time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _went_well(session: Session, memory: Memory, moved: int) -> float:
    cursor = session.get(Cursor, CURSOR)
    if cursor is None:
        raise Retryable("the mirror was emptied just now; it is followed anew")
    memory.failures = memory.failures + 1 if cursor.doubt and not moved else memory.failures if cursor.doubt else 0
    behind = memory.head is None or memory.head.number > cursor.block
    unready = behind or (cursor.position > 0 and not cursor.indexed)
    condition = Condition.DOUBTING if cursor.doubt else Condition.CATCHING_UP if unready else Condition.FOLLOWING
    _record(session, condition, cursor.doubt, memory, time.time())
    return 0.0 if moved else _backed_off(memory.failures) if cursor.doubt else IDLE_SECONDS


def _condition(error: LedgerError) -> Condition:
    if isinstance(error, _FOR_AN_OPERATOR):
        return Condition.STOPPED
    return Condition.DOUBTING if isinstance(error, EvidenceError) else Condition.WAITING


def _pause(error: LedgerError, failures: int) -> float:
    if isinstance(error, _FOR_AN_OPERATOR):
        return STOPPED_PAUSE
    if isinstance(error, NodeUnavailable) and error.retry_after is not None:
        return min(error.retry_after, LONGEST_ASKED)
    return _backed_off(failures)


def _backed_off(failures: int) -> float:
    return min(LONGEST_PAUSE, FIRST_PAUSE * (1 << min(max(failures - 1, 0), 10)))


def _record(session: Session, condition: Condition, problem: str | None, memory: Memory, at: float) -> None:
    """Write the state row if anything in it changed, or if it grows old; Retryable when another follower wrote it just now."""
    row = session.get(State, CURSOR)
    if row is None:
        row = State(name=CURSOR, state="", head=None, problem=None, since=at, checked_at=0.0, failures=0)
        session.add(row)
    head = memory.head.number if memory.head else row.head
    if (row.state, row.problem, row.head) == (condition, problem, head) and at - row.checked_at < _FRESH_SECONDS:
        return
    if row.state != condition:
        row.since = at
        say = log.info if condition in (Condition.FOLLOWING, Condition.CATCHING_UP) else log.warning
        say(f"mirror.{condition}", block=head, reason=problem, failures=memory.failures)
    row.state, row.problem, row.head, row.checked_at, row.failures = condition, problem, head, at, memory.failures
    flush(session)
