"""A whole server for tests: real node, real ledger, real database, real HTTP; the background jobs are stepped by hand.

Fixtures: `installation` (one ledger and its database), `server` (the same, with the API served on a free loopback port).
"""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
import uvicorn
from fastapi import FastAPI
from sqlalchemy import Engine, exists, select
from sqlalchemy.orm import Session, sessionmaker

from accounts import api_keys, people
from accounts.roles import Role
from api.app import create_app
from api.settings import Settings
from indexer import models as mirror
from indexer.memory import Memory
from indexer.run import turn
from recall.gate import gate
from records import capture, publish
from records.database import open_engine, open_sessions
from records.keyring import SETTING
from records.models import Transaction, TransactionState
from tests.conftest import LedgerChain, address_of
from tests.postgres import lay_tables

CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"


@dataclass
class Installation:
    """One ledger with its database. `keys`: bearer keys of the two members' signers."""

    ledger: LedgerChain
    settings: Settings
    engine: Engine
    sessions: sessionmaker[Session]
    keys: list[str]
    memory: Memory = field(default_factory=Memory)

    def work(self) -> None:
        """Capture, publish and mirror everything that waits."""
        self.capture()
        self.publish()
        self.mirror()

    def capture(self) -> None:
        self._all(lambda session: capture.step(session, check=gate))

    def publish(self) -> None:
        """Until what was sent is in a block, or is not for a second."""
        deadline = time.monotonic() + 1
        for account in self.ledger.signers:
            step = partial(publish.step, chain=self.ledger.chain, account=account)
            self._all(step)
            while self._is_sent() and time.monotonic() < deadline:
                time.sleep(0.02)
                self._all(step)

    def _is_sent(self) -> bool:
        with self.sessions() as session:
            return bool(session.scalar(select(exists().where(Transaction.state == TransactionState.SENT))))

    def mirror(self) -> None:
        while turn(self.sessions, self.ledger.chain, self.memory) == 0:
            pass

    def _all(self, step: Any) -> None:
        done = 1
        while done:
            with self.sessions.begin() as session:
                done = step(session)


@dataclass
class Server:
    """An installation that answers by HTTP."""

    installation: Installation
    app: FastAPI
    url: str
    http: httpx.Client

    def as_writer(self, member: int = 0) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.installation.keys[member]}", "Content-Type": "application/json"}

    def post(self, event: dict[str, Any], member: int = 0) -> httpx.Response:
        return self.http.post("/events", content=orjson.dumps(event), headers=self.as_writer(member))

    def record(self, *events: dict[str, Any], member: int = 0) -> list[dict[str, Any]]:
        """Post events, anchor them and mirror the anchors; gives the answers."""
        answers = [self.post(event, member) for event in events]
        assert [answer.status_code for answer in answers] == [201] * len(events), [answer.text for answer in answers]
        self.installation.work()
        return [answer.json() for answer in answers]


@pytest.fixture
def installation(ledger_chain: LedgerChain, tmp_path: Path) -> Iterator[Installation]:
    with installed(ledger_chain, f"sqlite:///{tmp_path / 'ledger.db'}") as made:
        yield made


@contextmanager
def installed(ledger_chain: LedgerChain, database_url: str) -> Iterator[Installation]:
    """An installation on a ledger and an empty database."""
    settings = Settings(database_url, ledger_chain.url, ledger_chain.deployment, keyring=Path(os.environ[SETTING]))
    engine = open_engine(settings.database_url, settings.keyring)
    try:
        lay_tables(engine)
        mirror.create(engine)
        sessions = open_sessions(engine)
        with sessions.begin() as session:
            issued = [key_for(session, f"member-{number}", address_of(account)) for number, account in enumerate(ledger_chain.signers, 1)]
        yield Installation(ledger_chain, settings, engine, sessions, issued)
    finally:
        engine.dispose()


def key_for(session: Session, name: str, signer: bytes) -> str:
    """A bearer key of a machine that writes for that signer."""
    return api_keys.issue(session, people.create(session, name, Role.MACHINE, signer=signer), name)


@pytest.fixture
def server(installation: Installation) -> Iterator[Server]:
    with serving(installation) as served:
        yield served


@contextmanager
def serving(installation: Installation, **changes: Any) -> Iterator[Server]:
    """Serve an installation on a free loopback port, with other settings if given."""
    app = create_app(replace(installation.settings, **changes))
    with listening(app) as url, httpx.Client(base_url=url, timeout=30) as http:
        yield Server(installation, app, url, http)


@contextmanager
def listening(app: FastAPI) -> Iterator[str]:
    """Serve any application on a free loopback port; gives its URL."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    running = uvicorn.Server(uvicorn.Config(app, log_config=None, timeout_graceful_shutdown=1))
    thread = threading.Thread(target=running.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not running.started:
        assert thread.is_alive(), "the server did not start"
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        running.should_exit = True
        thread.join(10)
        listener.close()


def event(step: str = "receiving", day: int = 1, code: str = "https://id.gs1.org/01/06901234567892/21/A1", **more: Any) -> dict[str, Any]:
    """An object event of September 2026 about one serial item."""
    told = {
        "@context": [CONTEXT],
        "type": "ObjectEvent",
        "action": "OBSERVE",
        "bizStep": step,
        "eventTime": f"2026-09-{day:02}T06:10:00+08:00",
        "eventTimeZoneOffset": "+08:00",
        "epcList": [code],
    }
    return {**told, **more}


def document(*events: dict[str, Any], header: dict[str, Any] | None = None) -> dict[str, Any]:
    """An EPCIS document of events that need no context of their own."""
    bare = [{name: value for name, value in one.items() if name != "@context"} for one in events]
    told = {
        "@context": [CONTEXT],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-09-01T00:00:00Z",
        "epcisBody": {"eventList": bare},
    }
    return told | ({"epcisHeader": header} if header else {})
