"""Where the parts of a backup go, and what is in the way there. Nothing that exists is overwritten, so a second try does no harm.

A file that is there already with the same content stays, and so does a chain that continues the backup's: that one is newer, and what it
holds beyond the backup is exactly what the proof will name as missing.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Engine, inspect

from indexer.models import Base as MirrorBase
from ledger_client.errors import InvalidInput
from scripts.backup.archive import Reading
from scripts.backup.manifest import CHAIN, FILES, Member
from scripts.backup.shape import tables
from scripts.home import Home
from scripts.node.home import sync_folder


def refuse_what_is_in_the_way(backup: Reading, home: Home, engine: Engine) -> None:
    """Raise InvalidInput naming everything that a restore would have to overwrite."""
    found = [*_files_in_the_way(backup, home), *_chain_in_the_way(backup, home), *_database_in_the_way(backup, engine)]
    if found:
        fix = "restore into an empty folder and an empty database, or move these away first"
        raise InvalidInput(str(home.path), f"a restore would overwrite {'; '.join(found)}", fix)


def put_files(backup: Reading, home: Home) -> list[str]:
    """Write the files, and the chain unless one is there; returns the names of what was written."""
    wanted = [(member, home.path / member.name.removeprefix(FILES)) for member in backup.manifest.under(FILES)]
    wanted += [(member, home.chain / member.name.removeprefix(CHAIN)) for member in backup.manifest.under(CHAIN)]
    written = []
    for member, target in wanted:
        if not target.exists():
            _put(backup, member, target)
            written.append(str(target.relative_to(home.path)))
    return written


def _files_in_the_way(backup: Reading, home: Home) -> Iterator[str]:
    for member in backup.manifest.under(FILES):
        path = home.path / member.name.removeprefix(FILES)
        if path.exists() and not _begins_with(path, backup, member, exactly=True):
            yield f"the file {path}"


def _chain_in_the_way(backup: Reading, home: Home) -> Iterator[str]:
    for member in backup.manifest.under(CHAIN):
        path, mark = home.chain / member.name.removeprefix(CHAIN), member.name == CHAIN + "height"
        if path.exists() and not mark and not _begins_with(path, backup, member, exactly=path.name != "journal"):
            yield f"the chain in {home.chain}, which does not continue the one in the backup"
            return


def _database_in_the_way(backup: Reading, engine: Engine) -> Iterator[str]:
    file = Path(engine.url.database or "") if engine.dialect.name == "sqlite" else None
    if file and not file.exists():
        yield from (f"{left}, left of a database that is gone" for end in ("-wal", "-shm") if (left := Path(f"{file}{end}")).exists())
        return
    with engine.connect() as connection:
        standing = set(inspect(connection).get_table_names())
    ours = {table.name for table in tables(backup.manifest.schema)} | set(MirrorBase.metadata.tables)
    if standing & ours:
        yield f"the database {engine.url.render_as_string()}, which holds an installation"


def _begins_with(path: Path, backup: Reading, member: Member, *, exactly: bool) -> bool:
    """Whether a file holds what the member holds, and perhaps more behind it."""
    if not path.is_file() or path.stat().st_size < member.size or (exactly and path.stat().st_size != member.size):
        return False
    with path.open("rb") as file:
        return all(file.read(len(piece)) == piece for piece in backup.pieces(member))


def _put(backup: Reading, member: Member, target: Path) -> None:
    """The file appears whole, readable by its owner only."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = target.with_name(target.name + ".new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.writelines(backup.pieces(member))
        file.flush()
        os.fsync(file.fileno())
    fresh.rename(target)
    sync_folder(target.parent)
