"""Up to which number no record can appear any more: whoever goes through records in the order of their numbers never passes one by.

A record's number is given when it is inserted and seen by others when its transaction is committed, which on PostgreSQL may be after a
later number. Whoever inserts records therefore says first which numbers it may get, by a lock that ends with its transaction
(`announce`); `settled` is below the lowest of those. SQLite has one writer at a time, whose numbers follow each other.
"""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

_MARK = 0x7155  # upper 16 bits of the lock's key; the other 48 are a record's number
_NUMBERS = "pg_get_serial_sequence('records', 'id')::regclass"
_ANNOUNCE = text(f"SELECT pg_advisory_xact_lock_shared({_MARK << 48} + pg_sequence_last_value({_NUMBERS}))")
_NONE_YET = text(f"SELECT pg_advisory_xact_lock_shared({_MARK << 48}) WHERE pg_sequence_last_value({_NUMBERS}) IS NULL")
_GIVEN = text(f"SELECT coalesce(pg_sequence_last_value({_NUMBERS}), 0)")
_UNDERWAY = text(f"""
    SELECT min(((classid::bigint & 65535) << 32) | objid::bigint) FROM pg_locks
    WHERE locktype = 'advisory' AND objsubid = 1 AND classid::bigint >> 16 = {_MARK}
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
""")  # noqa: S608 (a number of our own)


def announce(session: Session) -> None:
    """Say that this transaction is about to insert records. The lock is shared: nobody waits for it."""
    if session.get_bind().dialect.name == "postgresql":
        connection = session.connection()
        if connection.scalar(_ANNOUNCE) is None:  # a sequence that has given no number yet
            connection.execute(_NONE_YET)


def settled(session: Session) -> int:
    """Every record up to this number that will ever be there is there, for statements after this one."""
    connection = session.connection()
    if connection.dialect.name != "postgresql":
        return connection.scalar(text("SELECT coalesce(max(id), 0) FROM records")) or 0
    given = connection.scalar(_GIVEN) or 0  # before the locks are looked at: who was given one of these holds a lock, or is done
    underway = connection.scalar(_UNDERWAY)
    return given if underway is None else min(given, underway)
