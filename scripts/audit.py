"""`python -m scripts.audit`: is the audit log what was written? For the operator and the auditor at the machine.

Works on an installation's folder while it runs, and on a file that was exported anywhere. Exit code 1 if anything is wrong.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from accounts import audit, audit_file
from ledger_client.errors import LedgerError
from records.database import open_engine, open_sessions
from scripts.home import Home


@click.group()
def main() -> None:
    """Check the audit log."""


@main.command()
@click.option("--home", default="state", show_default=True, type=click.Path(path_type=Path), help="The installation's folder.")
@click.option("--database", help="Database URL; SQLite in the folder if not given.")
def check(home: Path, database: str | None) -> None:
    """Walk the whole log along its hashes; name every entry that was edited, removed, inserted or moved."""
    try:
        engine = open_engine(database or Home.at(home).database_url)
        with open_sessions(engine)() as session:
            count, breaks = audit.check(session)
    except LedgerError as error:
        sys.exit(f"audit: {error}")
    for one in breaks:
        print(one)
    cut = f" (the first {audit.MOST_BREAKS})" if len(breaks) == audit.MOST_BREAKS else ""
    print(f"{count} entries: {f'{len(breaks)} breaks{cut}' if breaks else 'all whole'}", file=sys.stderr)
    sys.exit(1 if breaks else 0)


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
