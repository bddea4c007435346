"""The state that everybody sees, and how long a turn asks to wait."""

from __future__ import annotations

import gc
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.event import listen
from sqlalchemy.orm import Session, sessionmaker

from indexer import queries
from indexer.memory import Memory
from indexer.models import empty
from indexer.rewind import rewind_to
from indexer.run import IDLE_SECONDS, LONGEST_PAUSE, STOPPED_PAUSE, turn
from ledger_client.errors import InvalidInput
from tests.indexer.fakes import FakeChain
from tests.indexer.mirror import expected, rows

Sessions = sessionmaker[Session]


def status(sessions: Sessions) -> queries.Status:
    with sessions() as session:
        return queries.status(session)


def until_idle(sessions: Sessions, chain: FakeChain, memory: Memory) -> list[str]:
    seen = []
    for _ in range(200):
        pause = turn(sessions, chain, memory)
        seen.append(status(sessions).state)
        if pause == IDLE_SECONDS:
            return seen
    raise AssertionError(f"never idle: {seen}")


def test_a_mirror_catches_up_and_then_follows(sessions: Sessions):
    chain, memory = FakeChain(), Memory()
    for n in range(100):
        chain.add(b"item %d" % (n % 5))
    assert status(sessions).state == "new"
    seen = until_idle(sessions, chain, memory)
    assert seen[0] == "catching_up"
    assert seen[-1] == "following"
    told = status(sessions)
    assert (told.head, told.lag, told.anchors, told.items, told.chain_id) == (101, 0, 100, 5, 31337)
    assert not queries.stale(told, seconds=60)
    assert queries.stale(told, seconds=-1)


def test_a_node_that_is_down_is_retried_with_longer_pauses_and_the_reason_stands_in_the_state(sessions: Sessions):
    chain, memory = FakeChain(), Memory()
    until_idle(sessions, chain, memory)
    chain.down = True
    pauses = [turn(sessions, chain, memory) for _ in range(9)]
    assert pauses == sorted(pauses)
    assert 0 < pauses[0] < pauses[-1] == LONGEST_PAUSE
    down = status(sessions)
    assert (down.state, down.problem) == ("waiting", "the node does not answer")
    assert down.since is not None
    assert queries.stale(down, seconds=60)
    turn(sessions, chain, memory)
    assert status(sessions).since == down.since
    chain.down = False
    chain.add(b"back")
    assert until_idle(sessions, chain, memory)[-1] == "following"
    assert status(sessions).problem is None


def test_a_doubt_is_shown_while_it_lasts_and_waited_on_longer_and_longer(sessions: Sessions):
    chain, memory = FakeChain(), Memory()
    chain.add(b"one", b"two")
    chain.drop(2)
    pauses = [turn(sessions, chain, memory) for _ in range(30)]
    assert pauses[-1] == LONGEST_PAUSE
    told = status(sessions)
    assert told.state == "doubting"
    assert "number of anchors on the ledger after block 2: expected 2, found 1" in str(told.problem)


def test_another_chain_stops_it_until_the_right_one_is_back(sessions: Sessions):
    chain, memory = FakeChain(), Memory()
    chain.add(b"one")
    until_idle(sessions, chain, memory)
    other = FakeChain(chain_id=99)
    other.deployment = chain.deployment
    assert turn(sessions, other, memory) == STOPPED_PAUSE
    told = status(sessions)
    assert told.state == "stopped"
    assert "expected 31337, found 99" in str(told.problem)
    assert until_idle(sessions, chain, memory)[-1] == "following"


def test_a_fork_that_is_too_deep_stops_it_with_the_way_out(sessions: Sessions):
    chain, memory = FakeChain(), Memory(window=5)
    for n in range(20):
        chain.add(b"item %d" % n)
    until_idle(sessions, chain, memory)
    chain.fork(at=10)
    for n in range(20):
        chain.add(b"other %d" % n)
    assert turn(sessions, chain, memory) == STOPPED_PAUSE
    told = status(sessions)
    assert (told.state, told.anchors) == ("stopped", 20)
    assert "rewind the mirror" in str(told.problem)


