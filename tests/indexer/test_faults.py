"""A real node with a bad line or bad manners: whatever it does, the mirror ends equal to the chain, and is never wrong on the way."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session, sessionmaker

from indexer import queries, reading_process
from indexer.audit import audit
from indexer.memory import Memory
from indexer.reader import Reader
from indexer.run import IDLE_SECONDS, turn
from ledger_client import anchoring
from ledger_client.chain import Chain
from ledger_client.onchain import Anchor, keccak
from ledger_client.rpc import Call
from tests.conftest import LedgerChain, deploy_ledger, running_anvil
from tests.indexer.fault_proxy import Faults, Log, Proxy, proxy_for
from tests.indexer.mirror import expected, rows

Sessions = sessionmaker[Session]
Lie = Callable[[list[Log]], list[Log]]
BLOCKS, PER_BLOCK = 60, 20


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LedgerChain]:
    """60 blocks of 20 anchors with empty blocks between them, one item with a single anchor; nobody adds to it."""
    with running_anvil(tmp_path_factory.mktemp("anvil")) as url:
        ledger = deploy_ledger(url)
        rpc = ledger.chain.rpc
        rpc.call("evm_setAutomine", [False], Any)  # type: ignore[arg-type]  # anything goes
        nonce = ledger.chain.nonce(bytes.fromhex(ledger.signers[0].address[2:]))
        for number in range(BLOCKS):
            pairs = [(keccak(b"item %d" % (n * number % 47)), keccak(b"%d %d" % (number, n))) for n in range(1, PER_BLOCK)]
            pairs.append((keccak(b"only in block %d" % number if number == 30 else b"often"), keccak(b"last %d" % number)))
            deployment = ledger.deployment
            signed = anchoring.sign(ledger.signers[0], nonce + number, deployment.chain_id, deployment.ledger, pairs)
            calls = [Call("eth_sendRawTransaction", ["0x" + signed.raw.hex()], str), *[Call("evm_mine", [], str)] * (1 + number % 3)]
            rpc.batch(calls)
        assert ledger.chain.total() == BLOCKS * PER_BLOCK
        yield ledger
        ledger.chain.close()


@pytest.fixture(scope="module")
def truth(ledger: LedgerChain) -> list[Anchor]:
    return ledger.chain.anchors(0, ledger.chain.block().number)


@pytest.fixture
def proxy(ledger: LedgerChain) -> Iterator[Proxy]:
    with proxy_for(ledger.url) as proxy:
        yield proxy


@pytest.fixture
def chain(ledger: LedgerChain, proxy: Proxy) -> Iterator[Chain]:
    chain = Chain(proxy.url, ledger.deployment, timeout=0.5)
    yield chain
    chain.close()


@pytest.fixture
def memory(chain: Chain) -> Iterator[Memory]:
    """Reading in another process, however little there is to read."""
    memory = Memory(reader=Reader(ahead=chain, far=0))
    yield memory
    memory.close()


def check(sessions: Sessions, truth: list[Anchor]) -> queries.Status:
    """Nothing that is called complete or confirmed differs from the chain."""
    found = rows(sessions)
    with sessions() as session:
        told = queries.status(session)
    assert [row[0] for row in found] == list(range(1, told.anchors + 1))
    assert found[: told.confirmed] == expected(truth)[: told.confirmed]
    assert told.anchors >= sum(anchor.block_number <= (told.complete_block or 0) for anchor in truth)
    return told


def run(sessions: Sessions, chain: Chain, memory: Memory, truth: list[Anchor], turns: int) -> list[str]:
    """Take turns until the mirror follows, or that many; checks after each, and returns the states seen."""
    seen = []
    for _ in range(turns):
        pause = turn(sessions, chain, memory)
        seen.append(check(sessions, truth).state)
        if pause == IDLE_SECONDS:
            break
        time.sleep(min(pause, 0.02))
    return seen


def assert_equal(sessions: Sessions, ledger: LedgerChain, truth: list[Anchor]) -> None:
    assert rows(sessions) == expected(truth)
    with sessions() as session:
        told = queries.status(session)
        assert (told.state, told.problem, told.lag, told.indexed, told.confirmed) == ("following", None, 0, True, len(truth))
        report = audit(session, ledger.chain)
        assert (report.ok, report.anchors) == (True, len(truth))


def children(pid: int) -> list[str]:
    """The processes that a process started."""
    return [child for task in Path(f"/proc/{pid}/task").iterdir() for child in (task / "children").read_text().split()]


def without(*places: int) -> Callable[[list[Log]], list[Log]]:
    """Answers without the logs at these positions of the ledger."""
    return lambda logs: [log for log in logs if int(log["data"][2:66], 16) not in places]


def not_of_block_30(logs: list[Log]) -> list[Log]:
    """Answers without the item that has one anchor only."""
    return [log for log in logs if log["topics"][1] != "0x" + keccak(b"only in block 30").hex()]


LIES = {
    "one log in the middle is dropped": without(613),
    "the last log of a block is dropped": without(640),
    "the only log of an item is dropped": lambda logs: [
        log for log in logs if log["topics"][1] != "0x" + keccak(b"only in block 30").hex()
    ],
    "the last log of all is dropped": without(BLOCKS * PER_BLOCK),
    "every answer is empty": lambda _: [],
    "every seventh log is dropped": lambda logs: [log for log in logs if int(log["data"][2:66], 16) % 7],
    "answers are cut at fifteen": lambda logs: logs[:15],
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES.keys())
def test_a_node_that_leaves_logs_out_is_noticed_and_the_mirror_heals_once_it_stops(
    sessions: Sessions,
    ledger: LedgerChain,
    proxy: Proxy,
    chain: Chain,
    memory: Memory,
    truth: list[Anchor],
    lie: Callable[[list[Log]], list[Log]],
):
    proxy.faults = Faults(logs=lie)
    assert run(sessions, chain, memory, truth, 32)[-1] == "doubting"
    assert proxy.faults.failed > 0
    with sessions() as session:
        told = queries.status(session)
        assert told.problem
        assert told.lag
    proxy.faults = Faults()
    run(sessions, chain, memory, truth, 60)
    assert_equal(sessions, ledger, truth)


TROUBLES = {
    "429": Faults(status=429, every=3, retry_after="0"),
    "500": Faults(status=500, every=3),
    "bodies that end too early": Faults(cut_body=4),
    "JSON that ends too early": Faults(cut_json=4),
    "a limit of blocks": Faults(max_range=3),
    "a limit of results": Faults(max_results=30),
    "no answer to the first requests": Faults(silent_first=3),
    "slow answers": Faults(delay=0.05),
    "empty answers now and then": Faults(),
}


@pytest.mark.parametrize("trouble", TROUBLES.values(), ids=TROUBLES.keys())
def test_a_node_in_trouble_delays_the_mirror_and_nothing_else(
    sessions: Sessions, ledger: LedgerChain, proxy: Proxy, chain: Chain, memory: Memory, truth: list[Anchor], trouble: Faults
):
    proxy.faults = Faults(**vars(trouble))
    if not any(vars(trouble).values()):
        turns = iter(range(10_000))
        proxy.faults.logs = lambda logs: [] if next(turns) % 3 == 0 else logs
    run(sessions, chain, memory, truth, 400)
    assert proxy.faults.failed > 0 or proxy.faults.delay
    assert_equal(sessions, ledger, truth)


def test_retry_after_is_honoured(sessions: Sessions, proxy: Proxy, chain: Chain, memory: Memory):
    proxy.faults = Faults(status=429, every=1, retry_after="7")
    assert turn(sessions, chain, memory) == 7.0
    with sessions() as session:
        told = queries.status(session)
        assert (told.state, "429" in str(told.problem)) == ("waiting", True)


def test_a_node_that_goes_down_is_waited_for(
    sessions: Sessions, ledger: LedgerChain, proxy: Proxy, chain: Chain, memory: Memory, truth: list[Anchor]
):
    run(sessions, chain, memory, truth, 3)
    before = rows(sessions)
    assert 0 < len(before) < len(truth)
    proxy.stop()
    run(sessions, chain, memory, truth, 5)
    with sessions() as session:
        told = queries.status(session)
        assert told.state == "waiting"
        assert "does not answer" in str(told.problem)
        assert queries.stale(told, seconds=60)
    proxy.start()
    run(sessions, chain, memory, truth, 60)
    assert_equal(sessions, ledger, truth)


def test_a_killed_reading_process_is_noticed_and_started_again(
    sessions: Sessions, ledger: LedgerChain, proxy: Proxy, chain: Chain, memory: Memory, truth: list[Anchor]
):
    proxy.faults = Faults(delay=0.02, max_range=4)
    used, process = set[int](), memory.reader.process
    assert process
    for _ in range(200):
        if turn(sessions, chain, memory) == IDLE_SECONDS:
            break
        if process.pid and process.pid not in used and len(used) < 2:
            used.add(process.pid)
            os.kill(process.pid, signal.SIGKILL)
    assert len(used) == 2
    assert_equal(sessions, ledger, truth)


def test_a_reading_process_that_is_slow_to_start_is_not_waited_for(
    sessions: Sessions, ledger: LedgerChain, chain: Chain, memory: Memory, truth: list[Anchor], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(reading_process, "_PROGRAM", [sys.executable, "-c", "import time; time.sleep(600)"])
    assert memory.reader.process
    seen = list[int | None]()
    while turn(sessions, chain, memory) != IDLE_SECONDS:
        seen.append(memory.reader.process.pid)
    assert len(set(seen) - {None}) == 1, "one was started, and none given up"
    assert_equal(sessions, ledger, truth)


def test_a_killed_indexer_continues_and_loses_and_doubles_nothing(
    sessions: Sessions,
    database_url: str,
    ledger: LedgerChain,
    proxy: Proxy,
    memory: Memory,
    truth: list[Anchor],
    tmp_path: Path,
):
    proxy.faults = Faults(delay=0.03, max_range=4)
    deployment = tmp_path / "deployment.json"
    deployment.write_text(json.dumps(ledger.deployment.to_json()))
    program = [sys.executable, str(Path(__file__).parent / "indexer_process.py"), proxy.url, str(deployment), database_url]
    counts = [0]
    for _ in range(2):
        process = subprocess.Popen(program, env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])})
        deadline = time.monotonic() + 30
        while len(rows(sessions)) <= counts[-1]:
            assert time.monotonic() < deadline
            assert process.poll() is None
            time.sleep(0.01)
        reading = children(process.pid)
        assert reading
        process.send_signal(signal.SIGKILL)
        process.wait(10)
        while any(Path(f"/proc/{pid}").exists() for pid in reading):
            assert time.monotonic() < deadline, "the reading process outlives the indexer"
            time.sleep(0.05)
        counts.append(check(sessions, truth).anchors)
    assert 0 < counts[1] < counts[2] < len(truth)
    proxy.faults = Faults()
    run(sessions, ledger.chain, memory, truth, 60)
    assert_equal(sessions, ledger, truth)
