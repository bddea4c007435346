"""Names of elements and attributes as JSON has them: `{http://example.com/ext1/}lot` becomes `ext1:lot`, with `ext1` in the `@context`.

A prefix keeps the writer's spelling wherever it can: one that stands for two namespaces in one event, or a namespace
without prefix, gets `ns1`, `ns2` … instead.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lxml import etree

from ledger_client.epcis.prefixes import STANDARD, Prefixes

EPCIS: Final = frozenset({"", *(f"urn:epcglobal:epcis{kind}:xsd:{version}" for kind in ("", "-query", "-masterdata") for version in "12")})
XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
XML: Final = "http://www.w3.org/XML/1998/namespace"
SBDH: Final = "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader"
_TECHNICAL: Final = EPCIS | {XSI, XML, SBDH, "http://www.w3.org/2001/XMLSchema", "urn:epcglobal:xsd:1"}


class Names:
    """The prefixes of a document, or of one event in it."""

    __slots__ = ("_prefix_of", "meant", "shared")

    def __init__(self, element: etree._Element, shared: Mapping[str, str] | None = None) -> None:
        self.shared: Mapping[str, str] = shared or {}  # of the document, which an event need not repeat
        self.meant: Prefixes = {**self.shared, **_declared(element)}
        self._prefix_of = {uri: prefix for prefix, uri in reversed(self.meant.items())} | {uri: prefix for prefix, uri in STANDARD.items()}

    def of(self, tag: str, prefix: str | None = None) -> str:
        """The JSON name of an element or attribute; `prefix` is the writer's."""
        uri, _, local = tag[1:].partition("}") if tag[0] == "{" else ("", "", tag)
        if uri in EPCIS:
            return local
        return f"{self._prefix_of.get(uri) or self._added(uri, prefix)}:{local}"

    def own(self) -> Prefixes:
        """What the event has to declare beside its document."""
        return {prefix: uri for prefix, uri in self.meant.items() if self.shared.get(prefix) != uri}

    def _added(self, uri: str, wanted: str | None) -> str:
        prefix, number = wanted, 0
        while not prefix or prefix in self.meant or prefix in STANDARD:
            number += 1
            prefix = f"ns{number}"
        self.meant[prefix] = uri
        self._prefix_of[uri] = prefix
        return prefix


def local(element: etree._Element) -> str:
    """The name of an element of EPCIS itself; empty for one of another namespace."""
    tag = str(element.tag)
    if tag[0] != "{":
        return tag
    uri, _, name = tag[1:].partition("}")
    return name if uri in EPCIS else ""


def _declared(element: etree._Element) -> Prefixes:
    return {
        prefix: uri for prefix, uri in element.nsmap.items() if prefix and uri and uri not in _TECHNICAL and STANDARD.get(prefix) != uri
    }
