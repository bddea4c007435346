"""One order of 1,000,000 codes against a bare bulk insert of the same rows, in the same schema on the same kind of database.

Ours: the order is placed and the job's step is called until the codes are there, each piece in its own durable transaction. Bare: the
finished rows are read into memory, and written by the driver's fastest way (COPY; a prepared statement) in one transaction.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from bench.figure import Figure
from bench.indexer.postgres import database, server
from issuing import issue, orders, rules
from issuing.definition import definition
from issuing.models import IssuedCode
from issuing.orders import Wanted
from records.bulk import copy_rows
from records.database import migrate, open_engine, open_sessions

CODES = 1_000_000
RULE = {
    "scheme": "sgtin",
    "level": "item",
    "base": "06901234567892",
    "yearly": 2_000_000,
    "onlyIssued": True,
    "segments": [
        {"kind": "date", "part": "YY"},
        {"kind": "counter", "width": 7, "reset": "year"},
        {"kind": "random", "width": 4, "alphabet": "clear"},
    ],
}
Row = tuple[str, int, int]


def figures() -> Iterator[Figure]:
    """Two ratios: seconds of an order over those of the bare insert."""
    with tempfile.TemporaryDirectory() as folder:
        one, other = (f"sqlite:///{Path(folder) / name}.db" for name in ("ours", "bare"))
        yield figure("1,000,000 codes issued, SQLite", one, other, Path(folder))
    with tempfile.TemporaryDirectory() as folder, server() as url, database(url) as one, database(url) as other:
        yield figure("1,000,000 codes issued, PostgreSQL", one, other, Path(folder))


def figure(name: str, ours: str, bare: str, keyring: Path) -> Figure:
    """Measure both on one kind of database."""
    seconds, rows = issued(opened(ours, keyring / "keyring"))
    alone = inserted(opened(bare, keyring / "keyring"), rows)
    measured = f"order of {len(rows):,} in {seconds:.1f} s ({len(rows) / seconds:,.0f} a second)"
    return Figure(name, seconds / alone, 3, higher=False, ours=measured, peer=f"bare insert of the same rows: {alone:.1f} s")


def opened(url: str, keyring: Path) -> sessionmaker[Session]:
    """Sessions on an empty, migrated database."""
    engine = open_engine(url, keyring)
    migrate(engine)
    return open_sessions(engine)


def issued(sessions: sessionmaker[Session]) -> tuple[float, list[Row]]:
    """Seconds from order to last code, and the rows."""
    with sessions.begin() as session:
        made = rules.make(session, 1, "milk", definition(RULE), (), "bench")
    begun, more = time.perf_counter(), True
    with sessions.begin() as session:
        orders.place(session, 1, Wanted(made.id, CODES), "bench")
    while more:
        with sessions.begin() as session:
            more = issue.step(session) > 0
    seconds = time.perf_counter() - begun
    with sessions() as session:
        columns = select(IssuedCode.code, IssuedCode.order_id, IssuedCode.number).order_by(IssuedCode.number)
        rows = [tuple(row) for row in session.execute(columns)]
    if len(rows) != CODES:
        raise RuntimeError(f"{len(rows):,} codes were made")
    return seconds, rows


def inserted(sessions: sessionmaker[Session], rows: list[Row]) -> float:
    """Seconds for the rows alone."""
    begun = time.perf_counter()
    with sessions.begin() as session:
        copy_rows(session, IssuedCode, ("code", "order_id", "number"), rows)
    return time.perf_counter() - begun
