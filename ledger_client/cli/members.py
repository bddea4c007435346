"""`ledger members`: who may write, one member a line, as a server sees it on the chain."""

from __future__ import annotations

import click

from ledger_client.cli.output import json_option, line
from ledger_client.cli.server import server_option
from ledger_client.partner import Partner


@click.command()
@server_option
@json_option
def command(server: str, as_json: bool) -> None:
    """Show the members of the consortium: number, state, roles, active signers, name."""
    with Partner(server) as partner:
        members = partner.members()
    for member in members:
        signers = ",".join(signer["address"] for signer in member["signers"] if not signer["activeUntil"])
        state = "suspended" if member["suspended"] else "active"
        line("\t".join([str(member["id"]), state, "+".join(member["roles"]), signers or "-", member["name"]]), member, as_json=as_json)
