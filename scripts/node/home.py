"""The folder of one embedded chain, and the facts fixed at its creation.

DIR/
  genesis.json    chain id, time and parameters of block 0; never changes
  journal         every transaction and block (see `journal`)
  snapshots/      state of the node at some heights, the two newest
  height          number of the newest block that was made; no block below it may ever be missing
  node.json       pid, port and url of the process that serves the chain now
  lock            held by that process
  node.log        what it had to say
  scratch/        the node's own home; emptied at each start
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from ledger_client.errors import InvalidInput, WrongChain
from scripts.node.errors import HomeInUse

DEFAULT_CHAIN_ID = 20260
GAS_LIMIT = 2_000_000_000  # of a block: some 75,000 new items, about two seconds of work


@dataclass(frozen=True, slots=True)
class Genesis:
    """What makes this chain this chain."""

    chain_id: int
    time: int  # Unix seconds of block 0


@dataclass(frozen=True, slots=True)
class NodeHome:
    """The folder and the names in it."""

    path: Path

    @property
    def journal(self) -> Path:
        """Every transaction and block."""
        return self.path / "journal"

    @property
    def snapshots(self) -> Path:
        """States of the node."""
        return self.path / "snapshots"

    @property
    def genesis_file(self) -> Path:
        """Parameters of block 0, in the form geth and anvil read."""
        return self.path / "genesis.json"

    @property
    def state_file(self) -> Path:
        """Who serves the chain now."""
        return self.path / "node.json"

    @property
    def log(self) -> Path:
        """Messages of the process."""
        return self.path / "node.log"

    @property
    def scratch(self) -> Path:
        """The node's own home, so that it writes nowhere else."""
        return self.path / "scratch"

    def prepare(self, patience: float = 0.0) -> None:
        """Make the folder and take its lock, held until this process ends; raises HomeInUse after `patience` seconds."""
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        give_up = time.monotonic() + patience
        while not _locked(lock):
            if time.monotonic() >= give_up:
                os.close(lock)
                raise HomeInUse(f"{self.path} is already served by another process: {self.served_by()}")
            time.sleep(0.05)
        shutil.rmtree(self.scratch, ignore_errors=True)
        self.scratch.mkdir()
        self.snapshots.mkdir(exist_ok=True)

    def genesis(self, chain_id: int | None, at: int | None) -> Genesis:
        """The chain's genesis, made at the first start; raises WrongChain when another chain id is asked for than was made."""
        if not self.genesis_file.exists():
            if self.journal.exists():
                raise InvalidInput(
                    str(self.genesis_file), "is missing beside a journal", "restore it; without it the chain cannot be rebuilt"
                )
            made = Genesis(chain_id or DEFAULT_CHAIN_ID, int(time.time()) if at is None else at)
            write_whole(self.genesis_file, json.dumps(_geth_form(made), indent=2).encode())
        try:
            stored = json.loads(self.genesis_file.read_text())
            found = Genesis(int(stored["config"]["chainId"]), int(stored["timestamp"], 16))
        except (ValueError, KeyError, TypeError) as error:
            raise InvalidInput(str(self.genesis_file), f"is damaged ({error!r})", "restore it from a backup") from None
        if chain_id is not None and chain_id != found.chain_id:
            raise WrongChain(f"chain id of {self.path}", chain_id, found.chain_id)
        return found

    def announce(self, facts: dict[str, object]) -> None:
        """Publish who serves the chain."""
        write_whole(self.state_file, json.dumps({"pid": os.getpid(), **facts}, indent=2).encode())

    def served_by(self) -> str:
        """Who served the chain last, for messages."""
        try:
            facts = json.loads(self.state_file.read_text())
            return f"pid {facts['pid']} at {facts['url']}"
        except (OSError, ValueError, KeyError):
            return "it has not said who it is yet"


class HeightMark:
    """The newest block's number in a file of its own: a journal that ends below it has lost blocks that somebody saw."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)

    def read(self) -> int:
        """The highest block that was ever reported, 0 at first; raises InvalidInput."""
        try:
            return int(os.pread(self._file, 20, 0) or b"0")
        except ValueError:
            raise InvalidInput(str(self._path), "is damaged", "delete it once the journal is known to be whole") from None

    def write(self, number: int) -> None:
        """Raise the mark; always the same 20 bytes, so that a full disk cannot refuse it."""
        os.pwrite(self._file, b"%020d" % number, 0)


def write_whole(path: Path, data: bytes) -> None:
    """Replace a file so that after any crash it holds the old or the new content, whole."""
    fresh = path.with_name(path.name + ".new")
    with fresh.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    fresh.rename(path)
    sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    """Make renames and deletions in a folder survive power failure."""
    folder = os.open(path, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _locked(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _geth_form(genesis: Genesis) -> dict[str, object]:
    return {
        "config": {"chainId": genesis.chain_id},
        "timestamp": hex(genesis.time),
        "gasLimit": hex(GAS_LIMIT),
        "difficulty": "0x0",
        "baseFeePerGas": "0x0",
        "alloc": {},
    }