def test_rows_that_somebody_else_wrote_stop_it_until_an_operator_rewinds(sessions: Sessions):
    chain, memory = FakeChain(), Memory()
    chain.add(b"one", b"two")
    until_idle(sessions, chain, memory)
    with sessions.begin() as session:
        copied = "item_id, 9, commitment, signer, member_id, time, block_number, log_index, tx_hash, head"
        session.execute(text(f"INSERT INTO anchors SELECT 3, {copied} FROM anchors WHERE position = 1"))
    chain.add(b"three")
    assert turn(sessions, chain, memory) == STOPPED_PAUSE
    told = status(sessions)
    assert (told.state, told.anchors) == ("stopped", 2)
    assert "anchors 3 to 3" in str(told.problem)
    assert "audit the mirror" in str(told.problem)
    with sessions.begin() as session:
        rewind_to(session, chain, 2)
    assert until_idle(sessions, chain, memory)[-1] == "following"
    assert rows(sessions) == expected(chain.truth())


def test_a_ledger_without_anchors_is_followed_too(sessions: Sessions):
    chain, memory = FakeChain(), Memory()
    chain.add()
    assert until_idle(sessions, chain, memory)[-1] == "following"
    assert (status(sessions).anchors, status(sessions).lag) == (0, 0)


def test_an_idle_mirror_writes_nothing(sessions: Sessions):
    chain, memory = FakeChain(), Memory()
    chain.add(b"one")
    until_idle(sessions, chain, memory)
    before = status(sessions)
    for _ in range(5):
        assert turn(sessions, chain, memory) == IDLE_SECONDS
    assert status(sessions) == before


def test_a_mistake_of_the_operator_is_not_retried(sessions: Sessions):
    class Unconfigured(FakeChain):
        def check_identity(self) -> None:
            raise InvalidInput("deployment", "is not known", "name the deployment file")

    with pytest.raises(InvalidInput, match="name the deployment file"):
        turn(sessions, Unconfigured(), Memory())


def test_the_cycle_collector_works_between_turns(sessions: Sessions):
    chain, memory = FakeChain(), Memory()
    turn(sessions, chain, memory)
    assert gc.isenabled()
    chain.down = True
    turn(sessions, chain, memory)
    assert gc.isenabled()


def test_two_followers_that_write_the_first_state_at_once_both_go_on(sessions: Sessions, engine: Engine):
    """As when an operator rebuilds the mirror of a running installation."""
    chain, memory, others = FakeChain(), Memory(), Memory()
    chain.add(b"an item")

    def other_follower(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("INSERT INTO mirror_state") and not others.identified:
            others.identified = True
            until_idle(sessions, chain, others)

    listen(engine, "before_cursor_execute", other_follower)
    until_idle(sessions, chain, memory)
    assert others.identified
    assert (status(sessions).state, len(rows(sessions))) == ("following", 1)


def test_a_mirror_is_rebuilt_again_and_again_beside_a_follower_that_runs(sessions: Sessions, engine: Engine):
    chain, done = FakeChain(), threading.Event()
    for n in range(30):
        chain.add(b"item %d" % (n % 5))

    def follow() -> None:
        memory = Memory()
        while not done.wait(min(0.02, turn(sessions, chain, memory))):
            pass

    with ThreadPoolExecutor() as pool:
        follower = pool.submit(follow)
        try:
            for _ in range(10):
                empty(engine)
                _rebuild(sessions, chain)
        finally:
            done.set()
    follower.result()
    assert rows(sessions) == expected(chain.truth())


def _rebuild(sessions: Sessions, chain: FakeChain) -> None:
    memory, deadline = Memory(), time.monotonic() + 60
    while turn(sessions, chain, memory) != IDLE_SECONDS:
        assert time.monotonic() < deadline, status(sessions)
