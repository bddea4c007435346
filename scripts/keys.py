"""`python -m scripts.keys`: key files that sign, and bearer keys that let machines write over HTTP."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from web3 import Web3

from accounts import api_keys
from accounts.roles import RIGHTS, Right, Role
from ledger_client import keys
from ledger_client.errors import LedgerError
from records.database import migrate, open_engine, open_sessions
from scripts.found import machine
from scripts.home import Home

SCOPES = click.Choice(sorted(right.value for right in RIGHTS[Role.MACHINE]))


@click.group()
@click.option("--home", default="state", show_default=True, type=click.Path(path_type=Path), help="The installation's folder.")
@click.option("--database", help="Database URL; SQLite in the folder if not given.")
@click.pass_context
def main(context: click.Context, home: Path, database: str | None) -> None:
    """Keys of an installation. Key files lie in HOME/keys, encrypted with HOME/passphrase."""
    place = Home.at(home)
    context.obj = place, database or place.database_url


@main.command("list")
@click.pass_obj
def list_keys(setting: tuple[Home, str]) -> None:
    """Show key files and their addresses."""
    for file in sorted(setting[0].keys.glob("*.json")):
        print(f"{Web3.to_checksum_address(keys.address(file))}\t{file.name}")


@main.command()
@click.argument("name")
@click.option("--council", is_flag=True, help="A governance key (votes) instead of a signer (writes).")
@click.pass_obj
def create(setting: tuple[Home, str], name: str, council: bool) -> None:
    """Make a key file NAME; print its address. It can write once `members propose add-signer` was approved."""
    home, _ = setting
    home.keys.mkdir(mode=0o700, exist_ok=True)
    try:
        account = keys.create(home.keys / f"{name}.{'council' if council else 'signer'}.json", home.passphrase())
    except LedgerError as error:
        sys.exit(f"keys: {error}")
    print(account.address)


@main.command("bearer")
@click.argument("name")
@click.option("--signer", help="Name of the key file that signs what this key writes, such as own; without it the key writes nothing.")
@click.option("--scope", multiple=True, type=SCOPES, help="What the key may do, given once for each; read and write if not given.")
@click.pass_obj
def make_bearer(setting: tuple[Home, str], name: str, signer: str | None, scope: tuple[str, ...]) -> None:
    """Make a bearer key called NAME; it is shown once."""
    home, database = setting
    address = keys.address(home.keys / f"{signer}.signer.json") if signer else None
    try:
        engine = open_engine(database, home.keyring)
        migrate(engine)
        with open_sessions(engine).begin() as session:
            account = machine(session, name, address)
            print(api_keys.issue(session, account, name, [Right(one) for one in scope] or api_keys.EVERYTHING))
    except LedgerError as error:
        sys.exit(f"keys: {error}")


@main.command()
@click.argument("name")
@click.pass_obj
def withdraw(setting: tuple[Home, str], name: str) -> None:
    """Withdraw every bearer key called NAME."""
    with open_sessions(open_engine(setting[1])).begin() as session:
        count = api_keys.revoke(session, name)
    print(f"{count} withdrawn")
    sys.exit(0 if count else 1)


if __name__ == "__main__":
    main()
