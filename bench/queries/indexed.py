"""Fills the index over a story's events at the speed of COPY; what the job `keep` does in a step at a time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import islice

import psycopg
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from bench.console.story import story
from ledger_client.epcis.query.terms import terms_of
from records.keyring import keyring_of
from records.query.hashing import all_hashed, form
from records.query.models import IndexMark

AT_ONCE = 5000
_KEY = "ALTER TABLE record_terms ADD CONSTRAINT pk_record_terms PRIMARY KEY (term, record_id)"


def index(engine: Engine, url: str, events: int) -> None:
    """The terms of every event of the story, and the mark behind them."""
    with Session(engine) as session, session.begin():
        lookup = keyring_of(session).lookup()
        session.add(IndexMark(id=1, form=form(lookup), record_id=events))
    with psycopg.connect(url, autocommit=True) as connection, ProcessPoolExecutor(os.cpu_count()) as pool:
        connection.execute("SET synchronous_commit = off; SET maintenance_work_mem = '512MB'")
        connection.execute("ALTER TABLE record_terms DROP CONSTRAINT pk_record_terms")
        for rows in pool.map(_rows, _pieces(events), [lookup] * (events // AT_ONCE + 1)):
            with connection.cursor().copy("COPY record_terms (term, record_id) FROM STDIN") as copy:
                copy.write(rows)
        connection.execute(_KEY)
        connection.execute("SELECT setval(pg_get_serial_sequence('records', 'id'), %s)", [events])
        connection.execute("VACUUM ANALYZE record_terms")


Piece = list[tuple[int, dict[str, object], list[str]]]


def _pieces(events: int) -> Iterator[Piece]:
    told = ((number, one.event, one.items) for number, one in enumerate(story(events), 1))
    while piece := list(islice(told, AT_ONCE)):
        yield piece


def _rows(piece: Piece, lookup: bytes) -> bytes:
    lines = (f"{term}\t{number}\n" for number, event, codes in piece for term in all_hashed(lookup, terms_of(event, codes)))
    return "".join(lines).encode()
