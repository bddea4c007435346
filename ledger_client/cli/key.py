"""`ledger key`: encrypted key files, for members that sign themselves."""

from __future__ import annotations

from pathlib import Path
from typing import TextIO

import click

from ledger_client.cli.output import json_option, line
from ledger_client.errors import InvalidInput

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


@command.command("sign-in")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("message", type=click.File(encoding="utf-8"), default="-")
@click.option("--passphrase", envvar="TRACELEDGER_PASSPHRASE", prompt=True, hide_input=True, help="Opens the file.")
@json_option
def sign_in(file: Path, message: TextIO, passphrase: str, as_json: bool) -> None:
    """Sign a site's sign-in MESSAGE (a file, or standard input) with the key in FILE; print the signature to paste there.

    Nothing but a sign-in message (EIP-4361) for this key is signed. The site it is for is named on stderr.
    """
    from ledger_client import keys  # noqa: PLC0415 (eth-account is slow to load)
    from ledger_client.sign_in_message import parse, signature_of  # noqa: PLC0415

    text = message.read().replace("\r\n", "\n").strip("\n")
    asked, own = parse(text), keys.address(file)
    if asked.address != own:
        raise InvalidInput("message", f"is for the key 0x{asked.address.hex()}, and {file} holds 0x{own.hex()}", "use the other file")
    signature = signature_of(text, keys.load(file, passphrase))
    click.echo(f"signs in to {asked.domain} until {asked.expiration_time or 'any time'}", err=True)
    line(signature, {"domain": asked.domain, "address": "0x" + own.hex(), "signature": signature}, as_json=as_json)
