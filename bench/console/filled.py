"""Fills an empty PostgreSQL database with a story, sealed as capturing seals it, at the speed of COPY: indexes are built afterwards.

The end of the story is on its way: some records wait, some are sent, some are in a block that is not final, and a few transactions failed.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from itertools import islice
from typing import Any

import psycopg
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from bench.console.story import PLACES, PRODUCTS, Told, story
from indexer import models as mirror
from indexer.indexes import INDEXES
from ledger_client.onchain import item_id
from records import contents, rotation
from records.columns import now
from records.keyring import Sealing, keyring_of
from records.models import Lane, LaneState, Vocabulary

PER_CAPTURE, PER_COPY = 100, 100  # events in a document; documents in one transaction of the filling
WAITING, SENT, MINED = 30, 10, 5  # documents at the end of the story that are not final
SIGNERS = tuple(bytes([number + 1]) * 20 for number in range(4))
LATER = timedelta(minutes=5)  # from an event to its record
COPIED = {
    "captures": "id received_at finished_at signer behaviour state events_total events_done request_id",
    "records": "id event_id event_type biz_step event_time sealed payload_mac commitment signer captured_at original",
    "record_keys": "record_id kek_version wrapped",
    "capture_results": 'capture_id "index" outcome event_id record_id problem',
    "transactions": "id signer nonce hash raw items first_item last_item state"
    " signed_at changed_at sent_at tries block_number block_hash problem",
    "record_items": "id record_id item_id item_code signer transaction_id",
    "anchors": "position item_id seq commitment signer member_id time block_number log_index tx_hash head",
}


class Filling:
    """Rows for each table, and the numbers that go on from one piece to the next."""

    def __init__(self, sealing: Sealing, documents: int) -> None:
        self.sealing, self.documents = sealing, documents
        self.rows: dict[str, list[tuple[Any, ...]]] = {}
        self.records = self.items = self.anchors = self.nonce = 0
        self.seqs: Counter[str] = Counter()

    def document(self, number: int, events: Sequence[Told]) -> None:
        """One document, its records, and the transaction that carries their anchors."""
        signer, capture = SIGNERS[number % len(SIGNERS)], f"00000000-0000-4000-9000-{number:012x}"
        received, last = events[-1].happened + LATER, self.documents - number
        state = "success" if number % 97 else "failure"
        self._add("captures", capture, received, received + LATER, signer, "proceed", state, len(events), len(events), f"bench-{number}")
        first, pairs = self.items + 1, [self._record(capture, index, event, signer) for index, event in enumerate(events)]
        carried = (
            "signed" if last <= WAITING else "sent" if last <= WAITING + SENT else "mined" if last <= WAITING + SENT + MINED else "final"
        )
        transaction = None if carried == "signed" else number + 1
        for record, commitment, codes in pairs:
            for code in codes:
                self._item(record, code, signer, transaction)
                if carried in ("mined", "final"):
                    self._anchor(code, commitment, signer, number, int(received.timestamp()))
        if transaction:
            self._transaction(transaction, signer, carried, received, first)

    def _add(self, table: str, *values: Any) -> None:
        self.rows.setdefault(table, []).append(values)

    def _record(self, capture: str, index: int, told: Told, signer: bytes) -> tuple[int, bytes, list[str]]:
        self.records += 1
        number, event, drawn, stored = self.records, told.event, os.urandom(96), told.happened + LATER
        secret, commitment, mac = drawn[:32], drawn[32:64], drawn[64:]
        sealed, wrapped = contents.seal(self.sealing._replace(signer=signer), told.payload(), secret, commitment, stored)
        original = None if told.declaration else True
        named = (event["eventID"], event["type"], event["bizStep"], told.happened)
        self._add("records", number, *named, sealed, mac, commitment, signer, stored, original)
        self._add("record_keys", number, self.sealing.version, wrapped)
        self._add("capture_results", capture, index, "stored", event["eventID"], number, None)
        return number, commitment, told.items

    def _item(self, record: int, code: str, signer: bytes, transaction: int | None) -> None:
        self.items += 1
        self._add("record_items", self.items, record, item_id(code), code, signer, transaction)

    def _anchor(self, code: str, commitment: bytes, signer: bytes, number: int, time: int) -> None:
        self.anchors, self.seqs[code] = self.anchors + 1, self.seqs[code] + 1
        place = (SIGNERS.index(signer) + 1, time, number + 1, self.anchors, bytes(32), os.urandom(28))
        self._add("anchors", self.anchors, item_id(code), self.seqs[code], commitment, signer, *place)

    def _transaction(self, number: int, signer: bytes, state: str, moment: Any, first: int) -> None:
        self.nonce += 1
        block = (number, os.urandom(32)) if state in ("mined", "final") else (None, None)
        carried = (self.items - first + 1, first, self.items, state, moment, moment, moment, 1)
        self._add("transactions", number, signer, self.nonce, os.urandom(32), b"", *carried, *block, None)


def fill(engine: Engine, url: str, events: int, tell: Callable[[int], Iterator[Told]] = story) -> None:
    """Every table that the console's pages read. `tell`: the events of that many."""
    documents = events // PER_CAPTURE
    with Session(engine) as session, session.begin():
        rotation.enter(session, keyring_of(session).newest())
        filling = Filling(keyring_of(session).sealing(SIGNERS[0]), documents)
    told, number = tell(events), 0
    with psycopg.connect(url, autocommit=True) as connection, _bare(connection):
        connection.execute("SET synchronous_commit = off")
        while number < documents:
            for _ in range(min(PER_COPY, documents - number)):
                filling.document(number, list(islice(told, PER_CAPTURE)))
                number += 1
            _copy(connection, filling.rows)
    with Session(engine) as session, session.begin():
        _rest(session, filling)
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in (*INDEXES.values(), "VACUUM ANALYZE"):
            connection.execute(statement)


