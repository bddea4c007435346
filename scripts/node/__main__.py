"""`python -m scripts.node --home DIR --port N`: serve one embedded chain until SIGTERM, SIGINT or, if asked, the end of stdin."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import socket
import sys
from pathlib import Path

from ledger_client.errors import LedgerError
from scripts.node.anvil import installed
from scripts.node.home import NodeHome
from scripts.node.isolation import isolate
from scripts.node.server import bind
from scripts.node.service import Options, Service
from telemetry import logs
from telemetry.logs import log


def main() -> int:
    """Parse, prepare, serve; 0 after a clean stop, 1 with the reason on stderr."""
    options = _arguments().parse_args()
    logs.start("chain")
    try:
        asyncio.run(_serve(*_prepared(options)))
    except (LedgerError, OSError) as error:
        log.critical("process.cannot_start", reason=str(error))
        return 1
    return 0


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m scripts.node", description="Serve an embedded chain on the loopback.")
    add = parser.add_argument
    add("--home", type=Path, required=True, help="folder of the chain; made at the first start")
    add("--port", type=int, default=8545, help="JSON-RPC port on 127.0.0.1, 0 for any free one (default: 8545)")
    add("--block-time", type=float, default=1.0, metavar="SECONDS", help="at most one block in this time; 0 is at once (default: 1.0)")
    add("--chain-id", type=int, help="at the first start, the id of the new chain (default: 20260); later it must be the same")
    add("--genesis-time", type=int, metavar="UNIX", help="at the first start, the time of block 0 (default: now)")
    add("--snapshot-blocks", type=int, default=0, metavar="N", help="snapshot every N blocks (default: when a start would take long)")
    add("--clock", action="store_true", help="offer ledger_setClock, which gives blocks a simulated time; for demonstrations only")
    add("--anvil", type=Path, help="the node's binary (default: the one npm installed)")
    add("--lock-wait", type=float, default=0.0, metavar="SECONDS", help="wait for another process to leave the folder (default: 0)")
    add("--while-stdin", action="store_true", help="stop when standard input ends, that is, when the starter is gone")
    return parser


def _prepared(options: argparse.Namespace) -> tuple[Service, socket.socket, bool]:
    """Everything that must happen before a thread or child exists: lock, genesis, socket, isolation."""
    home = NodeHome(options.home.resolve())
    home.prepare(options.lock_wait)
    genesis = home.genesis(options.chain_id, options.genesis_time)
    binary = options.anvil or installed()
    listener = bind(options.port)
    port = listener.getsockname()[1]
    isolated = isolate()
    if not isolated:
        log.warning("chain.not_isolated", reason="other programs of this machine can reach the node's own port")
    home.announce({"port": port, "url": f"http://127.0.0.1:{port}", "chainId": genesis.chain_id})
    log.info("process.started", url=f"http://127.0.0.1:{port}")
    wanted = Options(options.block_time, options.snapshot_blocks, options.clock)
    return Service(home, genesis, binary, wanted, isolated=isolated), listener, options.while_stdin


async def _serve(service: Service, listener: socket.socket, while_stdin: bool) -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if while_stdin:
        loop.add_reader(0, _at_end, loop, stop)
    await service.run(listener, stop)


def _at_end(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    if not os.read(0, 1024):
        loop.remove_reader(0)
        stop.set()


if __name__ == "__main__":
    sys.exit(main())
