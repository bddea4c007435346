"""`ledger verify BUNDLE|CODE`: the verdict on an item, computed here and not by the server."""

from __future__ import annotations

from pathlib import Path

import click

from ledger_client.bundle import Bundle
from ledger_client.chain import Chain
from ledger_client.cli.output import json_option, line
from ledger_client.cli.server import server_option
from ledger_client.codes import canonical
from ledger_client.deployment import Deployment, load
from ledger_client.partner import Partner
from ledger_client.verdict import ItemVerdict, Step
from ledger_client.verify import verify


@click.command()
@click.argument("subject", metavar="BUNDLE|CODE")
@click.option("--rpc", help="JSON-RPC address of a chain node that you trust: is the block on its chain, is the history current?")
@click.option(
    "--deployment", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="The ledger as published by its consortium."
)
@click.option("--steps", is_flag=True, help="Show every step on stderr, also those that passed.")
@server_option
@json_option
def command(subject: str, rpc: str | None, deployment: Path | None, steps: bool, server: str, as_json: bool) -> None:
    """Verify a proof bundle (a file), or an item by its CODE, whose bundle is fetched from the server first.

    Without --rpc everything is checked that the bundle itself can prove. Exit code 0 only for `verified`.
    """
    bundle = _bundle(subject, server)
    published = load(deployment) if deployment else None
    verdict = verify(bundle, _chain(rpc, published), published)
    line(f"{verdict.verdict}\t{verdict.item}\t{_stands_on(verdict)}", verdict.to_json(), as_json=as_json)
    for step in _worth_saying(verdict, every=steps):
        sides = f" (expected {step.expected}, found {step.found})" if step.outcome == "failed" else ""
        click.echo(f"({step.number}) {step.part}: {step.outcome}: {step.why}{sides}", err=True)
    if verdict.verdict != "verified":
        raise click.exceptions.Exit(1)


def _bundle(subject: str, server: str) -> Bundle:
    if Path(subject).is_file():
        return Bundle.of_bytes(Path(subject).read_bytes())
    with Partner(server) as partner:
        return Bundle.from_json(partner.bundle(canonical(subject)))


def _chain(rpc: str | None, published: Deployment | None) -> Chain | None:
    return Chain(rpc, published) if rpc else None


def _stands_on(verdict: ItemVerdict) -> str:
    confirmed = {True: "confirmed by the node", False: "not on the node's chain", None: "not checked against a node"}
    return f"block {verdict.checked_against.number} {confirmed[verdict.chain_confirmed]}"


def _worth_saying(verdict: ItemVerdict, *, every: bool) -> list[Step]:
    """Each distinct step once, in order: all of them, or those that did not pass."""
    found = dict.fromkeys([*verdict.steps, *(step for record in verdict.records for step in record.steps)])
    return sorted((step for step in found if every or step.outcome != "passed"), key=lambda step: step.number)