def _copy(connection: psycopg.Connection[Any], rows: dict[str, list[tuple[Any, ...]]]) -> None:
    with connection.transaction():
        for table, columns in COPIED.items():
            with connection.cursor().copy(f"COPY {table} ({', '.join(columns.split())}) FROM STDIN") as copy:
                for row in rows.pop(table, ()):
                    copy.write_row(row)


@contextmanager
def _bare(connection: psycopg.Connection[Any]) -> Iterator[None]:
    """Without secondary indexes, unique constraints and foreign keys, which are made again afterwards."""
    tables = [table for table in COPIED if table != "anchors"]
    keys = connection.execute(
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE contype IN ('u', 'f') AND conrelid = ANY(%s::regclass[]) ORDER BY contype DESC",
        [tables],
    ).fetchall()
    for table, name, _ in sorted(keys, key=lambda key: not key[2].startswith("FOREIGN")):
        connection.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    indexes = connection.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s) AND indexname NOT LIKE 'pk%%'", [tables]
    ).fetchall()
    for name, _ in indexes:
        connection.execute(f"DROP INDEX {name}")
    yield
    connection.execute("SET maintenance_work_mem = '512MB'")
    for _, definition in indexes:
        connection.execute(definition)
    for table, name, definition in keys:
        connection.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")


def _rest(session: Session, filling: Filling) -> None:
    """Names of products and places, members, lanes, where the mirror stands, and three transactions that failed."""
    kind = "urn:epcglobal:epcis:vtype:"
    session.add_all(
        Vocabulary(type=kind + "EPCClass", code=code, signer=SIGNERS[0], attributes={"x:name": "Fresh milk"}) for code in PRODUCTS
    )
    session.add_all(Vocabulary(type=kind + "Location", code=code, signer=SIGNERS[0], attributes={"x:name": "Dock"}) for code in PLACES)
    session.add_all(Lane(signer=signer, state=LaneState.READY, since=now(), problem=None, failures=0) for signer in SIGNERS)
    for number, signer in enumerate(SIGNERS, 1):
        session.add(mirror.MirroredMember(member_id=number, name=f"Member {number}", endpoint="", roles=1, suspended=False, since=1))
        session.add(mirror.MirroredSigner(address=signer, member_id=number, active_from=1, active_until=0))
    block = filling.documents
    stands = {"block": block, "complete_block": block, "position": filling.anchors, "confirmed": filling.anchors, "members_block": block}
    named = {"name": mirror.CURSOR, "chain_id": 1, "genesis": bytes(32), "ledger": bytes(20), "hash": bytes(32), "complete_hash": bytes(32)}
    session.add(mirror.Cursor(**named, **stands, items=len(filling.seqs), council_nonce="0", indexed=True, rewinds=0, version=1))
    session.add(mirror.State(name=mirror.CURSOR, state="following", head=block, since=1.0, checked_at=now().timestamp(), failures=0))
