"""`ledger commit FILE --secret HEX`: what would be anchored for these events."""

from __future__ import annotations

import click

from ledger_client.cli.files import FILE, read_document
from ledger_client.cli.output import json_option, line, report
from ledger_client.commitment import SECRET_SIZE, commit
from ledger_client.epcis.document import Document
from ledger_client.epcis.json_value import Event
from ledger_client.epcis.judge import faults, placed
from ledger_client.epcis.normalise import normalise
from ledger_client.errors import InvalidEvent


class _Secret(click.ParamType[bytes]):
    """32 bytes in hex."""

    name = "HEX"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> bytes:
        """The bytes; anything else is wrong use."""
        try:
            secret = bytes.fromhex(str(value).removeprefix("0x"))
        except ValueError:
            self.fail("is not hex", param, ctx)
        if len(secret) != SECRET_SIZE:
            self.fail(f"has {len(secret)} bytes, needs {SECRET_SIZE}", param, ctx)
        return secret


@click.command()
@click.argument("file", metavar="FILE", type=FILE)
@click.option("--secret", required=True, type=_Secret(), help="The record's secret, 32 bytes; here the same for every event of the file.")
@json_option
def command(file: str, secret: bytes, *, as_json: bool) -> None:
    """Print the commitment of each event in FILE, in order, one a line: the root over its normalised properties (spec 4).

    An event that is invalid, or whose eventID is the hash ID of another event, has none: its line says "invalid PATH".
    """
    document = read_document(file)
    done = [
        _commit(event, document, path, secret, file, as_json=as_json) for event, path in zip(document.events, document.paths, strict=True)
    ]
    if not all(done):
        raise SystemExit(1)


def _commit(event: Event, document: Document, path: str, secret: bytes, file: str, *, as_json: bool) -> bool:
    problems = faults(event, document, path)
    if not problems:
        try:
            normal = normalise(event, document)
            commitment = "0x" + commit(normal, secret).hex()
            line(commitment, {"path": path, "eventId": normal["eventID"], "commitment": commitment}, as_json=as_json)
            return True
        except InvalidEvent as error:
            problems = [placed(error, document, path)]
    line(f"invalid {path}", {"path": path, "commitment": None}, as_json=as_json)
    for problem in problems:
        report(problem, place=file)
    return False
