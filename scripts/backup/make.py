"""Make one backup: the database first, then the chain, so that the chain's copy is never older than the database's.

From a running installation's folder and database to one file in another folder.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from sqlalchemy import Engine

from ledger_client.deployment import Deployment
from ledger_client.errors import InvalidInput
from scripts.backup import archive, chain, place
from scripts.backup.keys import Kept, keep
from scripts.backup.manifest import CHAIN, FILES, TABLES, Manifest, named
from scripts.backup.shape import Table, tables
from scripts.backup.snapshot import Moment, moment, rows, snapshot
from scripts.home import Home
from scripts.node.home import NodeHome

_PIECE = 1 << 20

Progress = Callable[[str, int], None]
"""Called with (table, rows so far)."""


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was made."""

    path: Path
    digest: str  # SHA-256, hex, as the archive's last 64 characters say it
    manifest: Manifest
    keys: Kept | None


@dataclass(frozen=True, slots=True)
class KeysTo:
    """Where the data keys go, and what seals them."""

    folder: Path
    passphrase: str


def make(
    home: Home, engine: Engine, folder: Path, keys_to: KeysTo, *, secrets: bool, progress: Progress = lambda _name, _count: None
) -> Made:
    """Copy everything into a new file in `folder`, named by installation and time, and the data keys into the installation's key file.

    InvalidInput, NotFound or Retryable say why it cannot be; OSError when the disk refuses. Then nothing of it is left.
    """
    deployment, made_at = home.deployment(), datetime.now(UTC)
    with snapshot(engine) as connection:
        when = moment(connection)
        kept = keep(connection, keys_to.folder, keys_to.passphrase, when.installation, when.schema, made_at.isoformat())
        target = folder / f"{named(when.installation)}-{made_at:%Y%m%dT%H%M%S.%f}Z{archive.SUFFIX}"
        with archive.writing(target) as file:
            for table in tables(when.schema):
                file.add(f"{TABLES}{table.name}.jsonl", _counted(rows(connection, table), table, progress), table.columns)
            height = _chain(file, NodeHome(home.chain), when)
            for name in place.files(home, secrets=secrets):
                file.add(FILES + name.as_posix(), _pieces(home.path / name))
            manifest = _manifest(deployment, made_at, engine, when, height, kept, secrets=secrets, file=file)
            digest = file.finish(manifest)
    return Made(target, digest, manifest, kept)


def _chain(file: archive.Writing, home: NodeHome, when: Moment) -> int | None:
    """The embedded chain, if this installation has one; the number of its newest block in the copy."""
    if not home.journal.exists():
        return None
    height = chain.height(home, when.highest_block)
    file.add(CHAIN + "genesis.json", _pieces(home.genesis_file))
    file.add(CHAIN + "journal", chain.journal(home.journal, height))
    file.add(CHAIN + "height", [b"%020d" % height])
    return height


def _counted(lines: Iterator[bytes], table: Table, progress: Progress) -> Iterator[bytes]:
    for number, line in enumerate(lines, 1):
        yield line
        if number % 1000 == 0:
            progress(table.name, number)


def _pieces(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            yield from iter(lambda: file.read(_PIECE), b"")
    except FileNotFoundError:
        raise InvalidInput(str(path), "is gone", "run the backup again") from None


def _manifest(
    deployment: Deployment,
    made_at: datetime,
    engine: Engine,
    when: Moment,
    height: int | None,
    kept: Kept | None,
    *,
    secrets: bool,
    file: archive.Writing,
) -> Manifest:
    return Manifest(
        made_at=made_at.isoformat(),
        version=version("traceledger"),
        database=engine.dialect.name,
        schema=when.schema,
        installation=when.installation,
        deployment=deployment,
        block=when.block,
        block_hash=when.block_hash,
        entries=when.entries,
        entry_hash=when.entry_hash,
        height=height,
        secrets=secrets,
        keys=kept.path.name if kept else None,
        members=tuple(file.members),
    )
