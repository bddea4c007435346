"""The embedded chain: a real EVM node (anvil) made crash-safe by our own journal and snapshots, on the loopback only.

One process, `python -m scripts.node --home DIR`, owns one anvil child that nobody else can reach. Start reading at `sequencer` (how a
transaction gets on the chain), then `journal`, `replay`, `snapshot` (how it survives), `service` (who calls whom when), `rpc` (what is
offered). docs/embedded-chain.md is the operator's view. Nothing here is imported by the other packages: they speak JSON-RPC.

`start` runs that process for `scripts.up` and for tests.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import cast

from ledger_client.errors import NodeUnavailable

_PROJECT = Path(__file__).resolve().parents[2]


@dataclass(slots=True)
class Node:
    """A running embedded chain. It stops by itself when the process that started it is gone."""

    url: str
    home: Path
    process: subprocess.Popen[bytes]

    def status(self) -> dict[str, object]:
        """The answer to `ledger_nodeStatus`; raises NodeUnavailable."""
        return _status(self.url)

    def stop(self, timeout: float = 60.0) -> None:
        """Stop cleanly and wait; kill it when it takes longer than `timeout` seconds. Nothing is lost either way."""
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.stdin:
            self.process.stdin.close()

    def __enter__(self) -> Node:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()


def start(
    home: str | Path,
    port: int = 0,
    *,
    block_time: float = 1.0,
    chain_id: int | None = None,
    genesis_time: int | None = None,
    snapshot_blocks: int = 0,
    clock: bool = False,
    lock_wait: float = 5.0,
    timeout: float = 600.0,
) -> Node:
    """Start the embedded chain of a folder and wait until it answers; `port` 0 takes a free one.

    Messages go to `home`/node.log. Raises NodeUnavailable with their end when it does not come up within `timeout` seconds.
    """
    folder = Path(home).resolve()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    words: list[object] = ["--home", folder, "--port", port, "--block-time", block_time, "--lock-wait", lock_wait, "--while-stdin"]
    words += ["--snapshot-blocks", snapshot_blocks] + (["--clock"] if clock else [])
    words += ([] if chain_id is None else ["--chain-id", chain_id]) + ([] if genesis_time is None else ["--genesis-time", genesis_time])
    with (folder / "node.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "scripts.node", *map(str, words)], cwd=_PROJECT, stdin=subprocess.PIPE, stdout=log, stderr=log
        )
    node = Node("", folder, process)
    try:
        _wait(node, time.monotonic() + timeout)
    except BaseException:
        node.stop()
        raise
    return node


def _wait(node: Node, until: float) -> None:
    while time.monotonic() < until:
        if node.process.poll() is not None:
            raise NodeUnavailable(f"the embedded chain did not start: {_last_words(node.home)}")
        node.url = _announced(node)
        if node.url and _is_ready(node.url):
            return
        time.sleep(0.05)
    raise NodeUnavailable(f"the embedded chain is not ready yet: {_last_words(node.home)}")


def _announced(node: Node) -> str:
    try:
        facts = json.loads((node.home / "node.json").read_text())
    except (OSError, ValueError):
        return ""
    return str(facts["url"]) if facts.get("pid") == node.process.pid else ""


def _is_ready(url: str) -> bool:
    try:
        return _status(url)["state"] == "ready"
    except NodeUnavailable:
        return False


def _status(url: str) -> dict[str, object]:
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "ledger_nodeStatus", "params": []}).encode()
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})  # noqa: S310  our own loopback address
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            return cast(dict[str, object], json.load(answer)["result"])
    except (OSError, ValueError, KeyError, urllib.error.URLError) as error:
        raise NodeUnavailable(f"the embedded chain at {url} does not answer: {error}") from error


def _last_words(home: Path) -> str:
    lines = (home / "node.log").read_text(errors="replace").strip().splitlines()
    return " / ".join(lines[-3:]) or "it said nothing"
