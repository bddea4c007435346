"""Fills the indexes of search over a story at the speed of COPY, by the functions of `records.search`; and the peer's table, in clear."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import islice

import psycopg
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from bench.search.told import told
from records.keyring import keyring_of
from records.search import code_index, name_index
from records.search.marks import TEXTS, advance, begun
from records.search.models import SearchTerm
from records.search.text_index import BLOCK, bits, kept_of
from records.search.texts import texts_of
from records.search.words import terms

_KEY = "ALTER TABLE search_terms ADD CONSTRAINT pk_search_terms PRIMARY KEY (term, block)"
_BLOCKS = 20  # in one piece
Piece = list[tuple[int, dict[str, object]]]


def index_texts(engine: Engine, url: str, events: int) -> None:
    """Every full block, and the mark behind the last."""
    with Session(engine) as session, session.begin():
        lookup = keyring_of(session).lookup()
        begun(session, TEXTS, [SearchTerm])
        advance(session, TEXTS, 0, (events + 1) // BLOCK * BLOCK - 1)
    with psycopg.connect(url, autocommit=True) as connection, ProcessPoolExecutor(os.cpu_count()) as pool:
        connection.execute("SET synchronous_commit = off; SET maintenance_work_mem = '512MB'")
        connection.execute("SELECT setval(pg_get_serial_sequence('records', 'id'), %s)", [events])
        connection.execute("ALTER TABLE search_terms DROP CONSTRAINT pk_search_terms")
        for rows in pool.map(_rows, _pieces(events), [lookup] * (events // _BLOCKS + 1)):
            with connection.cursor().copy("COPY search_terms (term, block, records) FROM STDIN") as copy:
                copy.write(rows)
        connection.execute(_KEY)
        connection.execute("VACUUM ANALYZE search_terms")


def index_rest(engine: Engine) -> None:
    """Codes and names, as the job `keep` does it."""
    for step in (lambda session: code_index.step(session, 20_000), name_index.step):
        done = 1
        while done:
            with Session(engine) as session, session.begin():
                done = step(session)


def index_peer(url: str, events: int) -> None:
    """The same words in clear, as PostgreSQL indexes them: `tsvector` of bigrams and beginnings, GIN."""
    with psycopg.connect(url, autocommit=True) as connection, ProcessPoolExecutor(os.cpu_count()) as pool:
        connection.execute("SET synchronous_commit = off; SET maintenance_work_mem = '512MB'")
        connection.execute("CREATE TABLE peer (record_id bigint, words text[])")
        for rows in pool.map(_peer_rows, _pieces(events)):
            with connection.cursor().copy("COPY peer FROM STDIN") as copy:
                copy.write(rows)
        connection.execute("CREATE TABLE peer_words AS SELECT record_id, array_to_tsvector(words) AS words FROM peer")
        connection.execute("DROP TABLE peer")
        connection.execute("CREATE INDEX ON peer_words USING gin (words)")
        connection.execute("VACUUM ANALYZE peer_words")


def _pieces(events: int) -> Iterator[Piece]:
    """Whole blocks of numbered events; those behind the last full one are in no index."""
    numbered = islice(((number, one.event) for number, one in enumerate(told(events), 1)), (events + 1) // BLOCK * BLOCK - 1)
    yield list(islice(numbered, BLOCK - 1))  # there is no record 0
    while piece := list(islice(numbered, BLOCK * _BLOCKS)):
        yield piece


def _rows(piece: Piece, lookup: bytes) -> bytes:
    blocks = defaultdict[tuple[int, int], list[int]](list)
    for number, event in piece:
        for term in kept_of(lookup, texts_of(event)):
            blocks[term, number // BLOCK].append(number)
    return "".join(f"{term}\t{block}\t\\\\x{bits(block, numbers).hex()}\n" for (term, block), numbers in blocks.items()).encode()


def _peer_rows(piece: Piece) -> bytes:
    return "".join(f"{number}\t{{{','.join(_words(event))}}}\n" for number, event in piece).encode()


def _words(event: dict[str, object]) -> set[str]:
    return {term for one in texts_of(event) for term in terms(one.text)}
