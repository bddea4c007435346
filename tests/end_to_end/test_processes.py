"""The processes that share the server's socket: one that dies is not missed, and comes back."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import httpx

from tests.end_to_end.installation import Installation, descendants


def servers(installation: Installation) -> set[int]:
    """Which processes answer requests."""
    assert installation.process is not None
    return {pid for pid in descendants(installation.process.pid) if "api.serve" in Path(f"/proc/{pid}/cmdline").read_text()}


def test_a_killed_process_of_the_server_loses_no_request_and_is_started_again(running: Installation):
    before = servers(running)
    assert len(before) == 2
    gone = min(before)
    os.kill(gone, signal.SIGKILL)
    for _ in range(20):
        assert httpx.get(f"{running.url}/health", timeout=30).status_code == 200
    until = time.monotonic() + 30
    while gone in (after := servers(running)) or len(after) < 2:
        assert time.monotonic() < until
        time.sleep(0.2)
    assert len(after - before) == 1
