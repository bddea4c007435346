"""On a real node: forks by anvil's own reorganisation, real contracts, real storage."""

from __future__ import annotations

import itertools
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session, sessionmaker

from indexer import queries
from indexer.audit import audit
from indexer.memory import Memory
from indexer.reader import Reader
from ledger_client import anchoring
from ledger_client.onchain import Role, fold_all, keccak
from tests.conftest import BINARY, OPTIONS, LedgerChain, address_of, deploy_ledger, wait_for_node
from tests.indexer.mirror import expected, follow, rows

Sessions = sessionmaker[Session]


@contextmanager
def anvil_that_remembers(folder: Path) -> Iterator[str]:
    """An anvil that keeps the states of past blocks, without which it cannot reorganise."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = itertools.chain.from_iterable((OPTIONS | {"--host": "127.0.0.1", "--port": str(port)}).items())
    process = subprocess.Popen([str(BINARY), "--silent", *settings], env={**os.environ, "HOME": str(folder)}, stdout=subprocess.DEVNULL)
    try:
        wait_for_node(url := f"http://127.0.0.1:{port}", process)
        yield url
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[LedgerChain]:
    """A node of this test's own, which mines when told to."""
    with ExitStack() as stack:
        url = stack.enter_context(anvil_that_remembers(tmp_path))
        ledger = deploy_ledger(url)
        ledger.chain.rpc.call("evm_setAutomine", [False], Any)  # type: ignore[arg-type]  # anything goes
        stack.callback(ledger.chain.close)
        yield ledger


def signed(ledger: LedgerChain, nonce: int, *items: str, signer: int = 0) -> str:
    """A raw transaction that anchors these items."""
    pairs = [(keccak(item.encode()), keccak(f"{item} {nonce} {n}".encode())) for n, item in enumerate(items)]
    deployment = ledger.deployment
    return "0x" + anchoring.sign(ledger.signers[signer], nonce, deployment.chain_id, deployment.ledger, pairs).raw.hex()


def mine(ledger: LedgerChain, blocks: int, name: str, first_nonce: int) -> None:
    """Blocks of three anchors each."""
    for number in range(blocks):
        send(ledger, signed(ledger, first_nonce + number, "milk", f"{name} {number}", "milk"))


def send(ledger: LedgerChain, raw: str) -> None:
    before = ledger.chain.block().number
    ledger.chain.rpc.call("eth_sendRawTransaction", [raw], str)
    ledger.chain.rpc.call("evm_mine", [], str)
    while ledger.chain.block().number == before:
        time.sleep(0.005)


def assert_mirrored(sessions: Sessions, ledger: LedgerChain) -> None:
    truth = ledger.chain.anchors(0, ledger.chain.block().number)
    assert rows(sessions) == expected(truth)
    with sessions() as session:
        report = audit(session, ledger.chain)
        assert (report.ok, report.anchors) == (True, len(truth))
        assert queries.status(session).confirmed == len(truth)
        milk = keccak(b"milk")
        assert queries.head_of(session, milk) == ledger.chain.heads([milk])[0]
        assert fold_all(anchor for anchor in truth if anchor.item_id == milk) == ledger.chain.heads([milk])[0]


@pytest.mark.parametrize("depth", [1, 5, 60])
def test_a_reorganisation_is_followed(sessions: Sessions, ledger: LedgerChain, depth: int):
    memory = Memory(reader=Reader(ahead=ledger.chain, far=0))
    mine(ledger, 70, "old", 0)
    follow(sessions, ledger.chain, memory)
    assert len(rows(sessions)) == 210
    replacement = [[signed(ledger, 70 - depth + n, "milk", f"new {n}"), n] for n in range(min(depth, 4))]
    ledger.chain.rpc.call("anvil_reorg", [depth, replacement], Any)  # type: ignore[arg-type]  # anything goes
    follow(sessions, ledger.chain, memory)
    assert len(rows(sessions)) == 3 * (70 - depth) + 2 * min(depth, 4)
    assert_mirrored(sessions, ledger)
    mine(ledger, 2, "after", 70 - depth + len(replacement))
    follow(sessions, ledger.chain, memory)
    memory.close()
    assert_mirrored(sessions, ledger)


def test_members_come_from_the_real_contracts(sessions: Sessions, ledger: LedgerChain):
    send(ledger, signed(ledger, 0, "milk"))
    send(ledger, signed(ledger, 0, "cheese", signer=1))
    follow(sessions, ledger.chain)
    assert_mirrored(sessions, ledger)
    with sessions() as session:
        assert queries.members(session) == ledger.chain.members()
        assert [(m.name, m.roles, m.suspended) for m in queries.members(session)] == [
            ("青山牧场", Role.WRITER, False),
            ("Dairy 乳业", Role.WRITER, False),
        ]
        addresses = [address_of(signer) for signer in ledger.signers]
        assert sorted(queries.signers(session), key=str) == sorted(ledger.chain.signers(addresses), key=str)
        assert queries.anchors_by_member(session) == {1: 1, 2: 1}
        assert queries.proposals_pending(session) == []
