"""Search over 1,000,000 events on PostgreSQL, each text against 100 ms, and against a full-text index over the same words in clear.

Asked over HTTP with a key that sees everything, from the request to the last byte, all groups. The peer is what PostgreSQL does best with
such words: a GIN index over `tsvector`, asked for the newest ten of them; it opens no seal and knows no audience.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import orjson
import psycopg
from sqlalchemy import Engine

from accounts import api_keys, people
from accounts.roles import Right, Role
from api.settings import Settings
from bench.console import serving
from bench.console.filled import fill
from bench.console.story import order, pack, pallet
from bench.figure import Figure
from bench.indexer import postgres
from bench.search.filled import index_peer, index_rest, index_texts
from bench.search.told import OPERATORS, RARE, RARE_OPERATOR, told
from indexer import models as mirror
from ledger_client.deployment import Deployment
from records.database import migrate, open_engine, open_sessions
from records.search.words import needed, runs

EVENTS = 1_000_000
LIMIT = 100.0  # milliseconds
ROUNDS = 15
PEER = "SELECT record_id FROM peer_words WHERE words @@ %s::tsquery ORDER BY record_id DESC LIMIT 11"


def figures(events: int = EVENTS) -> Iterator[Figure]:
    """One figure for each text."""
    with filled(events) as (engine, settings, url), serving(settings) as port, psycopg.connect(url, autocommit=True) as peer:
        key = _key(engine)
        for name, text in asked(events).items():
            ours, found = _times(port, text, key)
            yield _figure(name, text, ours, found, _peer_times(peer, text))


def asked(events: int) -> dict[str, str]:
    """What is looked for -> the text."""
    number = events // 5 // 2
    return {
        "two characters that many events have": "温度",
        "two words that many events have": "冷库温度 偏高",
        "two words that no event has together": "清晰度 菌落",
        "a remark that few events have": RARE,
        "an operator with few events": RARE_OPERATOR,
        "an operator with many events": OPERATORS[3],
        "an English word": "slightly high",
        "the beginning of a word": "pasteur",
        "a number in a remark": "单号04711",
        "a purchase order": order(events // 2).rsplit("/", 1)[1],
        "the end of a serial number": pack(number)[-6:],
        "the middle of an SSCC": pallet(events // 32)[-9:-2],
        "digits that every product has": "6901230",
        "two characters that many codes have": "01",
        "two characters that one code has": "TK",
        "a product's name": "fresh milk",
        "nothing that is there": "湿度计校准",
    }


@contextmanager
def filled(events: int) -> Iterator[tuple[Engine, Settings, str]]:
    """A database of so many events, its indexes, and the peer's."""
    with tempfile.TemporaryDirectory(prefix="traceledger-bench-") as folder, postgres.server() as server, postgres.database(server) as url:
        nothing = Deployment(1, bytes(32), bytes(20), bytes(20), bytes(20), 0)
        settings = Settings(url, "http://127.0.0.1:9", nothing, keyring=Path(folder) / "keyring")
        engine = open_engine(url, settings.keyring)
        migrate(engine)
        mirror.create(engine)
        fill(engine, url, events, told)
        begun = time.monotonic()
        index_texts(engine, url, events)
        between = time.monotonic()
        index_rest(engine)
        peer = time.monotonic()
        index_peer(url, events)
        spent = f"texts {between - begun:.0f} s, codes and names {peer - between:.0f} s, the peer {time.monotonic() - peer:.0f} s"
        print(f"indexed {events:,} events: {spent}; {_sizes(url)}", file=sys.stderr, flush=True)
        yield engine, settings, url
        engine.dispose()


def _sizes(url: str) -> str:
    with psycopg.connect(url) as connection:
        rows = [(table, connection.execute("SELECT pg_total_relation_size(%s::regclass)", [table]).fetchone())
                for table in ("search_terms", "search_codes", "peer_words", "records")]  # fmt: skip
    return ", ".join(f"{table} {size[0] / 1e6:,.0f} MB" for table, size in rows if size)


def _key(engine: Engine) -> str:
    """Of somebody who sees everything."""
    with open_sessions(engine).begin() as session:
        return api_keys.issue(session, people.create(session, "bench", Role.AUDITOR), "bench", {Right.READ, Right.READ_ALL})


def _times(port: int, text: str, key: str) -> tuple[list[float], str]:
    """Milliseconds of each answer, the first left out: it reads what the others find in memory. And how many of each group there were."""
    connection, measured, body = HTTPConnection("127.0.0.1", port), list[float](), b"{}"
    for _ in range(ROUNDS + 1):
        begun = time.perf_counter()
        connection.request("GET", f"/search?{urlencode({'q': text})}", headers={"Authorization": f"Bearer {key}"})
        answer = connection.getresponse()
        body = answer.read()
        measured.append((time.perf_counter() - begun) * 1000)
        if answer.status != 200:
            raise RuntimeError(f"{text}: {answer.status} {body[:300]!r}")
    connection.close()
    groups = {name: group for name, group in orjson.loads(body).items() if isinstance(group, dict) and group.get("found")}
    return measured[1:], ", ".join(
        f"{len(group['found'])}{'+' if group['more'] else ''} {name}" for name, group in groups.items()
    ) or "nothing"


def _peer_times(connection: psycopg.Connection[tuple[int]], text: str) -> list[float]:
    query, measured = " & ".join(f"'{term}'" for term in needed(runs(text))), list[float]()
    for _ in range(ROUNDS + 1):
        begun = time.perf_counter()
        connection.execute(PEER, [query]).fetchall()
        measured.append((time.perf_counter() - begun) * 1000)
    return measured[1:]


def _figure(name: str, text: str, ours: list[float], found: str, peer: list[float]) -> Figure:
    median = statistics.median(ours)
    told_of = f"median {median:.1f}, worst {max(ours):.1f}: {found}"
    return Figure(
        f"search: {name}, {text} (ms)", median, LIMIT, higher=False, ours=told_of, peer=f"GIN in clear {statistics.median(peer):.1f}"
    )
