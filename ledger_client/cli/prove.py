"""`ledger prove CODE -o BUNDLE`: fetch an item's proof bundle from a server into a file."""

from __future__ import annotations

import json
from pathlib import Path

import click

from ledger_client.bundle import Bundle
from ledger_client.cli.output import json_option, line
from ledger_client.cli.server import server_option
from ledger_client.codes import canonical
from ledger_client.disclosure import AUDIENCES
from ledger_client.partner import Partner


@click.command()
@click.argument("code")
@click.option("-o", "--output", required=True, type=click.Path(dir_okay=False, allow_dash=True), help="File to write; - is stdout.")
@click.option("--audience", type=click.Choice(AUDIENCES), default="public", show_default=True, help="For whom properties are disclosed.")
@click.option("--key", envvar="TRACELEDGER_KEY", help="Bearer key; needed for audiences other than public.")
@server_option
@json_option
def command(code: str, output: str, audience: str, key: str | None, server: str, as_json: bool) -> None:
    """Save the proof bundle of the item CODE (in any spelling): whoever has the file can verify it without the server."""
    with Partner(server, key) as partner:
        content = partner.bundle(canonical(code), audience)
    bundle = Bundle.from_json(content)
    text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
    if output == "-":
        click.echo(text, nl=False)
        return
    Path(output).write_text(text)
    shown = {"bundle": output, "item": bundle.item, "anchors": len(bundle.anchors), "records": len(bundle.records)}
    line(f"{output}\t{bundle.item}\t{len(bundle.anchors)} anchors", shown, as_json=as_json)
