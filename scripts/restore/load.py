"""The tables of a backup into an empty database: all of them in one transaction, so that a restore that ends early leaves nothing.

1. keep the lookup key, which rows were made with, and make a keyring if there is none
2. make the tables as they were when the backup was made (its schema revision), and empty them of what their migrations put in
3. insert every row as it is; a member whose hash is another one than the manifest's ends it
4. wrap the data keys of what is there by the keyring's newest master key
5. bring the tables forward to the shape of this version
6. erase what was erased after the backup was made
7. end every sign-in, because nobody may be signed in by a cookie of another time; keys stay
8. say so in the audit log
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, cast

import orjson
import psycopg
from sqlalchemy import Connection, Engine, delete, text, update
from sqlalchemy.orm import Session

from accounts import audit
from accounts.models import SignIn
from ledger_client.errors import InvalidInput
from records.columns import now
from records.database import StorageUnavailable, alone, changed, revision, upgrade
from records.genealogy.models import GenealogyMark
from scripts.backup.archive import Reading
from scripts.backup.keyfile import KeyFile
from scripts.backup.manifest import TABLES
from scripts.backup.shape import Table, tables
from scripts.restore import keys as restore_keys

_ROWS_AT_ONCE = 1000
_BYTES_AT_ONCE = 8 << 20

Progress = Callable[[int, int], None]
"""Called with (rows done, rows in all)."""
Reads = Callable[[Any], Any]  # from the value in a row's JSON to what the driver takes

_SQLITE: dict[str, Reads] = {
    "bytes": bytes.fromhex,
    "time": lambda value: value.replace("T", " ").removesuffix("Z"),
}
_POSTGRESQL: dict[str, Reads] = {"bytes": lambda value: "\\x" + value, "boolean": bool}


def load(backup: Reading, engine: Engine, keys: KeyFile | None = None, progress: Progress = lambda _done, _all: None) -> int:
    """Fill an empty database; returns how many sign-ins were ended. InvalidInput when the backup is not what it says.

    `keys`: the key file that opens its contents; needed where they are sealed.
    """
    manifest = backup.manifest
    members = {member.name: member for member in manifest.under(TABLES)}
    done, total = 0, sum(member.rows or 0 for member in members.values())
    with alone(engine) as connection:
        if keys:
            restore_keys.keep_lookup(connection, keys)
        upgrade(connection, manifest.schema)
        shape = tables(manifest.schema)
        for table in reversed(shape):
            connection.execute(text(f'DELETE FROM "{table.name}"'))  # noqa: S608 (names of our own)
        for table in shape:
            member = members.pop(f"{TABLES}{table.name}.jsonl", None)
            if member is None or member.columns != table.columns:
                raise InvalidInput("backup", f"its table {table.name} is not that of revision {manifest.schema}")
            count = 0
            for part in _parts(backup.lines(member)):
                _insert(connection, table, part)
                count += len(part)
                progress(done + count, total)
            done += count
            if count != member.rows:
                raise InvalidInput("backup", f"table {table.name} has {count} rows, its manifest says {member.rows}")
        if members:
            raise InvalidInput("backup", f"holds {', '.join(members)}, unknown to revision {manifest.schema}")
        if keys:
            restore_keys.wrap(connection, keys, partial(_rows, connection))
        upgrade(connection)
        connection.execute(delete(GenealogyMark))  # no backup holds a genealogy: the job `keep` draws it anew
        if keys:
            restore_keys.erase(connection, keys, partial(_rows, connection))
        if connection.dialect.name == "postgresql":
            for table in tables(revision(connection) or ""):
                _number_on(connection, table)
        return _opened(connection, backup)


def _parts(lines: Iterable[bytes]) -> Iterator[list[bytes]]:
    """A thousand rows, or fewer when they are large."""
    part, size = list[bytes](), 0
    for line in lines:
        part.append(line)
        size += len(line)
        if len(part) >= _ROWS_AT_ONCE or size >= _BYTES_AT_ONCE:
            yield part
            part, size = [], 0
    if part:
        yield part


def _insert(connection: Connection, table: Table, lines: list[bytes]) -> None:
    _rows(connection, table, [orjson.loads(line) for line in lines])


def _rows(connection: Connection, table: Table, rows: list[list[Any]]) -> None:
    write = _copied if connection.dialect.name == "postgresql" else _inserted
    if rows:
        write(connection, table, rows)


def _inserted(connection: Connection, table: Table, rows: list[list[Any]]) -> None:
    marks = ", ".join("?" * len(table.columns))
    statement = f"INSERT INTO {_named(table)} VALUES ({marks})"  # noqa: S608 (names of our own)
    connection.exec_driver_sql(statement, [tuple(row) for row in _read(table, rows, _SQLITE)])


def _copied(connection: Connection, table: Table, rows: list[list[Any]]) -> None:
    driver = cast("psycopg.Connection[tuple[Any, ...]]", connection.connection.driver_connection)
    try:
        with driver.cursor() as cursor, cursor.copy(f"COPY {_named(table)} FROM STDIN".encode()) as copy:
            for row in _read(table, rows, _POSTGRESQL):
                copy.write_row(row)
    except psycopg.OperationalError as problem:
        raise StorageUnavailable(f"database: {str(problem).strip()}; nothing was restored") from problem


def _read(table: Table, rows: list[list[Any]], reads: dict[str, Reads]) -> list[list[Any]]:
    """The rows as the driver takes them."""
    for place, kind in enumerate(table.columns.values()):
        if (read := reads.get(kind)) is not None:
            for row in rows:
                if row[place] is not None:
                    row[place] = read(row[place])
    return rows


def _named(table: Table) -> str:
    columns = ", ".join(f'"{name}"' for name in table.columns)
    return f'"{table.name}" ({columns})'


def _number_on(connection: Connection, table: Table) -> None:
    """PostgreSQL counts apart from the rows: the next row gets the number behind the last one."""
    for name in table.key:
        quoted = {"table": f'"{table.name}"', "column": name}
        sequence = connection.scalar(text("SELECT pg_get_serial_sequence(:table, :column)"), quoted)
        if sequence:
            newest = f'SELECT setval(:sequence, max("{name}")) FROM "{table.name}" HAVING count(*) > 0'  # noqa: S608 (names of our own)
            connection.execute(text(newest), {"sequence": sequence})


def _opened(connection: Connection, backup: Reading) -> int:
    with Session(connection) as session:
        ended = changed(session, update(SignIn).where(SignIn.ended_at.is_(None)).values(ended_at=now()))
        manifest = backup.manifest
        audit.write(
            session,
            audit.SYSTEM,
            "restored",
            backup.path.name,
            made_at=manifest.made_at,
            sha256=backup.digest,
            entries=manifest.entries,
            sign_ins_ended=ended,
        )
        session.commit()
    return ended
