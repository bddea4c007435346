"""Which server a command talks to: `--server`, else the environment variable TRACELEDGER_SERVER, else this machine."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import click

_Command = TypeVar("_Command", bound=Callable[..., object])


def server_option(command: _Command) -> _Command:
    """Adds `--server`."""
    option = click.option(
        "--server", default="http://127.0.0.1:8000", show_default=True, envvar="TRACELEDGER_SERVER", help="Address of a TraceLedger server."
    )
    return option(command)
