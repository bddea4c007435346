"""`ledger verify BUNDLE|REPORT|CODE`: the verdict on an item, computed here and not by the server."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ledger_client.bundle import Bundle
from ledger_client.chain import Chain
from ledger_client.cli.output import json_option, line
from ledger_client.cli.server import server_option
from ledger_client.codes import canonical
from ledger_client.deployment import Deployment, load
from ledger_client.partner import Partner
from ledger_client.verdict import ItemVerdict, Step, contradicted
from ledger_client.verify import verify

if TYPE_CHECKING:
    from ledger_client.report import Report


@click.command()
@click.argument("subject", metavar="BUNDLE|REPORT|CODE")
@click.option("--rpc", help="JSON-RPC address of a chain node that you trust: is the block on its chain, is the history current?")
@click.option(
    "--deployment", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="The ledger as published by its consortium."
)
@click.option(
    "--authority",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="PEM certificate that an audit report's signature must lead to.",
)
@click.option("--steps", is_flag=True, help="Show every step on stderr, also those that passed.")
@server_option
@json_option
def command(
    subject: str, rpc: str | None, deployment: Path | None, authority: Path | None, steps: bool, server: str, as_json: bool
) -> None:
    """Verify a proof bundle or an audit report (files), or an item by its CODE, whose bundle is fetched from the server first.

    Without --rpc everything is checked that the bundle itself can prove. Exit code 0 only for `verified`.
    """
    data = Path(subject).read_bytes() if Path(subject).is_file() else b""
    report = _report(data, authority) if data.startswith(b"%PDF-") else None
    bundle = report.bundle if report else Bundle.of_bytes(data) if data else _fetched(subject, server)
    published = load(deployment) if deployment else None
    verdict = verify(bundle, _chain(rpc, published), published)
    if report:
        verdict = _with_report(report, verdict, authority_given=authority is not None)
    line(f"{verdict.verdict}\t{verdict.item}\t{_stands_on(verdict)}", verdict.to_json(), as_json=as_json)
    for step in _worth_saying(verdict, every=steps):
        sides = f" (expected {step.expected}, found {step.found})" if step.outcome == "failed" else ""
        click.echo(f"({step.number}) {step.part}: {step.outcome}: {step.why}{sides}", err=True)
    if verdict.verdict != "verified":
        raise click.exceptions.Exit(1)


def _fetched(subject: str, server: str) -> Bundle:
    with Partner(server) as partner:
        return Bundle.from_json(partner.bundle(canonical(subject)))


def _report(data: bytes, authority: Path | None) -> Report:
    from ledger_client import report  # noqa: PLC0415 (its PDF library takes longer to load than all else)

    return report.read(data, authority.read_bytes() if authority else None)


def _with_report(report: Report, verdict: ItemVerdict, *, authority_given: bool) -> ItemVerdict:
    """The item's verdict with the report's own steps; a report that fails one of them is altered, whatever its bundle proves."""
    from ledger_client.report import check  # noqa: PLC0415

    steps = check(report, verdict, authority_given=authority_given)
    return replace(verdict, steps=(*verdict.steps, *steps), verdict="altered" if contradicted(steps) else verdict.verdict)


def _chain(rpc: str | None, published: Deployment | None) -> Chain | None:
    return Chain(rpc, published) if rpc else None


def _stands_on(verdict: ItemVerdict) -> str:
    confirmed = {True: "confirmed by the node", False: "not on the node's chain", None: "not checked against a node"}
    return f"block {verdict.checked_against.number} {confirmed[verdict.chain_confirmed]}"


def _worth_saying(verdict: ItemVerdict, *, every: bool) -> list[Step]:
    """Each distinct step once, in order: all of them, or those that did not pass."""
    found = dict.fromkeys([*verdict.steps, *(step for record in verdict.records for step in record.steps)])
    return sorted((step for step in found if every or step.outcome != "passed"), key=lambda step: step.number)
