"""Backfill of 200,000 anchors: ours, with every check and index, against the bare loop, on SQLite and on PostgreSQL.

Both read the same node and write to the same kind of database, alternately, each in a process of its own.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from bench.figure import Figure
from bench.indexer import filled, postgres
from ledger_client.chain import Chain

ROUNDS = 5
TARGET = 0.5

Fresh = Callable[[], AbstractContextManager[str]]


def figures() -> Iterator[Figure]:
    """Two ratios: our rows per second over the bare loop's."""
    with filled.chain() as (url, deployment), postgres.server() as server:
        head = Chain(url, deployment).block().number
        for name, fresh in (("SQLite", _sqlite), ("PostgreSQL", lambda: postgres.database(server))):
            yield _figure(name, [(_run("bare", url, head, fresh), _run("ours", url, head, fresh)) for _ in range(ROUNDS)])


def _figure(name: str, pairs: list[tuple[dict[str, float], dict[str, float]]]) -> Figure:
    expected = filled.BLOCKS * filled.PER_BLOCK
    if any(run["rows"] != expected for pair in pairs for run in pair):
        raise SystemExit(f"not {expected} rows in each run: {pairs}")
    ratio = statistics.median(bare["seconds"] / ours["seconds"] for bare, ours in pairs)
    bare, ours = (min(pairs, key=lambda pair: pair[side]["seconds"])[side] for side in (0, 1))
    told = f"all checks and indexes: {_rate(ours)}, {ours['mb']:.0f} MB"
    peer = f"bare loop, no check, primary key only: {_rate(bare)}"
    return Figure(f"indexer backfill, {name}", ratio, TARGET, higher=True, ours=told, peer=peer)


def _rate(run: dict[str, float]) -> str:
    return f"{run['rows'] / run['seconds']:,.0f} anchors/s ({run['seconds']:.2f} s, {run['cpu']:.2f} CPU s)"


def _run(which: str, url: str, head: int, fresh: Fresh) -> dict[str, float]:
    deployment = filled.KEPT / str(filled.BLOCKS) / "deployment.json"
    with fresh() as database:
        command = [sys.executable, "-m", "bench.indexer.backfill", which, url, str(deployment), str(head), database]
        done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
    print(done.stdout.strip(), file=sys.stderr, flush=True)
    return dict(json.loads(done.stdout))


@contextmanager
def _sqlite() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="traceledger-bench-") as folder:
        yield f"sqlite:///{Path(folder) / 'mirror.db'}"
