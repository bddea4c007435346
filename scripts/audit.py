"""`python -m scripts.audit`: is the audit log what was written? For the operator and the auditor at the machine.

Works on an installation's folder while it runs, and on a file that was exported anywhere. Exit code 1 if anything is wrong.
"""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path

import click
from sqlalchemy.orm import Session

from accounts import audit, audit_file
from accounts.sealing import Sealed
from api import sealed_log
from ledger_client.chain import Chain
from ledger_client.errors import LedgerError
from records.database import open_engine, open_sessions
from scripts.home import Home


@click.group()
def main() -> None:
    """Check the audit log."""


@main.command()
@click.option("--home", default="state", show_default=True, type=click.Path(path_type=Path), help="The installation's folder.")
@click.option("--database", help="Database URL; SQLite in the folder if not given.")
@click.option(
    "--rpc", default="http://127.0.0.1:8545", show_default=True, help="JSON-RPC address of the chain's node; empty: do not ask it."
)
def check(home: Path, database: str | None, rpc: str) -> None:
    """Walk the whole log along its hashes, and hold it against what was anchored; name every entry that is not what was written."""
    place = Home.at(home)
    try:
        engine = open_engine(database or place.database_url, place.keyring)
        with open_sessions(engine)() as session:
            count, breaks = audit.check(session)
            sealed = _asked(session, rpc, place) if rpc else None
        engine.dispose()
    except LedgerError as error:
        sys.exit(f"audit: {error}")
    breaks += sealed.breaks if sealed else ()
    for one in breaks:
        print(one)
    cut = " (the list is cut)" if len(breaks) >= audit.MOST_BREAKS else ""
    print(f"{count} entries: {f'{len(breaks)} breaks{cut}' if breaks else 'all whole'}; {_anchored(sealed)}", file=sys.stderr)
    sys.exit(1 if breaks or (sealed and sealed.problem) else 0)


def _asked(session: Session, rpc: str, place: Home) -> Sealed:
    with closing(Chain(rpc, place.deployment())) as chain:
        return sealed_log.ask(session, chain)


def _anchored(sealed: Sealed | None) -> str:
    if sealed is None or sealed.problem:
        return f"the chain could not be asked: {sealed.problem}" if sealed else "the chain was not asked"
    if sealed.newest is None:
        return "nothing of it is anchored yet"
    return f"anchored up to entry {sealed.newest.entries} in block {sealed.newest.block}"


@main.command("file")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check_file(file: Path) -> None:
    """Check an exported FILE, JSON Lines or CSV: every hash, the chain, and that it was not cut off."""
    try:
        with file.open(encoding="utf-8", newline="") as lines:
            found = audit_file.check(lines)
    except (LedgerError, UnicodeDecodeError) as error:
        sys.exit(f"audit: {error}")
    for problem in found.problems:
        print(problem)
    gaps = "; numbers are left out, so this says nothing of the entries between them" if found.gaps else ""
    verdict = f"{len(found.problems)} problems" if found.problems else "all whole"
    print(f"{found.entries} entries from {found.first} to {found.last}: {verdict}{gaps}", file=sys.stderr)
    sys.exit(1 if found.problems else 0)


if __name__ == "__main__":
    main()
