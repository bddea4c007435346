"""What extensions hold, as elements: the way back of `values.extension`. Numbers and truth values say what they are by `xsi:type`."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from lxml import etree

from ledger_client.epcis.json_value import Json
from ledger_client.epcis.prefixes import STANDARD, Prefixes
from ledger_client.epcis.xml.names import XML, XSI
from ledger_client.errors import NoXml

_FIXED: Final = {prefix: uri for prefix, uri in STANDARD.items() if prefix != "cbvmda"}  # whatever a document says (event_hash)
_TYPE: Final = f"{{{XSI}}}type"


class Written:
    """Writes extensions by the prefixes of one event."""

    __slots__ = ("_prefixes",)

    def __init__(self, prefixes: Prefixes) -> None:
        self._prefixes = {**STANDARD, **prefixes, **_FIXED}

    def tag(self, name: str) -> str:
        """`ex:lot` as `{https://…}lot`; a name without prefix as it is."""
        prefix, colon, local = name.partition(":")
        if not colon:
            return name
        if not self._prefixes.get(prefix):
            raise NoXml(name, "has a prefix that is not declared")
        if prefix.lower().startswith("xml"):
            raise NoXml(name, "has a prefix that XML keeps for itself")
        return f"{{{self._prefixes[prefix]}}}{local}"

    def add(self, parent: etree._Element, name: str, value: Json) -> None:
        """A property of `parent`; a list repeats it."""
        if name.startswith("@"):
            raise NoXml(name, "is a word of JSON-LD")
        for one in value if isinstance(value, list) else [value]:
            self._fill(etree.SubElement(parent, self.tag(name), nsmap=self._declared(name)), name, one)

    def _fill(self, element: etree._Element, name: str, value: Json) -> None:
        if isinstance(value, list):
            raise NoXml(name, "is a list in a list")
        if not isinstance(value, dict):
            _leaf(element, name, value)
            return
        if not value:
            raise NoXml(name, "is an empty object")
        for inner, one in value.items():
            if inner == "@value":
                _leaf(element, name, one)
            elif inner == "@language":
                element.set(f"{{{XML}}}lang", plain_text(inner, one))
            else:
                self.add(element, inner, one)

    def _declared(self, name: str) -> dict[str, str]:
        prefix, colon, _ = name.partition(":")
        return {prefix: self._prefixes[prefix]} if colon and prefix in self._prefixes else {}


def plain_text(name: str, value: Json) -> str:
    """A text, a number written out, or a truth value; NoXml for anything else."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | Decimal):
        return format(Decimal(str(value)), "f")
    raise NoXml(name, "is null" if value is None else "is neither text nor number")


def _leaf(element: etree._Element, name: str, value: Json) -> None:
    element.text = plain_text(name, value)
    if isinstance(value, bool):
        element.set(_TYPE, "xsd:boolean")
    elif isinstance(value, int | float | Decimal):
        element.set(_TYPE, "xsd:integer" if isinstance(value, int) else "xsd:decimal")
