"""`ledger key`: encrypted key files, for members that sign themselves."""

from __future__ import annotations

from pathlib import Path

import click

from ledger_client.cli.output import json_option, line

_PASSPHRASE = click.option(
    "--passphrase", envvar="TRACELEDGER_PASSPHRASE", prompt=True, hide_input=True, confirmation_prompt=True, help="Encrypts the file."
)


@click.group(short_help="Encrypted key files.")
def command() -> None:
    """Make and read encrypted key files (Web3 keystore version 3)."""


@command.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@_PASSPHRASE
@json_option
def create(file: Path, passphrase: str, as_json: bool) -> None:
    """Make a new key in FILE; print its address, which the council can then admit as a signer."""
    from ledger_client import keys  # noqa: PLC0415 (eth-account is slow to load)

    account = keys.create(file, passphrase)
    line(account.address, {"file": str(file), "address": account.address}, as_json=as_json)


@command.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@json_option
def address(file: Path, as_json: bool) -> None:
    """Print the address that FILE is for; needs no passphrase."""
    from ledger_client import keys  # noqa: PLC0415

    text = "0x" + keys.address(file).hex()
    line(text, {"file": str(file), "address": text}, as_json=as_json)
