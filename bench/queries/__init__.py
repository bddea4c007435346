"""The commonest EPCIS queries over 1,000,000 events on PostgreSQL, each against 50 ms, and their plans.

Asked over HTTP with a key that sees everything, from the request to the last byte of a page of 30. A plan reads the
same indexes at both sizes, and no table as a whole; `python -m bench.queries` prints the plans as PostgreSQL explains them.
"""

from __future__ import annotations

import re
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

from sqlalchemy import Engine, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from accounts import api_keys, people
from accounts.roles import Right, Role
from api.settings import Settings
from bench.console import serving
from bench.console.filled import fill
from bench.console.story import APART, BEGUN, PLACES, TRUCK, batch, order, pack, pallet
from bench.figure import Figure
from bench.indexer import postgres
from bench.queries.indexed import index
from indexer import models as mirror
from indexer.audiences import policies
from ledger_client.deployment import Deployment
from ledger_client.epcis.query import of_address
from records.audiences import View
from records.database import migrate, open_engine, open_sessions
from records.query import candidates
from records.query.index import mark
from records.query.run import sorting_of

EVENTS, FEW = 1_000_000, 10_000
LIMIT = 50.0  # milliseconds
ROUNDS = 20


def figures(events: int = EVENTS, few: int = FEW) -> Iterator[Figure]:
    """One figure for each query, and one for all plans."""
    with filled(few) as (engine, _):
        small = {name: plan(engine, asked) for name, asked in queries(few).items()}
    with filled(events) as (engine, settings):
        plans = {name: plan(engine, asked) for name, asked in queries(events).items()}
        with serving(settings) as port:
            key = _key(engine)
            for name, asked in queries(events).items():
                yield _figure(name, _times(port, asked, key))
    for name, told in plans.items():
        print(f"{name}:\n{told}\n", file=sys.stderr, flush=True)
    other = [name for name in plans if read(plans[name]) != read(small[name])]
    whole = [name for name in plans if "Seq Scan" in plans[name] + small[name]]
    told = f"{len(plans)} plans at {few:,} and at {events:,} events"
    told += f"; by other indexes at {few:,}: {', '.join(other)}" if other else ", by the same indexes"
    yield Figure("queries that read a whole table", float(len(whole)), 0, higher=False, ours=told, peer="index scans only")


def queries(events: int) -> dict[str, dict[str, str]]:
    """Ten queries and their parameters."""
    middle = BEGUN + events // 2 * APART
    hours = {"GE_eventTime": middle.isoformat(), "LT_eventTime": (middle + 720 * APART).isoformat()}
    number = events // 5 // 2
    digits = pack(number).split("/")[4]
    return {
        "history of an item": {"MATCH_anyEPC": pack(number)},
        "latest event of an item": {"MATCH_anyEPC": TRUCK, "orderBy": "eventTime", "eventCountLimit": "1"},
        "a step within six hours": {"EQ_bizStep": "shipping", **hours},
        "a place within six hours": {"EQ_readPoint": PLACES[7], **hours},
        "a purchase order": {"EQ_bizTransaction_po": order(events // 2)},
        "a lot": {"MATCH_anyEPCClass": batch(events // 2 // 200)},
        "a product, newest first": {
            "MATCH_epc": f"urn:epc:idpat:sgtin:{digits[1:8]}.{digits[0]}{digits[8:13]}.*",
            "orderBy": "eventTime",
        },
        "what is in a container": {"MATCH_parentID": pallet(_packed(events)), "EQ_action": "ADD"},
        "captured since": {"GE_recordTime": (BEGUN + (events - 100) * APART).isoformat()},
        "too warm": {"EQ_type": "Temperature", "GE_value_CEL": "4.5", "GE_eventTime": middle.isoformat()},
    }


def _packed(events: int) -> int:
    """The number of a pallet that was packed, near the middle."""
    from bench.console.story import story  # noqa: PLC0415

    for at, told in enumerate(story(events)):
        if at > events // 2 and "parentID" in told.event:
            return at // 16
    return 0


def plan(engine: Engine, asked: dict[str, str]) -> str:
    """How PostgreSQL reads the candidates of a query's first page."""
    query = of_address(asked.items())
    with Session(engine) as session:
        search = candidates.Search(query.conditions, View("regulator", policies(session)), sorting_of(query))
        candidates.set_up(session)
        rows = candidates.statement(session, search, 0, mark(session), indexed=True)
        rows = candidates.first_of(rows, search.sorting, 31)
        sql = str(rows.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True}))
        return "\n".join(session.execute(text("EXPLAIN " + sql.replace(":", r"\:"))).scalars())


def read(plan: str) -> set[str]:
    """The indexes that a plan reads."""
    return set(re.findall(r"(?:using|Bitmap Index Scan on) (\w+)", plan))


@contextmanager
def filled(events: int) -> Iterator[tuple[Engine, Settings]]:
    """A database of so many events, with its index."""
    with tempfile.TemporaryDirectory(prefix="traceledger-bench-") as folder, postgres.server() as server, postgres.database(server) as url:
        nothing = Deployment(1, bytes(32), bytes(20), bytes(20), bytes(20), 0)
        settings = Settings(url, "http://127.0.0.1:9", nothing, keyring=Path(folder) / "keyring")
        engine = open_engine(url, settings.keyring)
        migrate(engine)
        mirror.create(engine)
        begun = time.monotonic()
        fill(engine, url, events)
        between = time.monotonic()
        index(engine, url, events)
        told = f"filled with {events:,} events in {between - begun:.0f} s, indexed in {time.monotonic() - between:.0f} s"
        print(told, file=sys.stderr, flush=True)
        yield engine, settings
        engine.dispose()


def _key(engine: Engine) -> str:
    """Of somebody who sees everything."""
    with open_sessions(engine).begin() as session:
        return api_keys.issue(session, people.create(session, "bench", Role.AUDITOR), "bench", {Right.READ, Right.READ_ALL})


def _times(port: int, asked: dict[str, str], key: str) -> list[float]:
    """Milliseconds of each answer, the first left out: it reads what the others find in memory."""
    connection, found = HTTPConnection("127.0.0.1", port), []
    for _ in range(ROUNDS + 1):
        begun = time.perf_counter()
        connection.request("GET", f"/events?{urlencode(asked)}", headers={"Authorization": f"Bearer {key}"})
        answer = connection.getresponse()
        body = answer.read()
        found.append((time.perf_counter() - begun) * 1000)
        if answer.status != 200 or b'"eventID"' not in body:
            raise RuntimeError(f"{asked}: {answer.status} {body[:300]!r}")
    connection.close()
    return found[1:]


def _figure(name: str, measured: list[float]) -> Figure:
    median, worst = statistics.median(measured), max(measured)
    return Figure(f"query: {name} (ms)", median, LIMIT, higher=False, ours=f"median {median:.1f}, worst {worst:.1f}", peer="50 ms")
