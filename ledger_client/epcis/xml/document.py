"""A whole XML document as the same `Document` that JSON gives: events, prefixes, master data, and the envelope for the schema to judge."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from lxml import etree

from ledger_client.epcis.document import EVENT_TYPES, Document, no_collection
from ledger_client.epcis.json_value import Event, Json
from ledger_client.epcis.prefixes import EPCIS_CONTEXT, prefixes_of
from ledger_client.epcis.xml.fields import children, event
from ledger_client.epcis.xml.names import Names, local
from ledger_client.epcis.xml.parse import parse
from ledger_client.epcis.xml.values import extension, plain
from ledger_client.errors import InvalidEvent

_WAY = {"EPCISDocument": ("EPCISBody",), "EPCISQueryDocument": ("EPCISBody", "QueryResults", "resultsBody")}
_JSON_NAMES = {"EPCISBody": "epcisBody", "QueryResults": "queryResults", "resultsBody": "resultsBody", "EventList": "eventList"}
_VERSIONS = ("1", "1.0", "1.1", "1.2", "2", "2.0", "2.0.0")


def read(data: bytes) -> Document:
    """Read an EPCISDocument, an EPCISQueryDocument or one bare event; raises InvalidEvent with line or path of what is wrong."""
    with no_collection():
        root = parse(data)
        name = local(root)
        if name in _WAY:
            return _document(root, name)
        if name in EVENT_TYPES:
            return _bare(root, name)
    raise InvalidEvent(
        f"line {root.sourceline}: /{root.tag}",
        "is no EPCIS document",
        "the root is EPCISDocument or EPCISQueryDocument of urn:epcglobal:epcis:xsd:1 or :2, or one event",
    )


def _bare(root: etree._Element, name: str) -> Document:
    found = event(root, Names(root), bare=True)
    found["@context"] = [EPCIS_CONTEXT, *([found["@context"]] if "@context" in found else [])]
    return Document([found], paths=[f"line {root.sourceline}: /{name}"], exact=True, xml=True)


def _document(root: etree._Element, name: str) -> Document:
    names, path, body = Names(root), f"/{name}", root
    for step in _WAY[name]:
        body, path = _only(body, step, path), f"{path}/{step}"
    events = _only(body, "EventList", path)
    vocabulary = _vocabulary(root, names) + _vocabulary(body, names)
    context: list[object] = [EPCIS_CONTEXT, names.meant] if names.meant else [EPCIS_CONTEXT]
    found, paths = _events(events, names, f"{path}/EventList")
    return Document(
        events=found,
        prefixes=_prefixes(context, root),
        context=context,
        vocabulary=vocabulary,
        paths=paths,
        place=f"{path}/EventList",
        envelope=_envelope(root, name, context, vocabulary),
        exact=True,
        xml=True,
    )


def _prefixes(context: object, root: etree._Element) -> dict[str, str]:
    try:
        return prefixes_of(context)
    except InvalidEvent as error:
        place = f"line {root.sourceline}: xmlns:{error.field.rpartition('.')[2]}"
        raise InvalidEvent(place, error.problem, error.fix) from None


def _only(parent: etree._Element, name: str, path: str) -> etree._Element:
    """The one child of that name, which may stand in a wrapper."""
    found = [child for child in children(parent) if local(child) == name]
    if len(found) != 1:
        raise InvalidEvent(
            f"line {parent.sourceline}: {path}/{name}", "is missing" if not found else "stands there twice", "it is there once"
        )
    return found[0]


def _events(events: etree._Element, names: Names, path: str) -> tuple[list[Event], list[str]]:
    found: list[Event] = []
    paths, counted = [], Counter[str]()
    for element in children(events):
        scope = Names(element, names.meant)
        found.append(event(element, scope))
        counted[found[-1]["type"]] += 1
        paths.append(f"line {element.sourceline}: {path}/{found[-1]['type']}[{counted[found[-1]['type']]}]")
    return found, paths


def _envelope(root: etree._Element, name: str, context: list[object], vocabulary: list[Event]) -> Event:
    """The document as JSON without its events, for the schema; XML's own versions count as 2.0."""
    told = {attribute: root.attrib[attribute] for attribute in ("schemaVersion", "creationDate") if attribute in root.attrib}
    found: Event = {"@context": context, "type": name, **told}
    if found.get("schemaVersion") not in (None, *_VERSIONS):
        place = f"line {root.sourceline}: /{name}/@schemaVersion"
        raise InvalidEvent(place, f"is {found['schemaVersion']!r}", "1.0, 1.1, 1.2 and 2.0 are read")
    if "schemaVersion" in found:
        found["schemaVersion"] = "2.0"
    body: Event = {"eventList": []}
    if name == "EPCISQueryDocument":
        results = _only(_only(root, "EPCISBody", ""), "QueryResults", "")
        query = {local(child): plain(child, Names(root)) for child in results if local(child) in ("queryName", "subscriptionID")}
        body = {"queryResults": {"queryName": "", **query, "resultsBody": body}}
    elif vocabulary:
        found["epcisHeader"] = {"epcisMasterData": {"vocabularyList": vocabulary}}
    return {**found, "epcisBody": body}


def _vocabulary(parent: etree._Element, names: Names) -> list[Event]:
    """Master data: of the header (EPCISHeader/extension/EPCISMasterData/VocabularyList), or among query results."""
    return [_kind(kind, names) for found in _lists(parent) for kind in found if local(kind) == "Vocabulary"]


def _lists(parent: etree._Element) -> Iterator[etree._Element]:
    for child in children(parent):
        if local(child) == "VocabularyList":
            yield child
        elif local(child) in ("EPCISHeader", "EPCISMasterData"):
            yield from _lists(child)


def _kind(vocabulary: etree._Element, names: Names) -> Event:
    listed = [child for child in children(vocabulary) if local(child) == "VocabularyElementList"]
    elements = [_element(element, names) for found in listed for element in found if local(element) == "VocabularyElement"]
    return {**_id(vocabulary, "type"), "vocabularyElementList": elements}


def _element(element: etree._Element, names: Names) -> Event:
    found: Event = _id(element, "id")
    for child in children(element):
        if local(child) == "attribute":
            found.setdefault("attributes", []).append({**_id(child, "id"), "attribute": _attribute(child, names)})
        elif local(child) == "children":
            found["children"] = [plain(one, names) for one in child]
    return found


def _attribute(element: etree._Element, names: Names) -> Json:
    value = extension(element, names)
    if isinstance(value, dict):
        value.pop("id", None)
        return value.get("@value", "") if value.keys() <= {"@value"} else value
    return value


def _id(element: etree._Element, name: str) -> Event:
    return {name: element.attrib[name].strip()} if name in element.attrib else {}
