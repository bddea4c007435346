"""`ledger prove CODE -o BUNDLE`: an item's proof bundle in a file, from a server or from records of one's own."""

from __future__ import annotations

import json
from pathlib import Path

import click

from ledger_client import own_records, strict_json
from ledger_client.bundle import Bundle
from ledger_client.chain import Chain
from ledger_client.cli.output import json_option, line
from ledger_client.cli.server import server_option
from ledger_client.codes import canonical
from ledger_client.deployment import load
from ledger_client.disclosure import AUDIENCES, DEFAULT, Audience, Policy
from ledger_client.errors import InvalidInput
from ledger_client.onchain import item_id
from ledger_client.partner import Partner
from ledger_client.prove import Kept, prove

_EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("code")
@click.option("-o", "--output", required=True, type=click.Path(dir_okay=False, allow_dash=True), help="File to write; - is stdout.")
@click.option("--audience", type=click.Choice(AUDIENCES), default="public", show_default=True, help="For whom properties are disclosed.")
@click.option("--key", envvar="TRACELEDGER_KEY", help="Bearer key; needed for audiences other than public.")
@click.option("--records", type=_EXISTING, help="Make it here from these records (of `ledger anchor`), without a server.")
@click.option("--policy", type=_EXISTING, help="With --records: your own policy (spec 9.7); without it, the default of spec 9.2.")
@click.option("--rpc", help="With --records: JSON-RPC address of a chain node.")
@click.option("--deployment", type=_EXISTING, help="With --records: the ledger as published by its consortium.")
@server_option
@json_option
def command(
    code: str,
    output: str,
    audience: Audience,
    key: str | None,
    records: Path | None,
    policy: Path | None,
    rpc: str | None,
    deployment: Path | None,
    server: str,
    as_json: bool,
) -> None:
    """Save the proof bundle of the item CODE (in any spelling): whoever has the file can verify it without the server."""
    if records and not (rpc and deployment):
        raise click.UsageError("--records needs --rpc and --deployment")
    if policy and not records:
        raise click.UsageError("--policy needs --records: a server applies the policies that it keeps")
    ruled = _policy(policy) if policy else DEFAULT
    made = _own(code, audience, records, ruled, Chain(rpc, load(deployment))) if records and rpc and deployment else None
    bundle = made or _fetched(code, audience, key, server)
    text = json.dumps(bundle.to_json(), ensure_ascii=False, indent=1) + "\n"
    if output == "-":
        click.echo(text, nl=False)
        return
    Path(output).write_text(text)
    shown = {"bundle": output, "item": bundle.item, "anchors": len(bundle.anchors), "records": len(bundle.records)}
    line(f"{output}\t{bundle.item}\t{len(bundle.anchors)} anchors", shown, as_json=as_json)


def _fetched(code: str, audience: Audience, key: str | None, server: str) -> Bundle:
    with Partner(server, key) as partner:
        return Bundle.from_json(partner.bundle(canonical(code), audience))


def _policy(path: Path) -> Policy:
    try:
        return Policy.from_json(strict_json.parse(path.read_bytes()))
    except InvalidInput as problem:
        raise InvalidInput(f"{path} {problem.field}", problem.problem, problem.fix) from None


def _own(code: str, audience: Audience, records: Path, policy: Policy, chain: Chain) -> Bundle:
    item = canonical(code)
    kept = {one.commitment: Kept(one.payload, one.secret, policy) for one in own_records.read(records) if item in one.items}
    return prove(chain, item, chain.anchors_of(item_id(item)), kept, audience)
