"""`ledger hash FILE…`: the event ids of EPCIS events."""

from __future__ import annotations

import click

from ledger_client.cli.files import FILE, read_document
from ledger_client.cli.output import json_option, line, report
from ledger_client.epcis.document import Document
from ledger_client.epcis.event_hash import DIALECTS, event_id, prehash
from ledger_client.errors import InvalidEvent, InvalidInput


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=FILE)
@click.option(
    "--dialect", type=click.Choice(DIALECTS), default="CBV2.0", show_default=True, help="CBV2.0 is the dialect as corrected in 2026."
)
@click.option("--prehash", "before", is_flag=True, help="Print the text that is hashed instead.")
@json_option
def command(files: tuple[str, ...], dialect: str, *, before: bool, as_json: bool) -> None:
    """Print the CBV hash ID of each event in FILE..., in order, one a line.

    FILE is an EPCIS document, a query document, one event or a list of events; - is standard input. The events are hashed as they
    are, valid or not: `ledger validate` judges them.
    """
    complete = [_hash_file(name, dialect, before=before, as_json=as_json) for name in files]
    if not all(complete):
        raise SystemExit(1)


def _hash_file(name: str, dialect: str, *, before: bool, as_json: bool) -> bool:
    """Whether every event of the file could be hashed."""
    try:
        document = read_document(name)
    except InvalidInput as error:
        report(error, place=name)
        return False
    done = [_hash_event(name, index, document, dialect, before=before, as_json=as_json) for index in range(len(document.events))]
    return all(done)


def _hash_event(name: str, index: int, document: Document, dialect: str, *, before: bool, as_json: bool) -> bool:
    """Writes one line whatever happens, so that lines and events keep step."""
    path = document.paths[index]
    try:
        result = (prehash if before else event_id)(document.events[index], document.prefixes, dialect)
    except InvalidInput as error:
        line(f"invalid {path}", {"file": name, "index": index, "eventId": None}, as_json=as_json)
        report(InvalidEvent(path + error.field.removeprefix("$"), error.problem, error.fix), place=name)
        return False
    line(result, {"file": name, "index": index, "prehash" if before else "eventId": result}, as_json=as_json)
    return True
