"""Events as EPCIS 2.0 XML: what `xml.document` reads back to events of the same event ids (docs/xml.md, rules 7 to 9).

The elements stand in the order of the XML schema. What XML has no place for raises NoXml, which names the event and the property.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from lxml import etree

from ledger_client.epcis.json_value import Event, Json
from ledger_client.epcis.prefixes import STANDARD, Prefixes, prefixes_of
from ledger_client.epcis.query.document import TERMS, About
from ledger_client.epcis.xml.extensions import Written, plain_text
from ledger_client.epcis.xml.names import XSI
from ledger_client.epcis.xml.order import CLOSED, EVENTS, NEVER_EMPTY, PARTS
from ledger_client.epcis.xml.place import LISTS, PAIRS
from ledger_client.epcis.xml.spelling import CbvFormat, spelled_measure, spelled_word
from ledger_client.errors import InvalidInput, NoXml

QUERY: Final = "urn:epcglobal:epcis-query:xsd:2"
XSD: Final = "http://www.w3.org/2001/XMLSchema"
_ROOT: Final = {"epcisq": QUERY, "xsi": XSI, "xsd": XSD, "gs1": STANDARD["gs1"], "cbv": STANDARD["cbv"], "cbvmda": STANDARD["cbvmda"]}
_WORDS: Final = {"bizStep": "BizStep", "disposition": "Disp", "set": "Disp", "unset": "Disp", "reason": "ER"}
_TYPES: Final = {"bizTransaction": "BTT", "source": "SDT", "destination": "SDT"}
_MEASURES: Final = frozenset({"type", "exception", "component"})


def query_document(events: Iterable[Event], about: About, cbv: CbvFormat, prefixes: Mapping[str, str] | None = None) -> bytes:
    """An EPCISQueryDocument of some events, each with the prefixes of its own `@context`, and `prefixes` for all of them. Raises NoXml."""
    root = etree.Element(f"{{{QUERY}}}EPCISQueryDocument", nsmap=_ROOT | ({"traceledger": TERMS} if about.following else {}))
    root.set("schemaVersion", "2.0")
    root.set("creationDate", about.created.isoformat(timespec="milliseconds"))
    if about.following:
        root.set(f"{{{TERMS}}}next", about.following)
    results = etree.SubElement(etree.SubElement(root, "EPCISBody"), f"{{{QUERY}}}QueryResults")
    etree.SubElement(results, "queryName").text = about.query_name
    if about.subscription_id:
        etree.SubElement(results, "subscriptionID").text = about.subscription_id
    told = etree.SubElement(etree.SubElement(results, "resultsBody"), "EventList")
    for one in events:
        _event(told, one, dict(prefixes or {}), cbv)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def _event(parent: etree._Element, event: Event, prefixes: Prefixes, cbv: CbvFormat) -> None:
    own = prefixes | prefixes_of(event.get("@context"))
    kind = str(event.get("type"))
    try:
        if kind not in EVENTS:
            raise NoXml(kind, "is an event type of an extension")
        element = etree.SubElement(
            parent, kind, nsmap={prefix: uri for prefix, uri in own.items() if prefix and uri and STANDARD.get(prefix) is None}
        )
        _Event(own, cbv).fill(element, {name: value for name, value in event.items() if name not in ("type", "@context")}, EVENTS[kind])
    except (ValueError, InvalidInput) as error:  # ValueError: lxml, of a name or a character that XML does not have
        told = f"{error.field} {error.problem}" if isinstance(error, InvalidInput) else str(error)
        raise NoXml(f"event {event.get('eventID', '')}", f"cannot be given in XML: {told}", "accept application/json") from None


class _Event:
    """Writes the standard fields of one event; extensions by `Written`."""

    __slots__ = ("_cbv", "_extensions")

    def __init__(self, prefixes: Prefixes, cbv: CbvFormat) -> None:
        self._extensions, self._cbv = Written(prefixes), cbv

    def fill(self, element: etree._Element, content: Event, order: tuple[str, ...]) -> None:
        """The fields in the order of the schema, then what has no namespace, then the extensions."""
        for name in order:
            if name in content:
                self._field(element, name, content[name])
        others = {name: value for name, value in content.items() if name not in order}
        bare = [name for name in others if ":" not in name]
        if bare and element.tag in CLOSED:
            raise NoXml(bare[0], f"has no place in a {element.tag}")
        wrapper = etree.SubElement(element, "extension") if bare else element
        for name in [*bare, *(name for name in others if name not in bare)]:
            self._extensions.add(wrapper if name in bare else element, name, others[name])

    def _field(self, element: etree._Element, name: str, value: Json) -> None:
        if name in LISTS:
            self._list(element, name, value)
        elif name in ("sensorMetadata", "sensorReport"):
            for one in value if isinstance(value, list) else [value]:
                self._measured(etree.SubElement(element, name), one)
        elif name in PARTS:
            self.fill(etree.SubElement(element, name), _object(name, value), PARTS[name])
        elif name == "certificationInfo" and isinstance(value, list) and len(value) > 1:
            raise NoXml(name, "is a list, and XML holds one")
        else:
            for one in value if isinstance(value, list) else [value]:
                etree.SubElement(element, name).text = self._text(name, one)

    def _text(self, name: str, value: Json) -> str:
        text = plain_text(name, value)
        return spelled_word(text, _WORDS[name], self._cbv) if name in _WORDS else text

    def _list(self, element: etree._Element, name: str, value: Json) -> None:
        entries = value if isinstance(value, list) else [value]
        if not entries and name in NEVER_EMPTY:
            return
        listed, kind = etree.SubElement(element, name), LISTS[name]
        for one in entries:
            if kind in PARTS:
                self.fill(etree.SubElement(listed, kind), _object(kind, one), PARTS[kind])
            elif kind in PAIRS:
                self._pair(etree.SubElement(listed, kind), kind, _object(kind, one))
            else:
                etree.SubElement(listed, kind).text = plain_text(kind, one)

    def _pair(self, element: etree._Element, kind: str, content: Event) -> None:
        for name, value in content.items():
            if name == "type":
                element.set("type", spelled_word(plain_text("type", value), _TYPES[kind], self._cbv))
            elif name == kind:
                element.text = plain_text(kind, value)
            else:
                raise NoXml(name, f"has no place in a {kind}")

    def _measured(self, element: etree._Element, value: Json) -> None:
        """Sensor metadata or a report: everything is an attribute."""
        for name, one in _object("sensorElement", value).items():
            text = plain_text(name, one)
            named = self._extensions.tag(name) if ":" in name else name
            element.set(named, spelled_measure(text, name, self._cbv) if name in _MEASURES else text)


def _object(name: str, value: Json) -> Event:
    if not isinstance(value, dict):
        raise NoXml(name, "is no object")
    return value
