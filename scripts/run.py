"""One background job of an installation: `python -m scripts.run capture|publish|follow|sentinel|exchange|keep`.

Every job has one shape: a `step` does one bounded piece of work in one transaction, a loop here calls it and commits. A process
killed at any instruction repeats at most one step. `up` runs each job as a process of its own; settings come from the environment.
Each job imports what it needs itself: six processes that import everything start slowly and hold it in memory.
"""
# ruff: noqa: PLC0415

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import click
from sqlalchemy.orm import Session, sessionmaker

from api.settings import Settings, from_environment
from ledger_client.chain import Chain
from ledger_client.errors import LedgerError, Retryable
from records import samples
from records.database import open_engine, open_sessions
from scripts.home import Home
from telemetry import logs, metrics
from telemetry.logs import log
from telemetry.metrics import STEP_FAILURES, STEP_SECONDS

IDLE_SECONDS = 0.1
LONGEST_PAUSE = 10.0
EXCHANGE_SECONDS = 0.5  # between looks for what is to be told
FIGURES_SECONDS = 10.0

Step = Callable[[Session], int]
Turn = Callable[[], float]  # does some work and says how many seconds to rest


def capture(_settings: Settings, _home: Home, sessions: sessionmaker[Session]) -> Turn:
    """Validate and store the events of accepted documents; every core of the machine judges events."""
    from recall.gate import gate
    from records.capture import step
    from records.pool import open_pool

    pool = open_pool(os.cpu_count() or 1, gives_way=5)  # to those who store what was judged, publish it and answer requests
    return Steps(sessions, [lambda session: step(session, pool=pool, check=gate)]).turn


def publish(settings: Settings, home: Home, sessions: sessionmaker[Session]) -> Turn:
    """Anchor what was stored: one lane for each signer whose key file lies in the installation's folder."""
    from ledger_client import keys
    from records.policy import Policy
    from scripts.lane import lane

    accounts = [keys.load(file, home.passphrase()) for file in sorted(home.keys.glob("*.signer.json"))]
    chain = Chain(settings.rpc_url, settings.deployment)
    policy = Policy(finality=settings.finality)
    return Steps(sessions, [lane(chain, account, policy) for account in accounts]).turn


def follow(settings: Settings, _home: Home, sessions: sessionmaker[Session]) -> Turn:
    """Mirror the chain."""
    from indexer.memory import WINDOW, Memory
    from indexer.reader import Reader
    from indexer.run import turn

    chain = Chain(settings.rpc_url, settings.deployment)
    memory = Memory(window=max(WINDOW, 2 * settings.finality), reader=Reader(ahead=chain))
    return lambda: turn(sessions, chain, memory)


def keep(settings: Settings, home: Home, sessions: sessionmaker[Session]) -> Turn:
    """Small periodic work: what `scripts.keep` lists."""
    from scripts.keep import Keep, tasks

    return Keep(sessions, tasks(settings, home)).turn


def sentinel(settings: Settings, _home: Home, sessions: sessionmaker[Session]) -> Turn:
    """Re-hash what is stored, round and round, and tell what is found. It gives way to everybody else on the machine."""
    from scripts import tables  # noqa: F401 (it looks them up by name)
    from sentinel.notices import step as tell
    from sentinel.pace import paced

    os.nice(10)
    watch = paced(Chain(settings.rpc_url, settings.deployment), settings.sentinel_pace)
    link = f"{settings.public_url}/console/sentinel" if settings.public_url else ""
    return Steps(sessions, [watch, lambda session: tell(session, settings.channels, link)]).turn


def exchange(settings: Settings, _home: Home, sessions: sessionmaker[Session]) -> Turn:
    """Tell subscribers and webhooks what happened."""
    from exchange import deliver, gather
    from recall.notices import told

    look = partial(gather.step, members={told.KIND: told.notices})
    return Steps(sessions, [look, lambda session: deliver.step(session, settings.outgoing)], idle=EXCHANGE_SECONDS).turn


JOBS = {"capture": capture, "publish": publish, "follow": follow, "sentinel": sentinel, "exchange": exchange, "keep": keep}


@click.command()
@click.argument("job", type=click.Choice(list(JOBS)))
@click.option("--home", required=True, type=click.Path(path_type=Path), help="The installation's folder.")
def main(job: str, home: Path) -> None:
    """Run one background job until it is told to stop."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    logs.start(job)
    try:
        settings = from_environment()
        sessions = open_sessions(open_engine(settings.database_url, settings.keyring))
        turn = JOBS[job](settings, Home.at(home), sessions)
    except LedgerError as error:
        log.critical("process.cannot_start", reason=str(error))  # of the operator's own settings
        sys.exit(1)
    log.info("process.started")
    figures = Figures(job, sessions)
    while True:
        pause = turn()
        figures.leave()
        time.sleep(pause)


class Steps:
    """Steps called in turn, each in its own transaction. They rest when there is nothing to do, longer while the database is away."""

    def __init__(self, sessions: sessionmaker[Session], steps: list[Step], idle: float = IDLE_SECONDS) -> None:
        self.sessions, self.steps, self.idle = sessions, steps, idle
        self.trouble, self.pause = "", idle

    def turn(self) -> float:
        """Call every step once; the seconds to rest before the next turn."""
        trouble, done = "", 0
        for step in self.steps:
            try:
                done += self._timed(step)
            except Retryable as error:
                STEP_FAILURES.labels(type(error).__name__).inc()
                trouble = str(error)
        if trouble != self.trouble:
            (log.warning if trouble else log.info)("job.waits" if trouble else "job.works_again", reason=trouble or None)
        self.trouble = trouble
        self.pause = min(self.pause * 2, LONGEST_PAUSE) if trouble else self.idle
        return 0.0 if done and not trouble else self.pause

    def _timed(self, step: Step) -> int:
        began = time.perf_counter()
        with self.sessions.begin() as session:
            done = step(session)
        if done:
            STEP_SECONDS.observe(time.perf_counter() - began)
        return done


class Figures:
    """Leaves this process's figures in the database every few seconds, for `/metrics`."""

    def __init__(self, process: str, sessions: sessionmaker[Session]) -> None:
        self.process, self.sessions, self.due = process, sessions, 0.0

    def leave(self) -> None:
        """Write them if it is time; while the database is away, later."""
        if time.monotonic() < self.due:
            return
        self.due = time.monotonic() + FIGURES_SECONDS
        with contextlib.suppress(Retryable), self.sessions.begin() as session:
            samples.write(session, self.process, metrics.samples())


if __name__ == "__main__":
    main()
