"""Bulk writing of anchors: many rows a statement on SQLite, binary COPY on PostgreSQL, in the caller's transaction.

From `fold` into `anchors`. The ORM is left out: 200,000 objects cost more than everything else together.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from functools import cache
from itertools import chain

import psycopg
from sqlalchemy import Connection, delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from indexer.fold import Row
from indexer.models import MirroredAnchor
from ledger_client.errors import Conflict
from ledger_client.sentences import sentence
from records.database import StorageUnavailable

_COLUMNS = tuple(column.name for column in MirroredAnchor.__table__.columns)
_ROWS_AT_ONCE = 1_000
_VALUES = f"({', '.join('?' * len(_COLUMNS))})"
_COPY = f"COPY anchors ({', '.join(_COLUMNS)}) FROM STDIN (FORMAT BINARY)"
_PACK = struct.Struct(">h iq i32s iq i32s i20s iq iq iq iq i32s i28s").pack  # PostgreSQL: COPY, binary format
_BEGIN, _END = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"


class ForeignRows(Conflict):
    """The mirror holds rows that the indexer did not write."""


def anchors(session: Session, rows: Sequence[Row]) -> None:
    """Insert rows. A position or seq that is there already is ForeignRows: cursor and rows move together, so it is not ours."""
    if not rows:
        return
    connection = session.connection()
    try:
        if connection.dialect.name == "sqlite":
            _insert(connection, rows)
        else:
            _copy(connection, rows)
    except (IntegrityError, psycopg.errors.UniqueViolation) as error:
        raise ForeignRows(
            sentence(
                "the mirror holds rows of anchors {first} to {last} or of their items that the indexer did not write ({problem}); "
                "audit the mirror, then rewind it to before them or rebuild it",
                first=rows[0][0],
                last=rows[-1][0],
                problem=str(error).splitlines()[0],
            )
        ) from None


def _insert(connection: Connection, rows: Sequence[Row]) -> None:
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        part = rows[start : start + _ROWS_AT_ONCE]
        connection.exec_driver_sql(_statement(len(part)), tuple(chain.from_iterable(part)))


def _copy(connection: Connection, rows: Sequence[Row]) -> None:
    raw = connection.connection.driver_connection
    assert isinstance(raw, psycopg.Connection)  # noqa: S101 (narrows the type)
    try:
        with raw.cursor() as cursor, cursor.copy(_COPY) as copy:
            copy.write(packed(rows))
    except psycopg.OperationalError as error:
        raise StorageUnavailable(sentence("database: {reason}; the mirror stays where it was", reason=str(error))) from error


@cache
def _statement(rows: int) -> str:
    """One statement for many rows: SQLite works without Python's lock for as long as it lasts, and the next span is decoded meanwhile."""
    return f"INSERT INTO anchors ({', '.join(_COLUMNS)}) VALUES {', '.join([_VALUES] * rows)}"  # noqa: S608 (our own names)


def packed(rows: Sequence[Row]) -> bytes:
    """Rows as one binary COPY message: 11 fields, each with its length."""
    body = [
        _PACK(11, 8, at, 32, item, 8, seq, 32, commitment, 20, signer, 8, member, 8, time, 8, number, 8, index, 32, tx, 28, head)
        for at, item, seq, commitment, signer, member, time, number, index, tx, head in rows
    ]
    return b"".join((_BEGIN, *body, _END))


def remove_after(session: Session, position: int) -> int:
    """Delete every anchor after `position`; returns how many items vanish with them."""
    gone = select(func.count()).where(MirroredAnchor.position > position, MirroredAnchor.seq == 1)
    items = session.scalar(gone) or 0
    session.execute(delete(MirroredAnchor).where(MirroredAnchor.position > position), execution_options={"synchronize_session": False})
    return items


def position_at(session: Session, block: int, newest: int) -> int:
    """Position of the last anchor in a block up to `block`, 0 for none. Bisects the primary key: blocks rise with positions."""
    low, high = 0, newest  # the answer is in low … high
    while low < high:
        middle = (low + high + 1) // 2
        number = session.scalar(select(MirroredAnchor.block_number).where(MirroredAnchor.position == middle))
        low, high = (middle, high) if number is not None and number <= block else (low, middle - 1)
    return low
