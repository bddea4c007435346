"""`python -m scripts.backup`: copy a running installation into one file, or check such a file.

Exit code 0: there is a whole backup. 1: there is none, and the reason on stderr. Fit for cron: it prints one line.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress
from sqlalchemy.engine import make_url

from ledger_client.errors import InvalidInput, LedgerError
from records.database import open_engine
from scripts.backup import archive
from scripts.backup.keyfile import read_passphrase
from scripts.backup.keys import Kept
from scripts.backup.make import KeysTo, Made, make
from scripts.backup.manifest import TABLES, Manifest, named
from scripts.home import Home


@click.group(invoke_without_command=True)
@click.option("--home", default="state", show_default=True, type=click.Path(path_type=Path), help="The installation's folder.")
@click.option("--database", help="Database URL; SQLite in the folder if not given.")
@click.option("--to", "folder", type=click.Path(path_type=Path), help="Folder for the file; HOME/backups if not given.")
@click.option(
    "--keys-to", type=click.Path(path_type=Path), help="Folder for the key file that opens the backups; HOME/backup-keys if not given."
)
@click.option("--passphrase-file", type=click.Path(path_type=Path), help="Holds what seals the key file; HOME/passphrase if not given.")
@click.option("--keep", type=click.IntRange(1), help="Afterwards remove all but the newest N backups of this installation in that folder.")
@click.option(
    "--with-secrets", is_flag=True, help="Also what lies in the clear: passphrase, TLS keys, bearer keys. Guard the file like them."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def main(
    context: click.Context,
    home: Path,
    database: str | None,
    folder: Path | None,
    keys_to: Path | None,
    passphrase_file: Path | None,
    keep: int | None,
    with_secrets: bool,
    as_json: bool,
) -> None:
    """Back up an installation while it runs, on SQLite or PostgreSQL, into one file that appears when it is whole."""
    if context.invoked_subcommand:
        return
    target = folder or home / "backups"
    try:
        place = _standing(home)
        seal = KeysTo(keys_to or place.path / "backup-keys", read_passphrase(passphrase_file or place.path / "passphrase"))
        made = _made(place, database or place.database_url, target, seal, secrets=with_secrets)
        gone = _thinned(made, keep) if keep else []
    except LedgerError as error:
        sys.exit(f"backup: {error}")
    except OSError as error:
        sys.exit(f"backup: {target}: {error.strerror or error}; nothing of this backup is left there, earlier ones are untouched")
    _told(made.path, made.digest, made.manifest, [path.name for path in gone], made.keys, as_json=as_json)


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def check(file: Path, as_json: bool) -> None:
    """Read every byte of FILE and hold it against its hashes; name what is damaged."""
    try:
        with archive.reading(file) as found:
            for member in found.manifest.members:
                for _ in found.pieces(member):
                    pass
            _told(file, found.digest, found.manifest, [], None, as_json=as_json)
    except LedgerError as error:
        sys.exit(f"backup: {error}")


def _standing(home: Path) -> Home:
    """The installation, which a backup never makes."""
    if not (home / "deployment.json").exists():
        raise InvalidInput("--home", f"{home} holds no installation", "name the folder that `up` keeps everything in")
    return Home.at(home)


def _made(home: Home, database: str, folder: Path, seal: KeysTo, *, secrets: bool) -> Made:
    url = make_url(database) if "://" in database else None
    if url and url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        raise InvalidInput("--database", f"there is no file {url.database}", "name the database that the installation uses")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    archive.clear(folder)
    engine = open_engine(database, home.keyring)
    try:
        with Progress(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as progress:
            task = progress.add_task("reading", total=None)
            return make(
                home, engine, folder, seal, secrets=secrets, progress=lambda name, n: progress.update(task, description=f"{name} {n:,}")
            )
    finally:
        engine.dispose()


def _thinned(made: Made, keep: int) -> list[Path]:
    """Remove old backups of the same installation, now that there is a newer whole one."""
    old = sorted(made.path.parent.glob(f"{named(made.manifest.installation)}-*{archive.SUFFIX}"))[:-keep]
    for path in old:
        path.unlink()
    return old


def _told(path: Path, digest: str, manifest: Manifest, gone: list[str], keys: Kept | None, *, as_json: bool) -> None:
    counts = {member.name[len(TABLES) : -len(".jsonl")]: member.rows for member in manifest.under(TABLES)}
    if as_json:
        facts = {name: value for name, value in manifest.to_json().items() if name != "members"}
        told = {"file": str(path), "sha256": digest, "bytes": path.stat().st_size, **facts, "rows": counts, "removed": gone}
        print(json.dumps(told | ({"key_file": str(keys.path), "key_files_destroyed": keys.destroyed} if keys else {})))
        return
    chain = f", chain up to block {manifest.height}" if manifest.height is not None else ""
    removed = f"; removed {len(gone)} older" if gone else ""
    size = path.stat().st_size / 1e6
    print(f"{path}: {counts.get('records', 0)} records{chain}, {manifest.entries} audit entries, {size:.1f} MB, sha256 {digest}{removed}")
    if keys and keys.destroyed:
        print(f"records were erased: destroy every copy of the key files {', '.join(keys.destroyed)}; {keys.path.name} takes their place")


if __name__ == "__main__":
    main()
