"""The bare loop: what any indexer must do at least. Fetch, parse, decode, bulk write with the primary key only; no check at all.

Two requests in flight, 20 blocks each (the fastest measured), typed parsing, one hex conversion a log, and one transaction a range,
to the same database with the same durability as the mirror. No headers, no forks, no second index, nothing compared.
"""

from __future__ import annotations

import http.client
import json
import sqlite3
import struct
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
import psycopg

from ledger_client.anchor_logs import ANCHORED
from ledger_client.deployment import Deployment

RANGE, IN_FLIGHT = 20, 2
TABLE = (
    "CREATE TABLE bare (position {big} PRIMARY KEY, item_id {blob} NOT NULL, seq {big} NOT NULL, commitment {blob} NOT NULL, "
    "signer {blob} NOT NULL, member_id {big} NOT NULL, time {big} NOT NULL, block_number {big} NOT NULL, log_index {big} NOT NULL, "
    "tx_hash {blob} NOT NULL)"
)
_UNPACK = struct.Struct(">32s 28xI 24xQ 12x20s 28xI 32s").unpack
_PACK = struct.Struct(">h iq i32s iq i32s i20s iq iq iq iq i32s").pack


class _Log(msgspec.Struct, rename="camel", gc=False):
    topics: tuple[str, str, str]
    data: str
    block_number: str
    block_timestamp: str
    transaction_hash: str
    log_index: str


class _Answer(msgspec.Struct, gc=False):
    result: list[_Log]


Row = tuple[int, bytes, int, bytes, bytes, int, int, int, int, bytes]


class Fetcher:
    """One kept-alive connection a thread."""

    def __init__(self, url: str, ledger: bytes) -> None:
        self._node, self._ledger = urlsplit(url), "0x" + ledger.hex()
        self._idle: deque[http.client.HTTPConnection] = deque()

    def __call__(self, first: int, last: int) -> bytes:
        """The raw answer of eth_getLogs."""
        connection = self._idle.pop() if self._idle else http.client.HTTPConnection(str(self._node.hostname), self._node.port, timeout=300)
        wanted = {"address": self._ledger, "fromBlock": hex(first), "toBlock": hex(last), "topics": ["0x" + ANCHORED.hex()]}
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "eth_getLogs", "params": [wanted]})
        connection.request("POST", "/", body, {"Content-Type": "application/json"})
        raw = connection.getresponse().read()
        self._idle.append(connection)
        return raw


def decoded(raw: bytes) -> list[Row]:
    """Rows of one answer."""
    rows = []
    for log in _PARSE(raw).result:
        _, item, member = log.topics
        item_id, member_id, position, signer, seq, commitment = _UNPACK(bytes.fromhex(item[2:] + member[2:] + log.data[2:]))
        place = (int(log.block_timestamp, 16), int(log.block_number, 16), int(log.log_index, 16), bytes.fromhex(log.transaction_hash[2:]))
        rows.append((position, item_id, seq, commitment, signer, member_id, *place))
    return rows


_PARSE = msgspec.json.Decoder(_Answer).decode


class Sqlite:
    """The settings of `records.database`, through the driver alone."""

    def __init__(self, file: Path) -> None:
        self._database = sqlite3.connect(file, isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "cache_size=-32000"):
            self._database.execute(f"PRAGMA {pragma}")
        self._database.execute(TABLE.format(big="INTEGER", blob="BLOB"))

    def write(self, rows: list[Row]) -> None:
        """One range, one transaction."""
        self._database.execute("BEGIN IMMEDIATE")
        self._database.executemany("INSERT INTO bare VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
        self._database.execute("COMMIT")

    def close(self) -> int:
        """How many rows there are."""
        count = self._database.execute("SELECT count(*) FROM bare").fetchone()[0]
        self._database.close()
        return int(count)


class Postgres:
    """Binary COPY."""

    def __init__(self, url: str) -> None:
        self._database = psycopg.connect(url)
        self._database.execute(TABLE.format(big="BIGINT", blob="BYTEA"))
        self._database.commit()

    def write(self, rows: list[Row]) -> None:
        """One range, one transaction."""
        body = [
            _PACK(10, 8, at, 32, item, 8, seq, 32, commitment, 20, signer, 8, member, 8, time, 8, number, 8, index, 32, tx)
            for at, item, seq, commitment, signer, member, time, number, index, tx in rows
        ]
        with self._database.cursor() as cursor, cursor.copy("COPY bare FROM STDIN (FORMAT BINARY)") as copy:
            copy.write(b"PGCOPY\n\xff\r\n\0" + bytes(8) + b"".join(body) + b"\xff\xff")
        self._database.commit()

    def close(self) -> int:
        """How many rows there are."""
        found = self._database.execute("SELECT count(*) FROM bare").fetchone()
        self._database.close()
        return int(found[0]) if found else 0


def run(url: str, deployment: Deployment, head: int, database: Sqlite | Postgres) -> int:
    """Fetch and write everything up to `head`; the number of rows."""
    fetch, waiting, starts = Fetcher(url, deployment.ledger), deque[Future[bytes]](), iter(range(deployment.block, head + 1, RANGE))
    with ThreadPoolExecutor(IN_FLIGHT) as pool:
        for start in starts:
            waiting.append(pool.submit(fetch, start, min(head, start + RANGE - 1)))
            if len(waiting) > IN_FLIGHT:
                database.write(decoded(waiting.popleft().result()))
        while waiting:
            database.write(decoded(waiting.popleft().result()))
    return database.close()
