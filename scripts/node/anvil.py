"""The EVM node itself: one anvil process without mining, accounts, fees or files of its own, which dies with us.

Flags and their reasons: docs/embedded-chain.md.
"""

from __future__ import annotations

import asyncio
import os
import socket
from pathlib import Path

from ledger_client.errors import NodeUnavailable, NotFound
from scripts.node.home import GAS_LIMIT, Genesis, NodeHome
from scripts.node.isolation import die_with_parent

_ROOT = Path(__file__).resolve().parents[2]
_START_SECONDS = 30.0
_STATES = 8  # newest blocks whose state can be read and proven; about 100 bytes an item each


class Anvil:
    """A running node and the port that only we know."""

    def __init__(self, process: asyncio.subprocess.Process, port: int) -> None:
        self.process, self.port = process, port

    @classmethod
    async def start(cls, home: NodeHome, genesis: Genesis, binary: Path) -> Anvil:
        """Start a node at block 0; raises NodeUnavailable when it does not come up."""
        port = _free_port()
        parent = os.getpid()
        process = await asyncio.create_subprocess_exec(
            str(binary),
            *_flags(home, genesis, port),
            cwd=home.scratch,
            env={"HOME": str(home.scratch), "TMPDIR": str(home.scratch)},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            preexec_fn=lambda: die_with_parent(parent),
        )
        node = cls(process, port)
        await node._listening()
        return node

    @property
    def alive(self) -> bool:
        """Whether the process still runs."""
        return self.process.returncode is None

    def memory(self) -> int:
        """Resident memory in bytes, 0 if it cannot be told."""
        try:
            return int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        except (OSError, IndexError):
            return 0

    async def kill(self) -> None:
        """End the process; it holds nothing that is not journaled."""
        if self.alive:
            self.process.kill()
        await self.process.wait()

    async def _listening(self) -> None:
        waited = 0.0
        while waited < _START_SECONDS and self.alive:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", self.port)
            except OSError:
                await asyncio.sleep(0.02)
                waited += 0.02
                continue
            writer.close()
            return
        await self.kill()
        raise NodeUnavailable(f"anvil did not come up (exit code {self.process.returncode}); see node.log")


def installed() -> Path:
    """The binary that npm put into this project; raises NotFound."""
    for binary in sorted(_ROOT.glob("node_modules/@foundry-rs/anvil-*/bin/anvil*")):
        return binary
    raise NotFound("no anvil under node_modules/@foundry-rs: run `make install`")


def _flags(home: NodeHome, genesis: Genesis, port: int) -> list[str]:
    settings = {
        "--host": "127.0.0.1",
        "--port": port,
        "--init": home.genesis_file,
        "--timestamp": genesis.time,
        "--hardfork": "cancun",
        "--accounts": 0,
        "--base-fee": 0,
        "--gas-price": 0,
        "--gas-limit": GAS_LIMIT,
        "--order": "fifo",
        "--cache-path": home.scratch,
        "--prune-history": _STATES,
    }
    switches = ["--no-mining", "--no-request-size-limit", "--disable-default-create2-deployer", "--no-cors", "--quiet"]
    return [str(word) for pair in settings.items() for word in pair] + switches


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
