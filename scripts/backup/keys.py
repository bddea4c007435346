"""The data keys of a snapshot, from `record_keys` and `capture_keys` into the installation's key file.

The file is written anew at each backup, before the backup itself is whole: so there is never a backup whose keys nobody has. A document
that was being worked on at an earlier backup is no more in the database, but a restore of that backup has to work it off: its key is
carried over, until something is erased.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, inspect, select

from ledger_client.errors import InvalidInput
from records import contents, rotation, seals
from records.key_models import CaptureKey, RecordKey
from records.keyring import keyring_of
from records.models import Capture, CaptureState
from scripts.backup import keyfile
from scripts.backup.keyfile import DocumentKey, Entry, Erased, Header, Lookup
from scripts.backup.manifest import named
from scripts.backup.shape import Table, tables
from scripts.backup.snapshot import some
from telemetry.logs import log

_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Kept:
    """The key file that opens a backup, and older ones that were destroyed because records were erased since."""

    path: Path
    destroyed: tuple[str, ...]


def keep(connection: Connection, folder: Path, passphrase: str, installation: str, schema: str, made_at: str) -> Kept | None:
    """Bring the key file of a folder up to date with a snapshot; None where the snapshot's contents are not sealed yet.

    InvalidInput when the one before does not open, KeyMissing when a master key is away, OSError when the disk refuses.
    """
    if not inspect(connection).has_table(RecordKey.__tablename__):
        return None
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    erased = list(_erased(connection, schema))
    header = Header(installation, len(erased), made_at, connection.scalar(select(func.max(RecordKey.record_id))) or 0)
    older = sorted(folder.glob(f"{named(installation)}-*{keyfile.SUFFIX}"))
    path = folder / header.name()
    carried = _carried(older[-1], passphrase) if older[-1:] == [path] else []
    keyfile.write(path, header, passphrase, chain(_entries(connection, carried), erased))
    outdated = [file for file in older if file.name < path.name]
    for file in outdated:
        keyfile.destroy(file)
    return Kept(path, tuple(file.name for file in outdated))


def _carried(path: Path, passphrase: str) -> list[DocumentKey]:
    try:
        with keyfile.opened(path, passphrase) as file:
            return [entry for entry in file.entries() if isinstance(entry, DocumentKey) and entry.running]
    except InvalidInput as problem:
        fix = "give the passphrase it was made with, or move it away: backups made before today need it"
        raise InvalidInput(problem.field, problem.problem, fix) from None


def _entries(connection: Connection, carried: list[DocumentKey]) -> Iterator[Entry]:
    ring = keyring_of(connection)
    yield Lookup(ring.lookup())
    columns = select(RecordKey.record_id, RecordKey.kek_version, RecordKey.wrapped).order_by(RecordKey.record_id)
    for record, version, wrapped in connection.execution_options(yield_per=_AT_ONCE).execute(columns):
        if (key := _opened(ring.kek(version), wrapped, contents.PURPOSE)) is not None:
            yield keyfile.RecordKey(record, key)
    columns_ = select(CaptureKey.capture_id, Capture.state, CaptureKey.kek_version, CaptureKey.wrapped)
    there = set[str]()
    for capture, state, version, wrapped in connection.execute(columns_.join(Capture, Capture.id == CaptureKey.capture_id)):
        there.add(capture)
        if (key := _opened(ring.kek(version), wrapped, rotation.DOCUMENT)) is not None:
            yield DocumentKey(capture, state == CaptureState.RUNNING, key)
    yield from (entry for entry in carried if entry.capture not in there)


def _erased(connection: Connection, schema: str) -> Iterator[Erased]:
    """Each record that was erased, with its receipt, so that a restore of an older backup erases it too and can say why."""
    shape = {table.name: table for table in tables(schema)}
    if "erasures" not in shape:
        return
    for erasure in some(connection, shape["erasures"], "state", "erased"):
        record, receipt = int(erasure["record_id"]), int(erasure["receipt_id"])
        [gone] = some(connection, shape["records"], "id", record)
        told = {"erasures": [erasure], "records": some(connection, shape["records"], "id", receipt)}
        yield Erased(bytes.fromhex(gone["commitment"]), told | {"record_items": _waiting(connection, shape["record_items"], receipt)})


def _waiting(connection: Connection, table: Table, record: int) -> list[dict[str, Any]]:
    """Its items without their transaction, which a restore finds on the chain."""
    return [row | {"transaction_id": None} for row in some(connection, table, "record_id", record)]


def _opened(kek: bytes, wrapped: bytes, purpose: bytes) -> bytes | None:
    """A data key; one that was changed opens nothing any more, here or after a restore, which will say so."""
    try:
        return seals.unwrap(kek, wrapped, purpose)
    except seals.Broken:
        log.error("key.does_not_open")
        return None
