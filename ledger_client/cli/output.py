"""What every command writes: result lines on stdout, reasons on stderr, and both as JSON for machines."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TypeVar

import click

from ledger_client.errors import InvalidInput, LedgerError

_Command = TypeVar("_Command", bound=Callable[..., object])
_JSON = "ledger_client.cli.json"


def json_option(command: _Command) -> _Command:
    """Adds `--json`; the command gets it as `as_json`."""
    option = click.option("--json", "as_json", is_flag=True, callback=_remember, help="One JSON object a line, for machines.")
    return option(command)


def _remember(ctx: click.Context, _: click.Parameter, value: bool) -> bool:  # click's interface
    """The group that catches errors has to know, too; `meta` is what contexts share."""
    ctx.meta[_JSON] = value
    return value


def line(text: str, fields: Mapping[str, object], *, as_json: bool) -> None:
    """One result: `text` for people or `fields` for machines."""
    click.echo(json.dumps(fields, ensure_ascii=False) if as_json else text)


def report(error: LedgerError, *, place: str = "") -> None:
    """One reason on stderr; as JSON if the command was called with --json."""
    message = f"{place}: {error}" if place else str(error)
    as_json = click.get_current_context().meta.get(_JSON, False)
    click.echo(json.dumps({"error": fields_of(error, place)}, ensure_ascii=False) if as_json else f"ledger: {message}", err=True)


def fields_of(error: LedgerError, place: str = "") -> dict[str, object]:
    """An error for machines."""
    said: dict[str, object] = {"file": place} if place else {}
    if isinstance(error, InvalidInput):
        return {**said, "path": error.field, "problem": error.problem, "fix": error.fix}
    return {**said, "problem": str(error)}
