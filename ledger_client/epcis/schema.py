"""Whether an event keeps the official EPCIS 2.0 JSON schema (spec 3.1), and if not, where, which rule, and what to do.

The schema (`data/EPCIS-JSON-Schema.json`, unchanged) is compiled once per event type, so that a fault is measured against the event's own
type only. `schema_messages` puts the faults into words.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from itertools import islice
from pathlib import Path

import orjson
from jsonschema_rs import Draft7Validator, ValidationError

from ledger_client import canonical
from ledger_client.epcis.document import EVENT_TYPES, Document, kind_of
from ledger_client.epcis.json_path import child
from ledger_client.epcis.json_value import Event, Json
from ledger_client.epcis.schema_cost import cost
from ledger_client.epcis.schema_messages import BrokenRule, explain, missing, unknown_type
from ledger_client.errors import InvalidEvent, InvalidInput
from ledger_client.sentences import sentence

_MOST = 20  # problems reported of one event
_MOST_COST = 100_000  # values that the validator may copy to find all of them


def problems(event: Event, path: str = "$", *, bare: bool = False) -> list[InvalidEvent]:
    """What is wrong with one event, at `path` of its document; empty if it is valid. A `bare` event needs its own @context."""
    if not isinstance(event, dict):
        return [
            BrokenRule(
                path,
                sentence("is a {kind}, not an event", kind=kind_of(event)),
                "an event is a JSON object",
                "/definitions/EPCIS-Document-Event",
            )
        ]
    if unwritable := _unwritable(event, path):
        return _listed(unwritable, path)
    found: list[InvalidEvent] = []
    if bare and "@context" not in event:
        found.append(missing(path, "@context", "/definitions/required-ld-context"))
    kind = event.get("type")
    if not isinstance(kind, str) or (kind not in EVENT_TYPES and ":" not in kind):
        return [*found, unknown_type(path, event)]
    validator = _validator(kind if kind in EVENT_TYPES else "Extended-Event")
    if not validator.is_valid(event):
        errors, complete = _errors(validator, event)
        found += explain(errors, path)
        return _listed(found, path, complete=complete)
    return found


def document_problems(document: Document) -> list[InvalidEvent]:
    """What is wrong with the document around its events; empty if it is valid or there is none."""
    envelope = document.envelope
    if envelope is None:
        return []
    validator = _validator("epcisDocument" if envelope.get("type") == "EPCISDocument" else "epcisQueryDocument")
    found = _unwritable(envelope, "$")
    if found or validator.is_valid(envelope):
        return _listed(found, "$")
    errors, complete = _errors(validator, envelope)
    return _listed([*explain(errors, "$")], "$", complete=complete)


def _listed(found: list[InvalidEvent], path: str, *, complete: bool = True) -> list[InvalidEvent]:
    """At most so many; whoever reads it is told when there are more."""
    if complete and len(found) <= _MOST:
        return found
    return [*found[:_MOST], InvalidEvent(path, "may have more problems, which are not listed", "mend these and try again")]


@cache
def words(definition: str) -> frozenset[str]:
    """The bare words that a definition of the schema allows, such as measurementType."""
    return frozenset(word for choice in _schema()["definitions"][definition]["anyOf"] for word in choice.get("enum", ()))


@cache
def _schema() -> Event:
    schema: Event = orjson.loads((Path(__file__).parent / "data" / "EPCIS-JSON-Schema.json").read_bytes())
    return schema


@cache
def _validator(definition: str) -> Draft7Validator:
    schema = _schema()
    rooted = {"$schema": schema["$schema"], "$ref": f"#/definitions/{definition}", "definitions": schema["definitions"]}
    return Draft7Validator(rooted, validate_formats=True)


def _errors(validator: Draft7Validator, content: Event) -> tuple[list[ValidationError], bool]:
    """All faults and True, or the first and False where finding all would take too long."""
    if cost(content) <= _MOST_COST:
        return list(validator.iter_errors(content)), True
    try:
        validator.validate(content)
    except ValidationError as first:
        return [first], False
    return [], True


def _unwritable(content: Event, path: str) -> list[InvalidEvent]:
    """Numbers that no double holds and texts that are not Unicode: JCS could not write them (spec 3.1, 3.4).

    One more than is listed, so that it can be told that there are more. Only what could not be written at once is searched.
    """
    if canonical.exact_or_none(content) is not None:
        return []
    return list(islice(_search(content, path), _MOST + 1))


def _search(content: Json, path: str) -> Iterator[InvalidEvent]:
    kind = type(content)
    if kind is dict:
        for name, value in content.items():
            if not name.isascii():
                yield from _search(name, path)
            if type(value) not in _ALWAYS_WRITABLE:
                yield from _search(value, child(path, name))
    elif kind is list:
        for index, value in enumerate(content):
            yield from _search(value, child(path, index))
    elif kind is str and content.isascii():
        return
    elif kind in (str, int, Decimal):
        try:
            canonical.encode(content)
        except InvalidInput as error:
            yield BrokenRule(path, error.problem, error.fix, "RFC 8785" if kind is str else "IEEE 754 double")


_ALWAYS_WRITABLE = (bool, type(None))
