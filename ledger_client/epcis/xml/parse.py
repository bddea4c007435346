"""From bytes to an XML tree: nothing is fetched, nothing is expanded, nothing is guessed.

A document type is refused, because EPCIS has none and all that can be done with one is harm: entities that refer to files or
addresses, and entities that grow without end.
"""

from __future__ import annotations

import re
from typing import Final

from lxml import etree

from ledger_client.errors import InvalidEvent

DEEPEST: Final = 64  # elements inside elements
_TOO_DEEP: Final = etree.XPath(f"boolean({'/*' * (DEEPEST + 1)})")
_ENDS = ((b"<?", b"?>"), (b"<!--", b"-->"))  # of what may stand before a document type
_BOM = b"\xef\xbb\xbf"
_LINES = re.compile(r", line \d+, column \d+$")


def parse(data: bytes) -> etree._Element:
    """The root element; raises InvalidEvent with the line of what is wrong."""
    if _announces_type(data):
        raise _has_type()
    try:
        root = etree.fromstring(data, _parser())
    except etree.XMLSyntaxError as error:
        raise _not_xml(error) from None
    except ValueError as error:  # of bytes that no encoding allows
        raise InvalidEvent("line 1", f"is not XML: {error}", "send well-formed XML in UTF-8") from None
    if root.getroottree().docinfo.doctype:
        raise _has_type()
    if _TOO_DEEP(root):
        raise InvalidEvent("line 1", f"nests deeper than {DEEPEST} levels", "flatten it")
    return root


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        no_network=True,
        huge_tree=False,  # at most 256 levels, 10 MB in one text
        recover=False,
        remove_comments=True,
        remove_pis=True,
    )


def _announces_type(data: bytes) -> bool:
    """Whether a document type stands before the root, told before anything is parsed (of encodings like ASCII; the others, after)."""
    at = len(data) - len(data.removeprefix(_BOM).lstrip())
    while begun := next((end for start, end in _ENDS if data.startswith(start, at)), None):
        found = data.find(begun, at)
        if found < 0:
            return False
        at = found + len(begun)
        while data[at : at + 1].isspace():
            at += 1
    return data.startswith(b"<!DOCTYPE", at)


def _has_type() -> InvalidEvent:
    return InvalidEvent("line 1", "has a document type (<!DOCTYPE …>), which may name files and entities", "leave it out; EPCIS needs none")


def _not_xml(error: etree.XMLSyntaxError) -> InvalidEvent:
    said = _LINES.sub("", str(error.msg or "broken"))
    if "xcessive depth" in said or "ax depth" in said:
        return InvalidEvent(f"line {error.lineno}", f"nests deeper than {DEEPEST} levels", "flatten it")
    return InvalidEvent(f"line {error.lineno}", f"is not XML: {said}", "send well-formed XML (XML 1.0)")
