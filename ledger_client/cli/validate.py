"""`ledger validate FILE…`: whether events are valid EPCIS 2.0, and whether this ledger would take them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import click

from ledger_client.cli.files import FILE, read_document
from ledger_client.cli.output import fields_of, json_option, line, report
from ledger_client.epcis.document import Document
from ledger_client.epcis.event_hash import event_id
from ledger_client.epcis.json_value import Event
from ledger_client.epcis.judge import faults, faults_around, judge, placed
from ledger_client.errors import InvalidEvent, InvalidInput


@dataclass(frozen=True, slots=True)
class _Result:
    """One event: what breaks the schema, and what the ledger alone objects to."""

    path: str
    event_id: str
    invalid: list[InvalidEvent]
    refused: list[InvalidEvent]


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=FILE)
@click.option(
    "--capture", is_flag=True, help="Also fail for what only the ledger refuses: item codes, and event ids that are not the event's."
)
@json_option
def command(files: tuple[str, ...], *, capture: bool, as_json: bool) -> None:
    """Judge each event in FILE... by the official EPCIS 2.0 schema: "ok EVENT-ID" or "invalid PATH", one a line.

    Reasons are on stderr: path, rule, what is allowed and how to mend it. What is valid EPCIS but would not be taken by the ledger
    (a wrong check digit, a hash ID of another event) is told as a warning, or with --capture as an error.
    """
    complete = [_validate_file(name, capture=capture, as_json=as_json) for name in files]
    if not all(complete):
        raise SystemExit(1)


def _validate_file(name: str, *, capture: bool, as_json: bool) -> bool:
    try:
        document = read_document(name)
    except InvalidInput as error:
        line(f"invalid {error.field}", {"file": name, "path": error.field, "valid": False, "problems": [fields_of(error)]}, as_json=as_json)
        report(error, place=name)
        return False
    around = faults_around(document)
    if around:
        _tell(name, _Result("$", "", around, []), capture=capture, as_json=as_json)
    valid = [_tell(name, result, capture=capture, as_json=as_json) for result in _results(document)]
    return all(valid) and not around


def _results(document: Document) -> Iterator[_Result]:
    for event, path in zip(document.events, document.paths, strict=True):
        invalid = faults(event, document, path)
        yield _Result(path, "", invalid, []) if invalid else _judged(event, document, path)


def _judged(event: Event, document: Document, path: str) -> _Result:
    judged = judge(event, document, path)
    if not judged.problems:
        return _Result(path, judged.event_id, [], [])
    try:
        return _Result(path, event_id(event, document.prefixes), [], judged.problems)
    except InvalidEvent as error:  # the event redefines a standard prefix
        return _Result(path, "", [placed(error, document, path)], [])


def _tell(name: str, result: _Result, *, capture: bool, as_json: bool) -> bool:
    """Write one result; whether it is a yes."""
    invalid = result.invalid + (result.refused if capture else [])
    warnings = [] if capture else result.refused
    fields: dict[str, object] = {"file": name, "path": result.path, "valid": not invalid, "eventId": result.event_id or None}
    fields |= {"problems": [fields_of(problem) for problem in invalid], "warnings": [fields_of(warning) for warning in warnings]}
    line(f"invalid {result.path}" if invalid else f"ok {result.event_id}", fields, as_json=as_json)
    for problem in invalid:
        report(problem, place=name)
    for warning in warnings:
        report(warning, place=f"warning, the ledger would refuse this: {name}")
    return not invalid
