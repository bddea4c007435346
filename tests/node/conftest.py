"""Real embedded chains in folders of their own, stopped after each test."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scripts.node import Node, start
from tests.node.writer import Key, Rpc, until


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "chain"


@pytest.fixture
def up(home: Path) -> Iterator[Callable[..., Node]]:
    """`up(**settings)` starts the chain of this test's folder and gives it; blocks come at once unless a block time is set."""
    nodes: list[Node] = []

    def begin(**settings: object) -> Node:
        nodes.append(start(home, **{"block_time": 0, **settings}))
        return nodes[-1]

    yield begin
    for node in nodes:
        node.stop()
    while Rpc.opened:
        Rpc.opened.pop().close()


@pytest.fixture
def key() -> Key:
    return Key(7)


def child(node: Node) -> int:
    """Process id of the anvil that a node owns."""
    pid = node.process.pid
    children = until(lambda: Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
    return int(children[0])


def kill(node: Node) -> None:
    """Kill the process that serves the chain; its anvil goes with it."""
    orphan = child(node)
    os.kill(node.process.pid, signal.SIGKILL)
    node.process.wait()
    until(lambda: not alive(orphan))


def alive(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False


def settled(node: Node) -> dict[str, object]:
    """The status once the last block, which readers may see a moment earlier, is journaled too."""
    rpc = Rpc(node.url)
    return until(lambda: status if (status := node.status())["height"] == rpc.height() else None)


def sent(rpc: Rpc, key: Key, count: int = 1) -> list[dict]:
    """Receipts of that many transactions, each in a block of its own."""
    return [rpc.receipt(rpc("eth_sendRawTransaction", key.sign())) for _ in range(count)]
