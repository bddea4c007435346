"""`python -m scripts.restore FILE`: an installation from a backup, proven against the chain.

Exit code 0: everything that our keys ever anchored is here and verifies. 1: it stands, but records are altered or missing, each named on
stdout. 2: it could not be restored or not be proven, and why on stderr.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress
from sqlalchemy import Engine

from accounts import audit
from ledger_client import keys as key_files
from ledger_client.chain import Chain
from ledger_client.errors import InvalidInput, LedgerError
from records.database import open_engine, open_sessions
from records.policy import Policy
from scripts import node
from scripts.backup.archive import reading
from scripts.home import Home
from scripts.mirror import build
from scripts.restore.keys import Sealed, matching
from scripts.restore.load import load
from scripts.restore.place import put_files, refuse_what_is_in_the_way
from scripts.restore.prove import Finding, Proof, prove
from scripts.restore.settle import check_chain, recognise_all
from scripts.up import only_one

Shown = Callable[[int, int], None]  # (done, in all)
Bars = Callable[[str], Shown]  # from what is being done to its bar


@click.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--home", default="state", show_default=True, type=click.Path(path_type=Path), help="Folder to restore into.")
@click.option("--database", help="URL of an empty database, SQLite or PostgreSQL; SQLite in the folder if not given.")
@click.option("--keys", "key_file", type=click.Path(path_type=Path), help="The key file; looked for beside FILE and in HOME/backup-keys.")
@click.option("--passphrase-file", type=click.Path(path_type=Path), help="Holds what opens the key file; HOME/passphrase if not given.")
@click.option(
    "--rpc", help="JSON-RPC address of the chain's node; without it the embedded chain in the folder or in the backup is started."
)
@click.option("--finality", default=0, show_default=True, type=click.IntRange(0), help="As for `up`: blocks until a block is final.")
@click.option("--verify-only", is_flag=True, help="Restore nothing: prove again what stands in HOME.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line: each finding, then the sum.")
def main(
    file: Path | None,
    home: Path,
    database: str | None,
    key_file: Path | None,
    passphrase_file: Path | None,
    rpc: str | None,
    finality: int,
    verify_only: bool,
    as_json: bool,
) -> None:
    """Restore the backup FILE into an empty folder and database, and hold every record against the chain."""
    try:
        if (file is None) is not verify_only:
            raise InvalidInput("FILE", "and --verify-only exclude each other", "name the backup to restore, or prove what stands")
        place = Home.at(home)
        sealed = Sealed(key_file, passphrase_file or place.path / "passphrase")
        lock, engine = only_one(place), open_engine(database or place.database_url, place.keyring)
        try:
            with _bars() as bars:
                proof = _run(file, place, engine, sealed, rpc, Policy(finality=finality), bars, as_json=as_json)
        finally:
            engine.dispose()
            os.close(lock)
    except (LedgerError, OSError) as error:
        print(f"restore: {error}", file=sys.stderr)
        sys.exit(2)
    sys.exit(0 if proof.ok else 1)


def _run(
    file: Path | None, home: Home, engine: Engine, sealed: Sealed, rpc: str | None, policy: Policy, bars: Bars, *, as_json: bool
) -> Proof:
    if file is None:
        with _chain(home, rpc) as chain:
            return _proven(home, engine, chain, policy, bars, as_json=as_json)
    with reading(file) as backup, matching(backup, sealed, home) as keys:
        refuse_what_is_in_the_way(backup, home, engine)
        if rpc is None and backup.manifest.height is None and not home.chain.exists():
            raise InvalidInput("--rpc", "is needed: this installation was on a network of validators", "name a node of it")
        put_files(backup, home)
        with _chain(home, rpc) as chain:
            check_chain(chain, backup.manifest)
            ended = load(backup, engine, keys, bars("restoring"))
            _say(f"{backup.path.name} of {backup.manifest.made_at} is restored; {ended} sign-ins were ended")
            return _proven(home, engine, chain, policy, bars, as_json=as_json)


def _proven(home: Home, engine: Engine, chain: Chain, policy: Policy, bars: Bars, *, as_json: bool) -> Proof:
    sessions = open_sessions(engine)
    build(engine, chain, bars("mirroring the chain"))
    recognised = recognise_all(sessions, chain, policy)
    signers = {key_files.address(path) for path in home.keys.glob("*.signer.json")}
    with sessions() as session:
        proof = prove(session, signers, lambda finding: _print(finding, as_json=as_json), bars("verifying records"))
    with sessions.begin() as session:
        audit.write(session, audit.SYSTEM, "restore_verified", str(proof.block), **_counts(proof), recognised=recognised)
    _sum(proof, recognised, as_json=as_json)
    return proof


@contextmanager
def _chain(home: Home, rpc: str | None) -> Iterator[Chain]:
    """The chain to hold everything against: a node of a network, or the embedded one, started for as long as this takes."""
    if rpc is None and not home.chain.exists():
        raise InvalidInput("--rpc", f"is needed: there is no embedded chain in {home.path}", "name a node of the network")
    served = None if rpc else node.start(home.chain)
    try:
        with closing(Chain(rpc or (served.url if served else ""), home.deployment())) as chain:
            yield chain
    finally:
        if served:
            served.stop()


@contextmanager
def _bars() -> Iterator[Bars]:
    """Progress bars on the terminal, one for each piece of work."""
    with Progress(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as progress:

        def begin(title: str) -> Shown:
            task = progress.add_task(title, total=None)
            return lambda done, total: progress.update(task, completed=done, total=total)

        yield begin


def _print(finding: Finding, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(finding.to_json()))
        return
    told = {name: value for name, value in finding.to_json().items() if name != "kind"}
    print("\t".join([finding.kind, *(f"{name} {value}" for name, value in told.items())]))


def _sum(proof: Proof, recognised: int, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"kind": "sum", "block": proof.block, **_counts(proof), "recognised": recognised}))
        return
    print(
        f"{proof.verified} records verified, {proof.erased} erased, {proof.altered} altered, {proof.unanchored} not anchored yet; "
        f"{proof.missing} anchors of ours without a record here; checked against block {proof.block}"
    )
    if recognised:
        print(f"{recognised} items that were waiting in the backup had been anchored since; they will not be anchored again")


def _counts(proof: Proof) -> dict[str, int]:
    return {name: getattr(proof, name) for name in ("verified", "erased", "altered", "unanchored", "missing")}


def _say(line: str) -> None:
    print(line, file=sys.stderr)


if __name__ == "__main__":
    main()
