"""Keeps the processes of one installation running: starts them, restarts what dies, stops them in order.

`up` hands over the commands; each child writes to `home/logs/NAME.log`. A child dies with its parent even when the parent is
killed, so a second `up` never meets leftovers; what a child had accepted is in the database or the chain's journal by then.
"""

from __future__ import annotations

import ctypes
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from telemetry.logs import log

PR_SET_PDEATHSIG = 1
STOP_SECONDS = 15.0
LONGEST_PAUSE = 30.0


@dataclass(slots=True)
class Child:
    """One process, and how often it had to be started again."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    sockets: Sequence[socket.socket] = ()  # handed down under the numbers they have here
    process: subprocess.Popen[bytes] | None = None
    failures: int = 0
    started_at: float = field(default=0.0)

    def start(self) -> None:
        """Start the process; its output is appended to the log."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                self.command,
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                pass_fds=[one.fileno() for one in self.sockets],
                preexec_fn=_die_with_parent,  # noqa: PLW1509 (the parent has no threads)
            )
        self.started_at = time.monotonic()

    def running(self) -> bool:
        """Whether the process lives."""
        return self.process is not None and self.process.poll() is None

    def revive(self) -> bool:
        """Start the process again when it died and its pause is over; says whether it did."""
        if self.running() or self.process is None:
            return False
        if time.monotonic() - self.started_at < min(2.0**self.failures, LONGEST_PAUSE):
            return False
        code, self.failures = self.process.returncode, self.failures + 1
        self.start()
        log.warning("process.restarted", job=self.name, code=code, failures=self.failures, file=str(self.log))
        return True

    def stop(self) -> None:
        """Ask the process to end, and end it if it does not."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def watch(children: Sequence[Child], seconds: float = 0.5) -> None:
    """Keep all running until SIGTERM or Ctrl-C, then stop them, last started first."""
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        while True:
            for child in children:
                child.revive()
            time.sleep(seconds)
    except KeyboardInterrupt:
        print("stopping …", file=sys.stderr, flush=True)
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        for child in reversed(children):
            child.stop()


def _interrupt(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole terminal; the parent stops us in order
