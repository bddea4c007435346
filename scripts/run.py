"""One background job of an installation: `python -m scripts.run capture|publish|follow`.

Every job has one shape: a `step` does one bounded piece of work in one transaction, this loop calls it and commits. A process
killed at any instruction repeats at most one step. `up` runs each job as a process of its own; settings come from the environment.
"""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import click
from sqlalchemy.orm import Session, sessionmaker

from api.settings import Settings, from_environment
from indexer.follow import step as follow_step
from ledger_client import keys
from ledger_client.chain import Chain
from ledger_client.errors import LedgerError, Retryable
from records.capture import step as capture_step
from records.database import open_engine, open_sessions
from records.publish import step as publish_step
from scripts.home import Home

IDLE_SECONDS = 0.1
LONGEST_PAUSE = 10.0

Step = Callable[[Session], int]


def capture(_settings: Settings, _home: Home) -> list[Step]:
    """Validate and store the events of accepted documents."""
    return [capture_step]


def publish(settings: Settings, home: Home) -> list[Step]:
    """Anchor what was stored: one lane for each signer whose key file lies in the installation's folder."""
    accounts = [keys.load(file, home.passphrase()) for file in sorted(home.keys.glob("*.signer.json"))]
    return [_lane(Chain(settings.rpc_url, settings.deployment), account) for account in accounts]


def follow(settings: Settings, _home: Home) -> list[Step]:
    """Mirror the chain."""
    chain = Chain(settings.rpc_url, settings.deployment)
    return [lambda session: follow_step(session, chain)]


JOBS = {"capture": capture, "publish": publish, "follow": follow}


@click.command()
@click.argument("job", type=click.Choice(list(JOBS)))
@click.option("--home", required=True, type=click.Path(file_okay=False, path_type=Path), help="The installation's folder.")
def main(job: str, home: Path) -> None:
    """Run one background job until it is told to stop."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        settings = from_environment()
        sessions = open_sessions(open_engine(settings.database_url))
        loop(sessions, JOBS[job](settings, Home.at(home)))
    except LedgerError as error:
        _say(f"{job} cannot start: {error}")
        sys.exit(1)


def loop(sessions: sessionmaker[Session], steps: list[Step]) -> None:
    """Call the steps in turn for ever; rest when none found work, and longer while the node or the database is away."""
    pause, said = IDLE_SECONDS, ""
    while True:
        trouble, done = "", 0
        for step in steps:
            try:
                with sessions.begin() as session:
                    done += step(session)
            except Retryable as error:
                trouble = str(error)
        if trouble != said:
            _say(trouble or "working again")
            said = trouble
        pause = min(pause * 2, LONGEST_PAUSE) if trouble else IDLE_SECONDS
        if trouble or not done:
            time.sleep(pause)


def _lane(chain: Chain, account: keys.LocalAccount) -> Step:
    return lambda session: publish_step(session, chain, account)


def _say(text: str) -> None:
    print(f"{time.strftime('%Y-%m-%d %H:%M:%S')} {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
