"""The data keys of a backup, from the key file into the tables, wrapped by a master key of this installation.

The master keys of the lost installation are not needed: a new keyring is made where there is none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, exists, func, select, update
from sqlalchemy.orm import Session

from ledger_client.errors import InvalidInput
from records import contents, rotation, seals
from records.database import revision
from records.key_models import CaptureKey
from records.keyring import Keyring, keyring_of
from records.models import Capture, Record
from scripts.backup import keyfile
from scripts.backup.archive import Reading
from scripts.backup.keyfile import DocumentKey, Erased, KeyFile, Lookup, RecordKey
from scripts.backup.manifest import named
from scripts.backup.shape import Table, tables
from scripts.home import Home

_AT_ONCE = 1000
_RECORDS = Table("record_keys", {"record_id": "integer", "kek_version": "integer", "wrapped": "bytes"}, ("record_id",))
_DOCUMENTS = Table("capture_keys", {"capture_id": "text", "kek_version": "integer", "wrapped": "bytes"}, ("capture_id",))

Insert = Callable[[Table, list[list[Any]]], None]


@dataclass(frozen=True, slots=True)
class Sealed:
    """Which key file was named, if any, and where its passphrase is."""

    path: Path | None
    passphrase: Path


@contextmanager
def matching(backup: Reading, sealed: Sealed, home: Home) -> Iterator[KeyFile | None]:
    """The key file that opens a backup; None for one that is not sealed. InvalidInput when it is missing, older, or of another chain."""
    if backup.manifest.keys is None:
        yield None
        return
    path = sealed.path or _found(backup, home)
    with keyfile.opened(path, keyfile.read_passphrase(sealed.passphrase)) as file:
        if file.header.installation != backup.manifest.installation:
            raise InvalidInput(str(path), f"is of installation {file.header.installation}", f"{backup.manifest.installation} is restored")
        if datetime.fromisoformat(file.header.made_at) < datetime.fromisoformat(backup.manifest.made_at):
            fix = "give the one that was written with it, or a newer one"
            raise InvalidInput(str(path), f"is of {file.header.made_at}, older than the backup, so keys are missing", fix)
        yield file


def keep_lookup(connection: Connection, file: KeyFile) -> None:
    """Make sure of the keyring before anything is stored."""
    first = next(file.entries())
    if not isinstance(first, Lookup):
        raise InvalidInput(str(file.path), "does not begin with the lookup key")
    ring = keyring_of(connection)
    ring.keep_lookup(first.key)
    ring.make()


def wrap(connection: Connection, file: KeyFile, insert: Insert) -> None:
    """Store the key of each record and document that came back; keys of others are passed over."""
    ring = keyring_of(connection)
    version = ring.newest()
    with Session(connection) as session:
        rotation.enter(session, version)
        session.commit()
    for part in _parts(file.entries()):
        _wrap_records(connection, insert, ring, version, {entry.record: entry.key for entry in part if isinstance(entry, RecordKey)})
        documents = {entry.capture: entry.key for entry in part if isinstance(entry, DocumentKey)}
        held = connection.scalars(select(Capture.id).where(Capture.id.in_(documents), Capture.sealed.is_not(None))).all()
        insert(_DOCUMENTS, [[name, version, _wrapped(ring, version, documents[name], rotation.DOCUMENT)] for name in held])
    shut = (Capture.sealed.is_not(None), ~exists().where(CaptureKey.capture_id == Capture.id))  # destroyed since: nothing opens them
    connection.execute(update(Capture).where(*shut).values(sealed=None))


def erase(connection: Connection, file: KeyFile, insert: Insert) -> int:
    """Erase what was erased after the backup was made, and store the receipts of it; returns how many. The tables are of this version."""
    ring, receipts, shape = keyring_of(connection), set[int](), {table.name: table for table in tables(revision(connection) or "")}
    for entry in file.entries():
        if isinstance(entry, Erased) and (number := _whole(connection, entry)) is not None:
            gone = {"sealed": None, "payload_mac": None, "biz_step": None}
            connection.execute(update(Record).where(Record.id == number).values(gone))
            for name in ("records", "record_items", "erasures"):
                for row in entry.receipt[name]:
                    columns = {column: kind for column, kind in shape[name].columns.items() if column in row}
                    insert(Table(name, columns, shape[name].key), [[row[column] for column in columns]])
            receipts |= {int(row["id"]) for row in entry.receipt["records"]}
    keys = {entry.record: entry.key for entry in file.entries() if isinstance(entry, RecordKey) and entry.record in receipts}
    _wrap_records(connection, insert, ring, ring.newest(), keys)
    return len(receipts)


def _whole(connection: Connection, entry: Erased) -> int | None:
    """The number of a record that came back whole although it was erased since; None if there is none, or its receipt came too."""
    numbers = [int(row["id"]) for row in entry.receipt["records"]]
    there = connection.scalar(select(func.count()).where(Record.id.in_(numbers)))
    return None if there else connection.scalar(select(Record.id).where(Record.commitment == entry.commitment))


def _wrap_records(connection: Connection, insert: Insert, ring: Keyring, version: int, keys: dict[int, bytes]) -> None:
    there = connection.scalars(select(Record.id).where(Record.id.in_(keys))).all()
    insert(_RECORDS, [[number, version, _wrapped(ring, version, keys[number], contents.PURPOSE)] for number in there])


def _found(backup: Reading, home: Home) -> Path:
    """The newest generation among those that lie at hand."""
    pattern = f"{named(backup.manifest.installation)}-*{keyfile.SUFFIX}"
    folders = (backup.path.parent, backup.path.parent.parent / "backup-keys", home.path / "backup-keys")
    found = [path for folder in folders for path in folder.glob(pattern)]
    if not found:
        raise InvalidInput(
            "--keys", f"is needed: the contents are sealed, and {backup.manifest.keys} lies nowhere near", "name the key file"
        )
    return max(found, key=lambda path: (path.name, path.stat().st_mtime))


def _parts(entries: Iterable[keyfile.Entry]) -> Iterator[list[keyfile.Entry]]:
    part = list[keyfile.Entry]()
    for entry in entries:
        part.append(entry)
        if len(part) == _AT_ONCE:
            yield part
            part = []
    yield part


def _wrapped(ring: Keyring, version: int, key: bytes, purpose: bytes) -> str:
    return seals.wrap(ring.kek(version), key, purpose).hex()
