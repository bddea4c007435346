"""All tables as of one moment, read row by row while capture and publishing go on.

SQLite: one read transaction, which in WAL mode hinders no writer. PostgreSQL: one REPEATABLE READ transaction, read only. A row is a JSON
array of its columns in the order of `shape`: bytes in hex, times as 2026-11-25T06:10:00.000000Z, JSON columns as the text that was
stored, booleans as 0 and 1, NULL as null. The database itself writes them so: a row costs Python one call.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, inspect, text

from ledger_client.errors import NotFound
from records.database import revision
from scripts.backup.shape import Table

_ROWS_AT_ONCE = 1000
_DOCUMENTS_AT_ONCE = 4  # a document may have 20 MB
_SPELLINGS = {
    "sqlite": {
        "bytes": "CASE WHEN {0} IS NOT NULL THEN lower(hex({0})) END",
        "time": "replace({0}, ' ', 'T') || 'Z'",
        "json": "CAST({0} AS TEXT)",
    },
    "postgresql": {
        "bytes": "encode({0}, 'hex')",
        "time": """to_char({0} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')""",
        "json": "CAST({0} AS TEXT)",
        "boolean": "CAST({0} AS INTEGER)",
    },
}


@dataclass(frozen=True, slots=True)
class Moment:
    """Which moment was copied: schema, installation, how far the mirror had read the chain, the audit log's newest entry."""

    schema: str
    installation: str  # "unnamed" in schemas that did not name it yet
    block: int | None
    block_hash: str | None  # hex
    entries: int
    entry_hash: str | None  # hex
    highest_block: int  # of any block that the copy speaks of


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """A connection on which everything is read as of one moment."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN")
        else:
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        yield connection
        connection.rollback()


def moment(connection: Connection) -> Moment:
    """What moment a snapshot shows; NotFound when there is no installation in that database."""
    schema = revision(connection)
    if schema is None:
        raise NotFound(f"database {connection.engine.url.render_as_string()}: it holds no installation")
    standing = set(inspect(connection).get_table_names())

    def first(table: str, statement: str) -> tuple[object, ...]:
        found = connection.execute(text(statement)).first() if table in standing else None
        return tuple(found) if found else (None, None)

    installation = first("installation", "SELECT id FROM installation")[0]
    block, block_hash = first("cursor", "SELECT block, hash FROM cursor")
    entries, entry_hash = first("audit_log", "SELECT id, hash FROM audit_log ORDER BY id DESC LIMIT 1")
    mined = first("transactions", "SELECT max(block_number) FROM transactions")[0]
    return Moment(
        schema=schema,
        installation=str(installation or "unnamed"),
        block=_number(block),
        block_hash=_hexed(block_hash),
        entries=_number(entries) or 0,
        entry_hash=_hexed(entry_hash),
        highest_block=max(_number(block) or 0, _number(mined) or 0),
    )


def rows(connection: Connection, table: Table) -> Iterator[bytes]:
    """The rows of a table in the order of its primary key, one JSON array a line."""
    at_once = _DOCUMENTS_AT_ONCE if table.name == "captures" else _ROWS_AT_ONCE
    for row in connection.execution_options(yield_per=at_once).exec_driver_sql(_selected(connection, table)):
        yield orjson.dumps(list(row)) + b"\n"


def some(connection: Connection, table: Table, column: str, value: int | str) -> list[dict[str, Any]]:
    """A few rows, each by its columns' names, spelt the same; `value` must be one of our own words or a number."""
    found = connection.exec_driver_sql(_selected(connection, table, f"WHERE {column} = {value!r}"))
    return [dict(zip(table.columns, row, strict=True)) for row in found]


def _selected(connection: Connection, table: Table, where: str = "") -> str:
    spell = _SPELLINGS[connection.dialect.name]
    quote = connection.dialect.identifier_preparer.quote_identifier
    columns = ", ".join(spell.get(kind, "{0}").format(quote(name)) for name, kind in table.columns.items())
    order = ", ".join(map(quote, table.key))
    return f"SELECT {columns} FROM {quote(table.name)} {where} ORDER BY {order}"  # noqa: S608 (names of our own)


def _number(value: object) -> int | None:
    return int(str(value)) if value is not None else None


def _hexed(value: object) -> str | None:
    return bytes(value).hex() if isinstance(value, bytes | memoryview) else None
