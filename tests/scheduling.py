"""Which test files run together in one process, and in which order, so that all processes are busy to the end.

A file is a unit; whole installations are one unit together, because two at once starve each other, and because they share one that runs.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from xdist.scheduler import LoadFileScheduling

INSTALLATIONS = (
    "end_to_end/test_demo.py",
    "end_to_end/test_installation.py",
    "end_to_end/test_processes.py",
    "end_to_end/test_without_a_server.py",
    "end_to_end/test_restore.py",
    "end_to_end/test_mirror.py",
    "telemetry/test_whole_installation.py",
)
LONGEST = (  # by their measured time; they start first, so that no process is left alone with one of them in the end
    *INSTALLATIONS,
    "fuzz/test_operations.py",
    "api/test_rights.py",
    "tracing/test_many.py",
    "sentinel/test_columns.py",
    "api/test_sign_in.py",
    "records/test_kill.py",
    "console/test_routes.py",
    "node/test_start.py",
    "node/test_kill.py",
    "node/test_journal.py",
    "node/test_snapshots.py",
    "regulator/test_report.py",
    "contracts/test_sequences.py",
    "contracts/test_ledger.py",
    "node/test_full_disk.py",
    "contracts/test_gas.py",
    "contracts/test_deploy.py",
    "contracts/test_artifacts.py",
    "contracts/test_council.py",
    "contracts/test_ledger_fuzz.py",
)


class ByFile(LoadFileScheduling):  # type: ignore[misc]
    """The scheduler of `--dist loadfile`, with the whole installations in one unit."""

    def _split_scope(self, nodeid: str) -> str:
        file = str(super()._split_scope(nodeid))
        return "whole installations" if file.endswith(INSTALLATIONS) else file


def put_in_order(items: list[pytest.Item]) -> None:
    """The longest files first, then those with the most tests; those with a browser last, whose event loop then runs to the end of the
    process, so that no other may be started there.
    """
    size = Counter(item.path for item in items)
    with_browser = {item.path for item in items if "browser" in getattr(item, "fixturenames", ())}

    def place(item: pytest.Item) -> tuple[bool, int, int, str]:
        path = str(item.path)
        longest = next((at for at, part in enumerate(LONGEST) if path.endswith(f"/tests/{part}")), len(LONGEST))
        return item.path in with_browser, longest, -size[item.path], path

    items.sort(key=place)


def scheduler(config: pytest.Config, log: Any) -> ByFile | None:
    """Ours instead of xdist's own of that name."""
    return ByFile(config, log) if config.getvalue("dist") == "loadfile" else None
