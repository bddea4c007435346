"""Everything that has to hold before an event is stored, in one call: schema, codes, event id (spec 3)."""

from __future__ import annotations

from dataclasses import dataclass, field

from ledger_client.epcis import schema
from ledger_client.epcis.document import Document
from ledger_client.epcis.items import items
from ledger_client.epcis.json_value import Event
from ledger_client.epcis.normalise import normalise
from ledger_client.epcis.xml.place import around_xml, in_xml
from ledger_client.errors import InvalidEvent


@dataclass(frozen=True, slots=True)
class Judged:
    """An event with what is wrong with it, or ready to be stored."""

    path: str  # of the event in its document
    problems: list[InvalidEvent] = field(default_factory=list)
    event: Event = field(default_factory=dict)  # normalised; empty if there are problems
    items: list[str] = field(default_factory=list)  # canonical codes it is anchored under

    @property
    def event_id(self) -> str:
        """The id of a valid event."""
        return str(self.event["eventID"])


def judge(event: Event, document: Document, path: str = "$") -> Judged:
    """Judge one event of a document."""
    found = faults(event, document, path)
    if found:
        return Judged(path, found)
    try:
        normal = normalise(event, document)
        return Judged(path, [], normal, items(normal))
    except InvalidEvent as error:
        return Judged(path, [placed(error, document, path)])


def faults(event: Event, document: Document, path: str = "$") -> list[InvalidEvent]:
    """What breaks the schema in one event of a document."""
    found = schema.problems(event, path, bare=document.envelope is None)
    return [in_xml(error, path) for error in found] if document.xml else found


def faults_around(document: Document) -> list[InvalidEvent]:
    """What breaks the schema in the document around its events."""
    found = schema.document_problems(document)
    return [around_xml(error, str((document.envelope or {})["type"])) for error in found] if document.xml else found


def placed(error: InvalidEvent, document: Document, path: str) -> InvalidEvent:
    """A fault of the event by itself (`$.bizStep`), told as one of its document."""
    if document.xml:
        return in_xml(error, path)
    return InvalidEvent(path + error.field.removeprefix("$"), error.problem, error.fix)


def judge_all(document: Document) -> list[Judged]:
    """Judge every event, in order; each for itself. `faults_around` judges what is around them."""
    return [judge(event, document, path) for event, path in zip(document.events, document.paths, strict=True)]
