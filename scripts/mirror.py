"""`python -m scripts.mirror`: hold the SQL mirror against the chain, go back, or build it anew from the chain alone.

Works on an installation's folder while it runs: `rebuild` and the installation's own follower then take turns. Records are never
touched.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from indexer import models
from indexer.audit import Progress as Progressed
from indexer.audit import Report, audit
from indexer.memory import Memory
from indexer.queries import status
from indexer.reader import Reader
from indexer.rewind import rewind_to
from indexer.run import Condition, turn
from ledger_client.chain import Chain
from ledger_client.errors import LedgerError, NodeUnavailable
from records.database import open_engine, open_sessions
from scripts.home import Home

_TRIES = 8  # turns in a row that came to nothing


@dataclass(frozen=True, slots=True)
class Place:
    """Where mirror and chain are."""

    home: Home
    database_url: str
    rpc: str

    def chain(self) -> Chain:
        """The chain of this installation's ledger."""
        return Chain(self.rpc, self.home.deployment())


@click.group()
@click.option("--home", default="state", show_default=True, type=click.Path(path_type=Path), help="The installation's folder.")
@click.option("--database", help="Database URL; SQLite in the folder if not given.")
@click.option("--rpc", default="http://127.0.0.1:8545", show_default=True, help="JSON-RPC address of the chain's node.")
@click.pass_context
def main(context: click.Context, home: Path, database: str | None, rpc: str) -> None:
    """The mirror of the chain: audit, rewind, rebuild."""
    place = Home.at(home)
    context.obj = Place(place, database or place.database_url, rpc)


@main.command("audit")
@click.pass_obj
def audit_mirror(place: Place) -> None:
    """Read the chain again and compare every anchor, head and member with the mirror. Exit code 1 if anything differs."""

    def work(session: Session, chain: Chain) -> int:
        with Progress(console=Console(stderr=True), transient=True) as progress:
            task = progress.add_task("auditing", total=None)
            report = audit(session, chain, lambda done, total: progress.update(task, completed=done, total=total))
        return _said(report)

    _run(place, work)


@main.command()
@click.argument("block", type=int)
@click.pass_obj
def rewind(place: Place, block: int) -> None:
    """Forget everything after BLOCK; following reads it again. For a fork deeper than the window."""

    def work(session: Session, chain: Chain) -> int:
        print(f"went back {rewind_to(session, chain, block)} blocks")
        return 0

    _run(place, work)


@main.command()
@click.pass_obj
def rebuild(place: Place) -> None:
    """Empty the mirror and build it again from the chain alone."""
    engine = open_engine(place.database_url)
    try:
        models.empty(engine)
        with closing(place.chain()) as chain:
            build(engine, chain)
    except LedgerError as error:
        sys.exit(f"mirror: {error}")
    finally:
        engine.dispose()
    _run(place, lambda session, chain: _said(audit(session, chain)))


def build(engine: Engine, chain: Chain, progress: Progressed = lambda _done, _all: None) -> None:
    """Read the chain into an empty mirror up to its head, every head and count confirmed; raises what keeps it from getting there."""
    models.create(engine)
    sessions, memory, failures = open_sessions(engine), Memory(reader=Reader(ahead=chain)), 0
    try:
        while failures < _TRIES:
            pause = turn(sessions, chain, memory)
            with sessions() as session:
                found = status(session)
            if found.block is not None and memory.head:
                progress(found.block, memory.head.number)
            if found.state == Condition.FOLLOWING and pause:
                return
            failures = failures + 1 if pause else 0
            time.sleep(min(pause, 1.0))
    finally:
        memory.close()
    raise NodeUnavailable(f"the chain cannot be mirrored: {found.problem or found.state}")


def _run(place: Place, work: Callable[[Session, Chain], int]) -> None:
    engine = open_engine(place.database_url)
    try:
        with closing(place.chain()) as chain, open_sessions(engine).begin() as session:
            code = work(session, chain)
    except LedgerError as error:
        sys.exit(f"mirror: {error}")
    finally:
        engine.dispose()
    sys.exit(code)


def _said(report: Report) -> int:
    """One line a difference on stdout, the sum on stderr."""
    for one in report.listed:
        fields = " ".join(f"{name}={found}" for name, found in one.fields.items())
        print(f"{one.kind}\tposition {one.position}\titem 0x{one.item_id.hex()}\t{fields}")
    more = " (the list is cut)" if report.truncated else ""
    told = (
        f"{report.missing} missing, {report.extra} extra, {report.different} different, {report.wrong_items} items with another head{more}"
    )
    print(f"{report.anchors} anchors of {report.items} items up to block {report.block}: {told}", file=sys.stderr)
    if report.members_problem:
        print(f"members: {report.members_problem}", file=sys.stderr)
    return 0 if report.ok else 1


if __name__ == "__main__":
    main()
