"""One backfill, in a process of its own so that neither run warms the other.

`python -m bench.indexer.backfill ours|bare URL DEPLOYMENT-FILE HEAD DATABASE` prints its seconds, CPU seconds and rows as one JSON line.
Imports, opening the database and creating its tables are not part of the time.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from pathlib import Path

from sqlalchemy.orm import Session, sessionmaker

from bench.indexer import bare
from indexer.memory import Memory
from indexer.models import create
from indexer.queries import status
from indexer.reader import Reader
from indexer.run import IDLE_SECONDS, turn
from ledger_client.chain import Chain
from ledger_client.deployment import load
from records.database import open_engine, open_sessions


def main(which: str, url: str, deployment_file: str, head: str, database: str) -> None:
    """Run one of the two and print its figures."""
    deployment = load(Path(deployment_file))
    chain = Chain(url, deployment, timeout=60)
    if which == "bare":
        target = bare.Sqlite(Path(database.removeprefix("sqlite:///"))) if database.startswith("sqlite") else bare.Postgres(database)
        begun = time.perf_counter(), _cpu()
        rows = bare.run(url, deployment, int(head), target)
    else:
        engine = open_engine(database)
        create(engine)
        sessions = open_sessions(engine)
        with sessions() as session:
            session.connection()
        begun = time.perf_counter(), _cpu()
        rows = follow(sessions, chain)
    spent = time.perf_counter() - begun[0], _cpu() - begun[1]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({"which": which, "seconds": spent[0], "cpu": spent[1], "rows": rows, "mb": memory}))


def _cpu() -> float:
    """CPU seconds of this process and of those it started and ended."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def follow(sessions: sessionmaker[Session], chain: Chain) -> int:
    """The loop of the indexer, until it is complete, confirmed by the chain and has all its indexes."""
    memory = Memory(reader=Reader(ahead=chain))
    while turn(sessions, chain, memory) != IDLE_SECONDS:
        pass
    memory.close()
    with sessions() as session:
        found = status(session)
    if (found.state, found.lag, found.indexed) != ("following", 0, True) or found.confirmed != found.anchors:
        raise SystemExit(f"the backfill did not complete: {found}")
    return found.anchors


if __name__ == "__main__":
    main(*sys.argv[1:])
