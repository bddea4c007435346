"""`ledger capture FILE…`: hand EPCIS documents to a server and say what became of each event."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from ledger_client.cli.files import FILE
from ledger_client.cli.output import json_option, line
from ledger_client.cli.server import server_option
from ledger_client.partner import Partner


@click.command()
@click.argument("files", nargs=-1, required=True, type=FILE)
@click.option("--key", envvar="TRACELEDGER_KEY", required=True, help="Bearer key (or the environment variable TRACELEDGER_KEY).")
@click.option("--proceed", is_flag=True, help="Store the good events of a document even if others are invalid.")
@server_option
@json_option
def command(files: tuple[str, ...], key: str, proceed: bool, server: str, as_json: bool) -> None:
    """Store the events of EPCIS documents; they are anchored within seconds. Exit code 1 if an event was refused."""
    refused, quiet = 0, as_json or not sys.stderr.isatty()
    with Partner(server, key) as partner, Progress(console=Console(stderr=True), transient=True, disable=quiet) as progress:
        for name in progress.track(files, description="capturing"):
            document = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
            for result in partner.results(partner.capture(document, proceed=proceed)):
                refused += result["outcome"] not in ("stored", "duplicate")
                _show(name, result, as_json=as_json)
    if refused:
        raise click.exceptions.Exit(1)


def _show(name: str, result: dict[str, object], *, as_json: bool) -> None:
    line(f"{result['outcome']}\t{result.get('eventID') or '-'}", {"file": name, **result}, as_json=as_json)
    if problem := result.get("problem"):
        click.echo(f"ledger: {name}: event {result['index']}: {problem}", err=True)
