"""Phase 6 too: rows that people made and that no record proves, against their seals (`records.row_seals`).

There are hundreds of them, so all are compared at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy.orm import Session

from records.database import Base
from records.models import RowSeal
from records.row_seals import SEALED, Opened, Said, opened, said
from sentinel.suspicion import Suspicion, added, altered, missing

SEALS = RowSeal.__tablename__


def differences(session: Session) -> Iterator[Suspicion]:
    """Every row says what its seal says, and each has the other."""
    sealed = dict[tuple[str, str], Said | None]()
    for table, key, told in opened(session):
        sealed[table, key] = told.said if told and told[:2] == (table, key) else None
        yield from _seal(table, key, told)
    for name in SEALED:
        yield from _rows(session, name, {key: told for (table, key), told in sealed.items() if table == name})


def _seal(table: str, key: str, told: Opened | None) -> Iterator[Suspicion]:
    """A seal by itself: unchanged, and in the place of the row that it is of."""
    if told is None:
        yield altered(SEALS, f"{table} {key}", "sealed", "what its keyed hash is of", "something else")
        return
    for column, is_of, found in (("table_name", told.table, table), ("row_key", told.key, key)):
        if is_of != found:
            yield altered(SEALS, f"{table} {key}", column, is_of, found)


def _rows(session: Session, table: str, sealed: Mapping[str, Said | None]) -> Iterator[Suspicion]:
    """The rows of a table; nothing is said of one whose seal was changed."""
    rows = dict(said(session.connection(), Base.metadata.tables[table]))
    for key, found in rows.items():
        if key not in sealed:
            yield added(table, key, "a seal of it", "none")
            continue
        told = sealed[key] or found
        for column, value in found.items():
            if told.get(column) != value:
                yield altered(table, key, column, told.get(column), value)
    for key in sealed.keys() - rows.keys():
        yield missing(table, key, "the row that its seal tells of")
