"""A real chain for tests: anvil nodes from npm, and ledgers freshly deployed on them.

Fixtures: `anvil` (URL of one node for the whole run), `new_anvil` (start a private node: for forks, kills, other settings),
`ledger_chain` (a `LedgerChain`: a freshly deployed ledger for each test, with everybody's keys).
"""

from __future__ import annotations

import os
import socket
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from eth_account import Account
from eth_account.signers.local import LocalAccount
from hypothesis import settings
from sqlalchemy import event
from sqlalchemy.pool import Pool
from web3 import HTTPProvider, Web3
from web3.types import RPCEndpoint

from ledger_client import anchoring
from ledger_client.chain import Chain, Receipt
from ledger_client.deployment import Deployment
from ledger_client.errors import NodeUnavailable
from ledger_client.onchain import Role
from records.keyring import SETTING
from scripts.deploy import Founder, deploy
from tests import scheduling
from tests.pages.browser import browser, visit

__all__ = ["browser", "visit"]  # defined once: a second started browser would find the first one's event loop running

settings.register_profile("plain", deadline=None)  # a busy machine is no failure
settings.load_profile("plain")

MORTAL = ("setpriv", "--pdeathsig", "KILL")  # before a command: it is killed when the run is
BINARY = Path(__file__).parents[1] / "node_modules" / "@foundry-rs" / "anvil-linux-amd64" / "bin" / "anvil"
FLAGS = ("--no-request-size-limit", "--prune-history", "--silent")
OPTIONS = {"--hardfork": "cancun", "--base-fee": "0", "--gas-price": "0", "--gas-limit": "2000000000"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    scheduling.put_in_order(items)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    return scheduling.scheduler(config, log)


@pytest.fixture(scope="session", autouse=True)
def no_waiting_for_the_disk() -> None:
    """No test cuts the power: within the tests' own processes SQLite does not wait until its pages are on the disk."""
    event.listen(Pool, "checkout", _relaxed)


@pytest.fixture
def waiting_for_the_disk() -> Iterator[None]:
    """But for tests that ask whether it would."""
    event.remove(Pool, "checkout", _relaxed)
    yield
    event.listen(Pool, "checkout", _relaxed)


def _relaxed(connection: Any, _record: Any, _proxy: Any) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA synchronous = OFF")


@pytest.fixture(scope="session", autouse=True)
def keyring(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The master keys of all databases of the run that name no other folder; made by the first migration."""
    os.environ[SETTING] = str(tmp_path_factory.mktemp("keys") / "keyring")


@pytest.fixture(scope="session", autouse=True)
def no_authorities(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Tests speak to this machine only: an HTTP client need not read 140 certificates first, which takes longer than its requests."""
    os.environ["SSL_CERT_DIR"] = str(tmp_path_factory.mktemp("authorities"))


@contextmanager
def running_anvil(folder: Path, *flags: str, **options: str) -> Iterator[str]:
    """A node on a free loopback port, its files in `folder`; gives its URL, stops it afterwards."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "HOME": str(folder)}  # anvil leaves state files under the home folder
    given = {f"--{name.replace('_', '-')}": value for name, value in options.items()}
    settings = OPTIONS | {"--host": "127.0.0.1", "--port": str(port)} | given
    command = [*MORTAL, str(BINARY), *FLAGS, *flags, *chain.from_iterable(settings.items())]
    process = subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL)
    try:
        wait_for_node(url := f"http://127.0.0.1:{port}", process)
        yield url
    finally:
        process.terminate()
        process.wait(10)


def wait_for_node(url: str, process: subprocess.Popen[bytes], seconds: float = 30) -> None:
    """Return once the node answers; the last NodeUnavailable after that time, or when the process has ended."""
    node, deadline = Chain(url, timeout=1), time.monotonic() + seconds
    while True:
        try:
            node.identity()
        except NodeUnavailable:
            if process.poll() is not None or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return node.close()


@pytest.fixture(scope="session")
def anvil(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of one node for the whole run; it mines each transaction at once."""
    with running_anvil(tmp_path_factory.mktemp("anvil")) as url:
        yield url


@pytest.fixture
def new_anvil(tmp_path: Path) -> Iterator[Callable[..., str]]:
    """`new_anvil("--no-mining", hardfork="london", …)` starts a node of this test's own and gives its URL."""
    with ExitStack() as nodes:
        yield lambda *flags, **options: nodes.enter_context(running_anvil(tmp_path, *flags, **options))


@dataclass(frozen=True)
class LedgerChain:
    """A ledger of two members (ids 1 and 2), each with one governor and one writing key; both governors must agree."""

    url: str
    chain: Chain
    deployment: Deployment
    governors: tuple[LocalAccount, ...]  # by member id - 1
    signers: tuple[LocalAccount, ...]  # by member id - 1

    def anchor(self, pairs: list[anchoring.Pair], signer: LocalAccount | None = None) -> Receipt:
        """Anchor pairs of (item id, commitment) by member 1's key, or by another, and wait for the block."""
        signer = signer or self.signers[0]
        nonce = self.chain.nonce(address_of(signer))
        signed = anchoring.sign(signer, nonce, self.deployment.chain_id, self.deployment.ledger, pairs)
        return wait_for_receipt(self.chain, self.chain.send(signed.raw))


def address_of(account: LocalAccount) -> bytes:
    """The account's address, 20 bytes."""
    return bytes.fromhex(account.address[2:])


def wait_for_receipt(chain: Chain, tx_hash: bytes, seconds: float = 20) -> Receipt:
    """The receipt, as soon as there is one."""
    deadline = time.monotonic() + seconds
    while (receipt := chain.receipt(tx_hash)) is None:
        assert time.monotonic() < deadline, "the transaction was not mined"
        time.sleep(0.01)
    return receipt


def deploy_ledger(url: str) -> LedgerChain:
    """Deploy a ledger of two members on a node."""
    governors, signers = (tuple(Account.create() for _ in range(2)) for _ in range(2))
    founders = [
        Founder(name, endpoint, Role.WRITER, address_of(governor), (address_of(signer),))
        for name, endpoint, governor, signer in zip(
            ("青山牧场", "Dairy 乳业"), ("https://farm.example", ""), governors, signers, strict=True
        )
    ]
    deployment = deploy(Web3(HTTPProvider(url)), Account.create(), founders, threshold=2)
    return LedgerChain(url, Chain(url, deployment), deployment, governors, signers)


@pytest.fixture(scope="session")
def deployed_ledger(anvil: str) -> Iterator[LedgerChain]:
    """One ledger for the run."""
    ledger = deploy_ledger(anvil)
    yield ledger
    ledger.chain.close()


@pytest.fixture
def ledger_chain(deployed_ledger: LedgerChain) -> Iterator[LedgerChain]:
    """The ledger as it was deployed, whatever earlier tests did to it and to the node's clock."""
    node = HTTPProvider(deployed_ledger.url)
    node.make_request(RPCEndpoint("evm_setTime"), [int(time.time() * 1000)])
    snapshot = node.make_request(RPCEndpoint("evm_snapshot"), [])["result"]
    ledger = replace(deployed_ledger, chain=Chain(deployed_ledger.url, deployed_ledger.deployment))
    yield ledger
    ledger.chain.close()
    assert node.make_request(RPCEndpoint("evm_revert"), [snapshot])["result"] is True
