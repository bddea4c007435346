"""`ledger status`: whether a server is well: chain, mirror, queue. Exit code 1 when something needs attention."""

from __future__ import annotations

from typing import Any

import click

from ledger_client.cli.output import json_option, line
from ledger_client.cli.server import server_option
from ledger_client.partner import Partner

SOUND = ("new", "catching_up", "following")


@click.command()
@server_option
@json_option
def command(server: str, as_json: bool) -> None:
    """Show chain head, mirror lag, queue depth and what needs attention, one fact a line."""
    with Partner(server) as partner:
        status = partner.status()
    if as_json:
        line("", status, as_json=True)
    else:
        for name, value in _flat(status):
            line(f"{name}\t{value}", {}, as_json=False)
    if not _well(status):
        raise click.exceptions.Exit(1)


def _well(status: dict[str, Any]) -> bool:
    """Chain reachable, mirror sound, no signer's queue in trouble."""
    lanes = status["queue"]["lanes"]
    return status["chain"]["reachable"] and status["mirror"]["state"] in SOUND and all(lane["state"] == "ready" for lane in lanes)


def _flat(content: object, name: str = "") -> list[tuple[str, object]]:
    """Leaves with dotted names, in order."""
    if isinstance(content, dict):
        return [leaf for key, value in content.items() for leaf in _flat(value, f"{name}.{key}" if name else str(key))]
    if isinstance(content, list):
        return [leaf for index, value in enumerate(content) for leaf in _flat(value, f"{name}[{index}]")]
    return [(name, "-" if content is None else str(content).lower() if isinstance(content, bool) else content)]
