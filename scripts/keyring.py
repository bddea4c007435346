"""`python -m scripts.keyring`: the master keys that all payloads are sealed with (docs/encryption.md)."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click
from sqlalchemy.orm import Session, sessionmaker

from ledger_client.errors import LedgerError
from records import rotation
from records.database import open_engine, open_sessions
from records.keyring import keyring_of
from scripts.home import Home

PAUSE_SECONDS = 5.0


@click.group()
@click.option("--home", default="state", show_default=True, type=click.Path(path_type=Path), help="The installation's folder.")
@click.option("--database", envvar="TRACELEDGER_DATABASE", help="postgresql://… ; SQLite in the folder if not given.")
@click.pass_context
def main(context: click.Context, home: Path, database: str | None) -> None:
    """Look at the master keys, and change to a new one."""
    place = Home.at(home)
    engine = open_engine(database or place.database_url, place.keyring)
    context.call_on_close(engine.dispose)
    context.obj = open_sessions(engine)


@main.command()
@click.pass_obj
def status(sessions: sessionmaker[Session]) -> None:
    """How much is wrapped by which key. Exit code 1 when a key that is needed is missing."""
    missing = False
    try:
        with sessions() as session:
            folder = keyring_of(session).folder
            for one in rotation.status(session):
                lost = not one.in_keyring and bool(one.records or one.documents or one.secrets)
                held = f"{one.records} records\t{one.documents} documents\t{one.secrets} secrets"
                print(f"kek-{one.number}\t{held}\t{'MISSING' if lost else 'there'}")
                missing |= lost
    except LedgerError as error:
        sys.exit(f"keyring: {error}")
    print(f"keyring in {folder}", file=sys.stderr)
    sys.exit(1 if missing else 0)


@main.command()
@click.option("--wait/--no-wait", default=True, help="Stay until the old key is destroyed; the job `keep` does it in any case.")
@click.pass_obj
def rotate(sessions: sessionmaker[Session], wait: bool) -> None:
    """Draw a new master key, wrap every data key anew, then destroy the old one. Everything keeps running meanwhile."""
    try:
        with sessions.begin() as session:
            version = rotation.begin(session)
        print(f"kek-{version} is in use; keep a copy of it elsewhere, like of the one before")
        while wait and _turn(sessions):
            pass
    except LedgerError as error:
        sys.exit(f"keyring: {error}")


def _turn(sessions: sessionmaker[Session]) -> bool:
    """Do a piece, or wait a little; whether an older key is still there."""
    with sessions.begin() as session:
        if rotation.step(session):
            return True
        older = len(keyring_of(session).versions()) > 1
    if older:
        time.sleep(PAUSE_SECONDS)
    return older


if __name__ == "__main__":
    main()
