"""The console's pages over 1,000,000 events on PostgreSQL, each against 150 ms: the first page, a deep one, narrowed ones.

Asked by one client over HTTP with a session, one after the other, from the request to the last byte. A row stands for a page and gives the
slowest median of its addresses; the worst single answer is told beside it. What a page fetches from the chain afterwards is not in it.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote, urlencode

import uvicorn
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from accounts import people, sessions
from accounts.roles import Role
from api.app import create_app
from api.callers import COOKIE
from api.settings import Settings
from bench.console.filled import fill
from bench.console.story import APART, BEGUN, TRUCK, pack
from bench.figure import Figure
from bench.indexer import postgres
from indexer import models as mirror
from ledger_client.deployment import Deployment
from ledger_client.onchain import item_id
from records.database import migrate, open_engine, open_sessions
from records.models import Record, RecordItem

EVENTS = 1_000_000
LIMIT = 150.0  # milliseconds
ROUNDS = 15


def figures(events: int = EVENTS) -> Iterator[Figure]:
    """One figure for each page: milliseconds, at most 150."""
    with tempfile.TemporaryDirectory(prefix="traceledger-bench-") as folder, postgres.server() as server, postgres.database(server) as url:
        settings = Settings(
            url, "http://127.0.0.1:9", Deployment(1, bytes(32), bytes(20), bytes(20), bytes(20), 0), keyring=Path(folder) / "keyring"
        )
        engine = open_engine(url, settings.keyring)
        migrate(engine)
        mirror.create(engine)
        begun = time.monotonic()
        fill(engine, url, events)
        print(f"filled with {events:,} events in {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)
        made = open_sessions(engine)
        with serving(settings) as port:
            for page, addresses in asked(made, events).items():
                yield figure(page, {name: times(port, path, cookie(made)) for name, path in addresses.items()})
        engine.dispose()


def asked(made: sessionmaker[Session], events: int) -> dict[str, dict[str, str]]:
    """Page -> what is measured of it -> its address."""
    middle = (BEGUN + (events // 2) * (APART)).isoformat()
    deep = urlencode({"older": f"{middle}~{events // 2}"})
    late, early = (f"{(BEGUN + part * APART):%Y-%m-%d}" for part in (events // 2, events // 3))
    some, hot, item = pack(events // 10), quote(TRUCK, safe=""), quote(pack(events // 10), safe="")
    with made() as session:
        entry = (
            select(RecordItem.record_id).where(RecordItem.item_id == item_id(TRUCK)).order_by(RecordItem.id).offset(events // 40).limit(1)
        )
        number = session.scalar(entry)
        event = session.scalars(select(Record.event_id).where(Record.id == events // 2)).one()
    return {
        "overview": {"first": "/console"},
        "items": {
            "first": "/console/items",
            "deep": f"/console/items?older={events}",
            "by prefix": "/console/items?q=0690123",
            "deep by prefix": "/console/items?" + urlencode({"q": "0690123", "older": some}),
        },
        "one item": {
            "a pack": f"/console/items/{item}",
            "60,000 events": f"/console/items/{hot}",
            "deep in 60,000": f"/console/items/{hot}?" + urlencode({"older": f"{middle}~{number}"}),
        },
        "events": {
            "first": "/console/events",
            "deep": f"/console/events?{deep}",
            "step": "/console/events?step=shipping",
            "rare step, deep": f"/console/events?step=destroying&{deep}",
            "kind": "/console/events?kind=TransformationEvent",
            "corrections": "/console/events?kind=declaration",
            "member": "/console/events?member=2",
            "step, member, days": f"/console/events?step=inspecting&member=3&since={early}&until={late}",
            "item": "/console/events?" + urlencode({"code": some}),
            "item of 60,000": "/console/events?" + urlencode({"code": TRUCK}),
            "pending": "/console/events?state=pending",
            "final": "/console/events?state=final",
        },
        "one event": {"one": f"/console/events/{quote(event, safe='')}"},
        "records by state": {state: f"/console/records?state={state}" for state in ("pending", "sent", "anchored", "final", "failed")}
        | {"final, deep": f"/console/records?state=final&older={events // 2}"},
        "captures": {
            "first": "/console/captures",
            "failed": "/console/captures?state=failure",
            "one": "/console/captures/00000000-0000-4000-9000-000000000007",
        },
    }


def figure(page: str, measured: Mapping[str, list[float]]) -> Figure:
    """The slowest median of a page's addresses."""
    medians = {name: statistics.median(one) for name, one in measured.items()}
    told = ", ".join(f"{name} {value:.0f}" for name, value in medians.items())
    worst = max(max(one) for one in measured.values())
    return Figure(
        f"console: {page} (ms)", max(medians.values()), LIMIT, higher=False, ours=f"medians {told}; worst {worst:.0f}", peer="150 ms"
    )


def times(port: int, path: str, cookie: str) -> list[float]:
    """Milliseconds of each answer, the first left out: it reads what the others find in memory."""
    connection, found = HTTPConnection("127.0.0.1", port), []
    for _ in range(ROUNDS + 1):
        begun = time.perf_counter()
        connection.request("GET", path, headers={"Cookie": f"{COOKIE}={cookie}", "Accept": "text/html", "Accept-Language": "zh"})
        answer = connection.getresponse()
        body = answer.read()
        found.append((time.perf_counter() - begun) * 1000)
        if answer.status != 200 or b"</html>" not in body:
            raise RuntimeError(f"{path}: {answer.status} {body[:300]!r}")
    connection.close()
    return found[1:]


def cookie(made: sessionmaker[Session]) -> str:
    """A session of somebody who sees what partners share, so that policies are heeded."""
    with made.begin() as session:
        account = people.by_name(session, "bench") or people.create(session, "bench", Role.OPERATOR)
        return sessions.start(session, account, "password")


@contextmanager
def serving(settings: Settings) -> Iterator[int]:
    """The API on a free port."""
    running = uvicorn.Server(uvicorn.Config(create_app(settings), port=0, log_config=None, timeout_graceful_shutdown=1))
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    while not running.started:
        time.sleep(0.01)
    yield running.servers[0].sockets[0].getsockname()[1]
    running.should_exit = True
    thread.join(10)
