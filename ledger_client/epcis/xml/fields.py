"""The standard fields of an event: which element becomes which JSON (EPCIS 2.0 sections 9 and 10, and the XML schemas 1.2 and 2.0).

The wrappers `extension` and `baseExtension`, in which 1.x puts what came later, are looked through at every level. The order of elements
means nothing. CBV URNs become the bare words that the JSON schema asks for; all other spellings stay as the writer chose them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from lxml import etree

from ledger_client.epcis.json_value import Event, Json
from ledger_client.epcis.schema import words
from ledger_client.epcis.vocabulary import terms
from ledger_client.epcis.xml.names import Names, local
from ledger_client.epcis.xml.place import LISTS, PAIRS
from ledger_client.epcis.xml.spelling import URNS
from ledger_client.epcis.xml.values import NIL, add, attributes, boolean, extension, number, own_text, plain

_WRAPPERS: Final = frozenset({"extension", "baseExtension"})
_SENSOR_WORDS: Final = {"type": "measurementType", "exception": "sensorAlertType"}
_GS1: Final = ("gs1:", "https://ref.gs1.org/voc/", "https://gs1.org/voc/", "https://www.gs1.org/voc/", "http://gs1.org/voc/")
_REPEATED: Final = frozenset({"certificationInfo", "set", "unset", "sensorReport"})
_NUMBERS: Final = frozenset({"value", "minValue", "maxValue", "meanValue", "sDev", "percRank", "percValue"})


def event(element: etree._Element, names: Names, *, bare: bool = False) -> Event:
    """One event; of a `bare` one the attributes that belong to a document are left out."""
    content: Event = {"type": names.of(str(element.tag), element.prefix)}
    content |= {
        name: value for name, value in attributes(element, names).items() if not bare or name not in ("schemaVersion", "creationDate")
    }
    _fill(content, element, names)
    if own := names.own():
        content["@context"] = own
    return content


def children(element: etree._Element) -> Iterator[etree._Element]:
    """The children of an element and of its wrappers."""
    for child in element:
        if local(child) in _WRAPPERS:
            yield from children(child)
        else:
            yield child


def _fill(content: Event, element: etree._Element, names: Names) -> None:
    """Each child by its form, or as an extension."""
    if text := own_text(element):
        content["#text"] = text
    for child in children(element):
        name = local(child)
        if child.get(NIL) in ("true", "1"):
            continue
        if form := _FORMS.get(name):
            place = name if name in _REPEATED or name not in content else f"{name}[2]"  # for the schema to refuse
            add(content, place, form(child, names))
        else:
            add(content, names.of(str(child.tag), child.prefix), extension(child, names))


def _word(element: etree._Element, names: Names) -> Json:
    return _bare(plain(element, names))


def _bare(text: Json) -> Json:
    """`urn:epcglobal:cbv:bizstep:receiving` as `receiving`."""
    if isinstance(text, str) and text.startswith("urn:epcglobal:cbv:"):
        kind, _, word = text.removeprefix("urn:epcglobal:cbv:").partition(":")
        if kind in URNS and word in terms(URNS[kind]):
            return word
    return text


def _list(element: etree._Element, names: Names) -> Json:
    wanted = LISTS[local(element)]
    found: list[Json] = [
        _ELEMENTS[wanted](child, names) if local(child) == wanted else {names.of(str(child.tag), child.prefix): extension(child, names)}
        for child in children(element)
    ]
    text = own_text(element)
    return [*found, {"#text": text}] if text else found


def _quantity(element: etree._Element, names: Names) -> Json:
    content: Event = {}
    _fill(content, element, names)
    return content


def _pair(element: etree._Element, names: Names) -> Json:
    content = {name: _bare(value) for name, value in attributes(element, names).items()}
    content[local(element)] = extension(element, names) if len(element) else own_text(element)
    return content


def _place(element: etree._Element, names: Names) -> Json:
    """A read point, a business location, an error declaration, a sensor element: fields and extensions."""
    content = attributes(element, names)
    _fill(content, element, names)
    return content


def _sets(element: etree._Element, names: Names) -> Json:
    content = _place(element, names)
    return {name: value if isinstance(value, list) or name not in ("set", "unset") else [value] for name, value in content.items()}


def _sensor(element: etree._Element, names: Names) -> Json:
    content = _place(element, names)
    if "sensorReport" in content and not isinstance(content["sensorReport"], list):
        content["sensorReport"] = [content["sensorReport"]]
    return content


def _measured(element: etree._Element, names: Names) -> Json:
    """Sensor metadata or a report: all attributes."""
    content = {name: _measure(name, value) for name, value in attributes(element, names).items()}
    _fill(content, element, names)
    return content


def _measure(name: str, text: str) -> Json:
    if name in _NUMBERS:
        return number(text.strip())
    if name == "booleanValue":
        return boolean(text.strip())
    if vocabulary := _SENSOR_WORDS.get(name):
        for prefix in _GS1:
            if text.startswith(prefix) and text.removeprefix(prefix) in words(vocabulary):
                return text.removeprefix(prefix)
    return text.strip()


_Form = Callable[[etree._Element, Names], Json]
_ELEMENTS: Final[dict[str, _Form]] = {
    "epc": plain,
    "correctiveEventID": plain,
    "quantityElement": _quantity,
    "sensorElement": _sensor,
    **dict.fromkeys(PAIRS, _pair),
}
_FORMS: Final[dict[str, _Form]] = {
    **dict.fromkeys(("eventTime", "recordTime", "eventTimeZoneOffset", "eventID", "certificationInfo", "parentID", "action"), plain),
    **dict.fromkeys(("transformationID", "id", "epcClass", "uom", "declarationTime"), plain),
    **dict.fromkeys(("bizStep", "disposition", "reason", "set", "unset"), _word),
    **dict.fromkeys(("readPoint", "bizLocation", "errorDeclaration", "ilmd"), _place),
    **dict.fromkeys(("sensorMetadata", "sensorReport"), _measured),
    **dict.fromkeys(LISTS, _list),
    "quantity": lambda element, names: number(plain(element, names)),
    "persistentDisposition": _sets,
}
