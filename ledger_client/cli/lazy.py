"""A click group that imports a command only when it is called, and turns our errors into exit codes.

`ledger hash` must not wait for what `ledger verify` needs; so the list of commands is a table with a line of help each.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import NamedTuple

import click

from ledger_client.cli.output import report
from ledger_client.errors import LedgerError


class Entry(NamedTuple):
    """A command: the module in ledger_client.cli that has it as `command`, and its line in `ledger --help`."""

    module: str
    help: str


class LazyGroup(click.Group):
    """Loads commands by name from a table."""

    def __init__(self, *, commands_by_name: Mapping[str, Entry], **settings: object) -> None:
        super().__init__(**settings)  # type: ignore[arg-type]  # click's own settings, passed through
        self.entries = commands_by_name

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's interface
        """All names, in the order of the table."""
        return list(self.entries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  # click's interface
        """The command itself; imports its module."""
        entry = self.entries.get(cmd_name)
        if entry is None:
            return None
        command: click.Command = import_module(f"ledger_client.cli.{entry.module}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002  # click's interface
        """The list in `--help`, without importing anything."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.help) for name, entry in self.entries.items()])

    def invoke(self, ctx: click.Context) -> None:
        """Run a command; an error of ours is an answer: message on stderr, exit code 1."""
        try:
            super().invoke(ctx)
        except LedgerError as error:
            report(error)
            ctx.exit(1)
