"""Many rows into one table at the speed of the driver: SQLAlchemy writes the SQL, but does not handle every value.

Measured on 10,000 events: half the time of `session.execute(insert(table), rows)`, which treats each value of each row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any, cast

import psycopg
from sqlalchemy import Dialect, LargeBinary, Table
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ledger_client.sentences import sentence
from records.database import Base, StorageUnavailable, insert_for

Treatment = tuple[str, Callable[[Any], Any]]


def insert_rows(session: Session, model: type[Base], rows: Sequence[dict[str, Any]], *, skip_known: bool = False) -> None:
    """Insert rows that all have the same keys, in order; with `skip_known`, not those that a unique constraint refuses.

    The rows' values are replaced by what the driver takes.
    """
    if not rows:
        return
    connection = session.connection()
    statement = insert_for(session, model)
    names = tuple(rows[0])
    sql = str(
        (statement.on_conflict_do_nothing() if skip_known else statement).compile(dialect=_dialect(connection.dialect), column_keys=names)
    )
    for name, treat in _treatments(connection.dialect, cast(Table, model.__table__), names):
        for row in rows:
            row[name] = treat(row[name])
    connection.exec_driver_sql(sql, list(rows))


def copy_rows(session: Session, model: type[Base], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows of texts and numbers, as the driver takes them, by the fastest way there is; all of them or IntegrityError.

    PostgreSQL: COPY, which is four times as fast as statements. SQLite knows no faster way than a statement a row.
    """
    connection = session.connection()
    table, columns = model.__tablename__, ", ".join(f'"{name}"' for name in names)
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" * len(names))
        connection.exec_driver_sql(f"INSERT INTO {table} ({columns}) VALUES ({marks})", list(map(tuple, rows)))  # noqa: S608 (our own names)
        return
    driver = cast(psycopg.Connection, connection.connection.driver_connection)
    try:
        with driver.cursor() as cursor, cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
    except psycopg.IntegrityError as error:
        raise IntegrityError(f"COPY {table}", None, error) from error
    except psycopg.OperationalError as error:
        raise StorageUnavailable(
            sentence("database: {reason}; nothing of this was stored, earlier records are safe", reason=str(error))
        ) from error


def _dialect(dialect: Dialect) -> Dialect:
    """SQLite's driver takes names too, so that a row is a dict for both."""
    return _NAMED if dialect.name == "sqlite" else dialect


_NAMED = sqlite.dialect(paramstyle="named")


@lru_cache(maxsize=64)
def _treatments(dialect: Dialect, table: Table, names: tuple[str, ...]) -> tuple[Treatment, ...]:
    """What has to be done to values (times, JSON); bytes go as they are."""
    columns = [table.c[name] for name in names if not isinstance(table.c[name].type, LargeBinary)]
    found = [(column.name, column.type.dialect_impl(dialect).bind_processor(dialect)) for column in columns]
    return tuple((name, treat) for name, treat in found if treat is not None)
