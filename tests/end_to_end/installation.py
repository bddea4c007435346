"""A whole installation as an operator starts it: `python -m scripts.up` in a folder of its own, on free ports."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx

from ledger_client.partner import Partner
from records.keyring import SETTING
from scripts.home import Home
from tests.conftest import MORTAL

READY_SECONDS = 180.0  # as `up` itself gives its parts
PROJECT = Path(__file__).parents[2]


class Installation:
    """Start it, talk to it, kill it, start it again."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.home = Home.at(folder)
        self.port, self.rpc_port, self.options = free_port(), free_port(), options
        self.scheme = "https" if "--tls" in options else "http"
        self.url, self.rpc_url = f"{self.scheme}://127.0.0.1:{self.port}", f"http://127.0.0.1:{self.rpc_port}"
        self.process: subprocess.Popen[bytes] | None = None
        self._partner: Partner | None = None

    def start(self) -> Installation:
        """Start everything and wait until it answers."""
        words = ["--home", str(self.home.path), "--port", str(self.port), "--rpc-port", str(self.rpc_port), "--member", "澄露乳业"]
        words += ["--api-processes", "1"]  # an option may ask for more
        with (self.home.path / "up.log").open("ab") as log:
            self.process = subprocess.Popen(
                [*MORTAL, sys.executable, "-m", "scripts.up", *words, *self.options],
                cwd=PROJECT,
                stdout=log,
                stderr=log,
                start_new_session=True,
                env={name: value for name, value in os.environ.items() if name != SETTING},
            )
        self._wait()
        return self

    def partner(self) -> Partner:
        """A client with the installation's own key."""
        self._partner = self._partner or Partner(self.url, self.home.api_key_file.read_text())
        return self._partner

    def forget(self) -> None:
        """Close the client."""
        if self._partner:
            self._partner.close()
            self._partner = None

    def stop(self) -> int:
        """Ask it to stop; its exit code."""
        assert self.process is not None
        self.forget()
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)

    def kill(self) -> list[int]:
        """kill -9 of the command and of every process that it started; their numbers."""
        assert self.process is not None
        self.forget()
        everybody = [self.process.pid, *descendants(self.process.pid)]
        for number in everybody:
            try:
                os.kill(number, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self.process.wait(10)
        until = time.monotonic() + 20
        while any(alive(number) for number in everybody):
            assert time.monotonic() < until, f"still alive: {[number for number in everybody if alive(number)]}"
            time.sleep(0.05)
        return everybody

    def _wait(self) -> None:
        until = time.monotonic() + READY_SECONDS
        while time.monotonic() < until:
            assert self.process is not None
            assert self.process.poll() is None, (self.home.path / "up.log").read_text()
            try:
                if httpx.get(f"{self.url}/status", verify=False).json()["mirror"]["state"] == "following":
                    return
                time.sleep(0.2)
            except (httpx.TransportError, KeyError):
                time.sleep(0.2)
        raise AssertionError((self.home.path / "up.log").read_text())


def descendants(parent: int) -> list[int]:
    """All processes below one, from /proc."""
    parents = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(entry.parent.name)] = int(fields[1])
    found, layer = [], [parent]
    while layer:
        layer = [child for child, above in parents.items() if above in layer]
        found += layer
    return found


def alive(number: int) -> bool:
    """Whether a process runs (a zombie does not)."""
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
