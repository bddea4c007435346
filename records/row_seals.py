"""Seals of rows that people made and that no record proves: coding rules, orders of codes, holds, recall cases, links, label templates,
named queries, subscriptions, mappings, imports.

A seal repeats what its row says under a keyed hash (HMAC-SHA256 with a key of the keyring), in a table of its own. So a row that was
changed, removed or added by hand is told by name, with what it said before (`sentinel.row_seals`). Whoever writes a row seals it, each
time and in the same transaction. What is sealed is what the database gives back.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, NamedTuple

import orjson
from sqlalchemy import ColumnElement, Connection, MetaData, Row, Table, delete, select
from sqlalchemy.orm import Session

from records.database import Base, insert_for
from records.keyring import keyring_of
from records.models import RowSeal

SEALED: Mapping[str, tuple[str, ...]] = {  # table -> columns; the primary key is among them
    "coding_rules": ("id", "member_id", "name", "version", "scheme", "level", "stem", "only_issued", "made_at"),
    "coding_rule_versions": ("rule_id", "version", "definition", "confirmed", "reason", "made_at", "made_by"),
    "code_orders": (
        *("id", "member_id", "key", "wanted", "rule_id", "version", "quantity", "purpose", "holder", "note", "day", "names", "period"),
        *("first", "state", "done", "level", "problem", "asked_at", "asked_by", "finished_at"),
    ),
    "holds": (
        *("id", "code", "member_id", "case_id", "reason", "placed_at", "placed_name", "placed_record"),
        *("release_reason", "released_at", "released_name", "released_record"),
    ),
    "recall_cases": (
        *("id", "number", "code", "kind", "member_id", "title", "reason", "grade", "suspicion", "opened_at", "opened_name"),
        *("opened_record", "refreshed_at", "events", "starts", "units", "fresh", "gone", "complete", "ends", "digest"),
        *("frozen_at", "frozen_name", "closed_at", "closed_name", "conclusion", "remainder_reason", "aware_at"),
        *("moving", "moving_name", "moving_record", "moving_after"),
    ),
    "recall_accounts": (
        *("id", "case_id", "member_id", "party", "owner_key", "product", "uom", "outcome", "quantity", "note", "at", "by_name", "record"),
    ),
    "recall_notices": (
        *("id", "case_id", "number", "member_id", "party", "owner_key", "units", "amounts", "actions", "words", "sent_at", "sent_name"),
        *("sent_record", "due_at", "remind_every", "remind_at", "reminded", "reminded_at", "replaced_at", "acknowledged_at"),
        *("acknowledged_name", "entered_name", "acknowledged_record", "found", "note"),
    ),
    "item_links": (
        *("id", "member_id", "pattern", "link_type", "target", "title", "language", "media_type", "first", "changed_at", "changed_by"),
    ),
    "label_templates": ("id", "member_id", "name", "version", "template", "changed_at", "changed_by"),
    "named_queries": ("id", "name", "query", "prefixes", "account_id", "made_at"),
    "subscriptions": (
        *("id", "name", "kinds", "query_id", "dest", "secret_id", "account_id", "key_digest", "schedule", "report_if_empty"),
        *("initial_record_time", "state", "made_at", "ended_at", "epc_format", "cbv_xml_format"),
    ),
    "import_mappings": ("id", "member_id", "name", "version", "definition", "made_at", "made_by"),
    "imports": (
        *("id", "member_id", "key", "file_mac", "file_name", "mapping_id", "behaviour", "rows", "events", "capture_id"),
        *("made_at", "made_by"),
    ),
}
_MAC = 32
_PURPOSE = b"traceledger row seal 1"

Said = dict[str, Any]  # column -> what JSON can say of its value


class Opened(NamedTuple):
    """What a seal is of: a row, by its table and key, and what it said."""

    table: str
    key: str
    said: Said


def seal(session: Session, *rows: Base) -> None:
    """Seal rows as they stand in the database now, instead of how they were sealed before."""
    session.flush()
    for row in rows:
        table = Base.metadata.tables[row.__tablename__]
        mine = [column == getattr(row, column.key) for column in table.primary_key.columns]
        seal_where(session, table, *mine)


def seal_where(session: Session, table: Table, *where: ColumnElement[bool]) -> None:
    """The same for the rows of which these conditions hold, many with one statement."""
    key = _key(session)
    found = [
        {"table_name": table.name, "row_key": row_key, "sealed": _sealed(key, table.name, row_key, told)}
        for row_key, told in said(session.connection(), table, *where)
    ]
    if found:
        sealed = insert_for(session, RowSeal)
        anew = sealed.on_conflict_do_update(index_elements=["table_name", "row_key"], set_={"sealed": sealed.excluded.sealed})
        session.connection().execute(anew, found)


def forget(session: Session, row: Base) -> None:
    """Take the seal away of a row that is about to be deleted."""
    table = Base.metadata.tables[row.__tablename__]
    (found,) = said(session.connection(), table, *(column == getattr(row, column.key) for column in table.primary_key.columns))
    session.execute(delete(RowSeal).where(RowSeal.table_name == row.__tablename__, RowSeal.row_key == found[0]))


def said(connection: Connection, table: Table, *where: ColumnElement[bool]) -> Iterator[tuple[str, Said]]:
    """Key and sealed columns of the rows of a table, all or those of which the conditions hold."""
    keys, names = list(table.primary_key.columns), [name for name in SEALED[table.name] if name in table.c]
    for row in connection.execute(select(*(table.c[name] for name in names)).where(*where)):
        yield _named(row, [column.name for column in keys]), {name: _told(value) for name, value in zip(names, row, strict=True)}


def opened(session: Session) -> Iterator[tuple[str, str, Opened | None]]:
    """(table, key, content) of every seal as it stands there; None for a seal that was changed."""
    key = _key(session)
    for table, row_key, sealed in session.execute(select(RowSeal.table_name, RowSeal.row_key, RowSeal.sealed)):
        mac, content = sealed[:_MAC], sealed[_MAC:]
        whole = hmac.compare_digest(mac, hmac.digest(key, content, sha256))
        yield table, row_key, Opened(*orjson.loads(content)) if whole else None


def seal_all(connection: Connection, metadata: MetaData) -> None:
    """Seal every row of the tables in `metadata`, as a migration finds them; none of them has a seal yet."""
    for name in SEALED.keys() & metadata.tables.keys():
        found = list(said(connection, metadata.tables[name]))
        if found:
            key = _key(connection)
            seals = [{"table_name": name, "row_key": row_key, "sealed": _sealed(key, name, row_key, told)} for row_key, told in found]
            connection.execute(RowSeal.__table__.insert(), seals)  # type: ignore[attr-defined]


def _key(where: Session | Connection) -> bytes:
    return hmac.digest(keyring_of(where).lookup(), _PURPOSE, sha256)


def _sealed(key: bytes, table: str, row_key: str, told: Said) -> bytes:
    content = orjson.dumps([table, row_key, told], option=orjson.OPT_SORT_KEYS)
    return hmac.digest(key, content, sha256) + content


def _named(row: Row[*tuple[Any, ...]], keys: Sequence[str]) -> str:
    return " ".join(str(getattr(row, name)) for name in keys)


def _told(value: object) -> object:
    """As JSON says it; moments in UTC, without a zone where a migration reads SQLite."""
    if isinstance(value, bytes):
        return "0x" + value.hex()
    if isinstance(value, datetime):
        return (value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)).isoformat()
    return value
