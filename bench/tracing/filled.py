"""Fills an empty PostgreSQL database with the story: records sealed and committed as capturing does, and drawn, at the speed of COPY."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from bench.indexer import postgres
from bench.tracing.story import Event, story
from indexer import models as mirror
from indexer.indexes import INDEXES
from ledger_client import canonical, commitment
from ledger_client.genealogy import Part, parts_of
from ledger_client.onchain import item_id
from records import contents, rotation
from records.database import migrate, open_engine
from records.genealogy.draw import micros
from records.keyring import Sealing, keyring_of

AT_ONCE = 2_000
SIGNER = b"\x01" * 20
TABLES = {
    "records": "id event_id event_type biz_step event_time sealed payload_mac commitment signer captured_at original",
    "record_keys": "record_id kek_version wrapped",
    "anchors": "position item_id seq commitment signer member_id time block_number log_index tx_hash head",
    "things": "id item_id code",
    "participations": "record_id place thing_id at role action quantity uom",
}
Made = tuple[list[tuple[Any, ...]], list[tuple[Any, ...]], list[tuple[int, int, tuple[Part, ...], bytes]]]


@contextmanager
def filled(events: int, tell: Callable[[int], Iterator[Event]] = story) -> Iterator[tuple[Engine, str]]:
    """A database of so many events, and its URL."""
    with tempfile.TemporaryDirectory(prefix="traceledger-bench-") as folder, postgres.server() as server, postgres.database(server) as url:
        engine = open_engine(url, Path(folder) / "keyring")
        migrate(engine)
        mirror.create(engine)
        _fill(engine, url, events, tell)
        yield engine, url
        engine.dispose()


def _fill(engine: Engine, url: str, events: int, tell: Callable[[int], Iterator[Event]]) -> None:
    with Session(engine) as session, session.begin():
        rotation.enter(session, keyring_of(session).newest())
        sealing = keyring_of(session).sealing(SIGNER)
    numbers: dict[str, int] = {}
    with psycopg.connect(url, autocommit=True) as connection, ProcessPoolExecutor(os.cpu_count()) as pool:
        connection.execute("SET synchronous_commit = off")
        for made in pool.map(_made, _pieces(tell(events)), [sealing] * (events // AT_ONCE + 1)):
            _copy(connection, dict(zip(TABLES, _rows(made, numbers), strict=True)))
        for statement in (*INDEXES.values(), "VACUUM ANALYZE"):
            connection.execute(statement)


def _pieces(events: Iterator[Event]) -> Iterator[list[tuple[int, Event]]]:
    told = enumerate(events, 1)
    while piece := list(islice(told, AT_ONCE)):
        yield piece


def _made(piece: list[tuple[int, Event]], sealing: Sealing) -> Made:
    """Rows of `records` and `record_keys`, and for each record its time, who took part, and its commitment."""
    records, keys, took = [], [], []
    for number, event in piece:
        payload, secret, time = canonical.encode(event), commitment.secret(), datetime.fromisoformat(event["eventTime"])
        committed = commitment.commit_values(canonical.properties(event), secret)
        sealed, wrapped = contents.seal(sealing, payload, secret, committed, time)
        said = (event["eventID"], event["type"], event["bizStep"], time)
        records.append((number, *said, sealed, os.urandom(32), committed, SIGNER, time, True))
        keys.append((number, sealing.version, wrapped))
        took.append((number, micros(time), parts_of(event), committed))
    return records, keys, took


def _rows(made: Made, numbers: dict[str, int]) -> tuple[list[tuple[Any, ...]], ...]:
    """Rows of each table, in the order of `TABLES`; each record has one anchor, which is all that a trace asks of the mirror."""
    records, keys, took = made
    things: list[tuple[Any, ...]] = []
    parts: list[tuple[Any, ...]] = []
    for number, at, all_parts, _ in took:
        for place, part in enumerate(all_parts):
            if part.code not in numbers:
                numbers[part.code] = len(numbers) + 1
                things.append((numbers[part.code], item_id(part.code), part.code))
            parts.append((number, place, numbers[part.code], at, int(part.role), int(part.action), part.quantity, part.uom))
    anchors = [(number, bytes(32), number, committed, SIGNER, 1, 1, 1, number, bytes(32), bytes(28)) for number, _, _, committed in took]
    return records, keys, anchors, things, parts


def _copy(connection: psycopg.Connection[Any], rows: dict[str, list[tuple[Any, ...]]]) -> None:
    with connection.transaction():
        for table, columns in TABLES.items():
            with connection.cursor().copy(f"COPY {table} ({', '.join(columns.split())}) FROM STDIN") as copy:
                for row in rows[table]:
                    copy.write_row(row)
