"""The files that commands read: EPCIS documents by name, `-` is standard input."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ledger_client.epcis.document import Document, read

FILE = click.Path(exists=True, dir_okay=False, readable=True, allow_dash=True)


def read_document(name: str) -> Document:
    """The document in a file; raises InvalidEvent if it is none."""
    return read(sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes())
