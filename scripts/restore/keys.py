"""The data keys of a backup, from the key file into the tables, wrapped by a master key of this installation.

The master keys of the lost installation are not needed: a new keyring is made where there is none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from ledger_client.errors import InvalidInput
from records import contents, rotation, seals
from records.keyring import Keyring, keyring_of
from records.models import Capture, Record
from scripts.backup import keyfile
from scripts.backup.archive import Reading
from scripts.backup.keyfile import DocumentKey, KeyFile, Lookup, RecordKey
from scripts.backup.manifest import named
from scripts.backup.shape import Table
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
    for part in _parts(file):
        records = {entry.record: entry.key for entry in part if isinstance(entry, RecordKey)}
        there = connection.scalars(select(Record.id).where(Record.id.in_(records))).all()
        insert(_RECORDS, [[number, version, _wrapped(ring, version, records[number], contents.PURPOSE)] for number in there])
        documents = {entry.capture: entry.key for entry in part if isinstance(entry, DocumentKey)}
        held = connection.scalars(select(Capture.id).where(Capture.id.in_(documents), Capture.sealed.is_not(None))).all()
        insert(_DOCUMENTS, [[name, version, _wrapped(ring, version, documents[name], rotation.DOCUMENT)] for name in held])


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


def _parts(file: KeyFile) -> Iterator[list[keyfile.Entry]]:
    part = list[keyfile.Entry]()
    for entry in file.entries():
        part.append(entry)
        if len(part) == _AT_ONCE:
            yield part
            part = []
    yield part


def _wrapped(ring: Keyring, version: int, key: bytes, purpose: bytes) -> str:
    return seals.wrap(ring.kek(version), key, purpose).hex()
