"""Elements of any kind as JSON: texts, numbers, and what extensions hold.

XML has no types of its own: what an extension says is a text, unless `xsi:type` says otherwise. An element that is repeated is a list.
Whatever has no place in the JSON form (a stray attribute, text beside elements) is kept under a name that the schema then refuses.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from lxml import etree

from ledger_client.epcis.json_value import Event, Json
from ledger_client.epcis.xml.names import XML, XSI, Names

_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_INTEGER = re.compile(r"[+-]?[0-9]+")
_LONGEST_NUMBER = 400  # characters, as in `epcis.document`
_BOOLEAN: Final = {"true": True, "1": True, "false": False, "0": False}
_NUMERIC: Final = frozenset(
    {"integer", "int", "long", "short", "byte", "decimal", "double", "float", "nonNegativeInteger", "positiveInteger"}
)
_TYPE, NIL, _LANGUAGE = f"{{{XSI}}}type", f"{{{XSI}}}nil", f"{{{XML}}}lang"


def plain(element: etree._Element, names: Names) -> Json:
    """The text of an element that holds nothing else; anything else as `extension` gives it, for the schema to refuse."""
    if len(element) or has_attributes(element):
        return extension(element, names)
    return (element.text or "").strip()


def number(text: Json) -> Json:
    """An exact number; a text that is none stays as it is."""
    if not isinstance(text, str) or len(text) > _LONGEST_NUMBER or not _NUMBER.fullmatch(text):
        return text
    return int(text) if _INTEGER.fullmatch(text) else Decimal(text)


def boolean(text: Json) -> Json:
    """A truth value; a text that is none stays as it is."""
    return _BOOLEAN.get(text, text) if isinstance(text, str) else text


def has_attributes(element: etree._Element) -> bool:
    """Whether an element has attributes that say something."""
    return any(not name.startswith(f"{{{XSI}}}") for name in element.attrib)


def attributes(element: etree._Element, names: Names) -> Event:
    """The attributes by their JSON names, but for those of XML Schema itself."""
    found: Event = {}
    for name, value in element.attrib.items():
        if not str(name).startswith(f"{{{XSI}}}"):
            found["@language" if name == _LANGUAGE else names.of(str(name), _prefix(element, str(name)))] = value
    return found


def extension(element: etree._Element, names: Names) -> Json:
    """What an element of an extension, or one that is not expected, says."""
    if element.get(NIL) in ("true", "1"):
        return None
    content = attributes(element, names)
    text = own_text(element)
    if not len(element) and not content:
        return _typed(text, element.get(_TYPE))
    for child in element:
        add(content, names.of(str(child.tag), child.prefix), extension(child, names))
    if text:
        content["@value"] = _typed(text, element.get(_TYPE))
    return content


def add(content: Event, name: str, value: Json) -> None:
    """Set a property; one that is there already becomes a list."""
    if name not in content:
        content[name] = value
    elif isinstance(content[name], list) and name != "@context":
        content[name].append(value)
    else:
        content[name] = [content[name], value]


def own_text(element: etree._Element) -> str:
    """What an element says itself, before, between and after its children."""
    return ((element.text or "") + "".join([child.tail or "" for child in element])).strip()


def _typed(text: str, kind: str | None) -> Json:
    local = kind.rpartition(":")[2] if kind else ""
    if local in _NUMERIC:
        return number(text)
    return boolean(text) if local == "boolean" else text


def _prefix(element: etree._Element, name: str) -> str | None:
    uri = name[1:].partition("}")[0]
    return next((prefix for prefix, meant in element.nsmap.items() if meant == uri and prefix), None) if name[0] == "{" else None
