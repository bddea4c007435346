"""A chain to measure on: our own contracts on anvil, 2,000 blocks of 100 anchors over 20,000 items.

Filled once (about two minutes) and kept as anvil's state under build/; later runs load it in seconds. Everything is derived from the
number of the anchor, so every fill has the same anchors.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from eth_account import Account
from eth_account.signers.local import LocalAccount
from web3 import HTTPProvider, Web3

from ledger_client import anchoring
from ledger_client.chain import Chain
from ledger_client.deployment import Deployment
from ledger_client.errors import NodeUnavailable
from ledger_client.onchain import Role
from ledger_client.rpc import Call
from scripts.deploy import Founder, deploy

ROOT = Path(__file__).parents[2]
ANVIL = ROOT / "node_modules" / "@foundry-rs" / "anvil-linux-amd64" / "bin" / "anvil"
FLAGS = (
    "--chain-id 31337 --hardfork cancun --base-fee 0 --gas-price 0 --gas-limit 2000000000 --timestamp 1700000000 --no-request-size-limit"
)
BLOCKS, PER_BLOCK, ITEMS = 2_000, 100, 20_000
KEPT = ROOT / "build" / "bench-chain"
_FOUNDER = Account.from_key(hashlib.sha256(b"bench founder").digest())


@contextmanager
def chain(blocks: int = BLOCKS) -> Iterator[tuple[str, Deployment]]:
    """A running node with that many full blocks: its URL and the deployment."""
    folder = KEPT / str(blocks)
    if not (folder / "deployment.json").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        _fill(folder, blocks)
    deployment = Deployment.from_json(json.loads((folder / "deployment.json").read_text()))
    with node(folder, "--load-state", str(folder / "state.json")) as url:
        yield url, deployment


@contextmanager
def node(folder: Path, *options: str) -> Iterator[str]:
    """An anvil on a free loopback port, stopped by SIGINT so that it dumps its state."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    home = folder / f"home-{port}"  # anvil leaves state files under the home folder
    home.mkdir()
    command = [str(ANVIL), *FLAGS.split(), "--silent", "--host", "127.0.0.1", "--port", str(port), *options]
    process = subprocess.Popen(command, env={**os.environ, "HOME": str(home)}, stdout=subprocess.DEVNULL)
    try:
        _wait(url := f"http://127.0.0.1:{port}", process)
        yield url
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(120)
        shutil.rmtree(home)


def _fill(folder: Path, blocks: int) -> None:
    """Deploy and anchor; the deployment file comes last, so a fill that was cut off is begun anew."""
    with node(folder, "--dump-state", str(folder / "state.json")) as url:
        keys = [Account.from_key(hashlib.sha256(b"bench signer %d" % n).digest()) for n in range(10)]
        founders = [Founder("Bench", "", Role.WRITER, _bytes(_FOUNDER), tuple(_bytes(key) for key in keys))]
        deployment = deploy(Web3(HTTPProvider(url)), _FOUNDER, founders, 1)
        chain = Chain(url, deployment, timeout=60)
        chain.rpc.call("evm_setAutomine", [False], bool | None)  # type: ignore[arg-type]  # a union is a type to msgspec
        for number in range(blocks):
            _block(chain, deployment, keys[number % len(keys)], number)
        assert chain.total() == blocks * PER_BLOCK
        chain.close()
    (folder / "deployment.json").write_text(json.dumps(deployment.to_json()))


def _block(chain: Chain, deployment: Deployment, key: LocalAccount, number: int) -> None:
    """One block of 100 anchors in one transaction."""
    pairs = [(_hash("item", _spread(number * PER_BLOCK + n)), _hash("commitment", number * PER_BLOCK + n)) for n in range(PER_BLOCK)]
    signed = anchoring.sign(key, number // 10, deployment.chain_id, deployment.ledger, pairs)
    calls = [Call("eth_sendRawTransaction", ["0x" + signed.raw.hex()], str), Call("evm_mine", [], str)]
    chain.rpc.batch(calls)


def _spread(n: int) -> int:
    """Which of the 20,000 items the n-th anchor is for: seemingly at random."""
    return int.from_bytes(hashlib.sha256(b"spread %d" % n).digest()[:6], "big") % ITEMS


def _hash(kind: str, number: int) -> bytes:
    return hashlib.sha256(f"{kind} {number}".encode()).digest()


def _bytes(account: LocalAccount) -> bytes:
    return bytes.fromhex(account.address[2:])


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    probe = Chain(url, timeout=1)
    while True:
        try:
            probe.identity()
            return probe.close()
        except NodeUnavailable:
            if process.poll() is not None:
                raise
            time.sleep(0.05)
