"""A problem in XML, as the OpenAPI and the XML schema of EPCIS 2.0 have it: `epcis:EPCISException`, for who likes XML better than JSON."""

from __future__ import annotations

import re
from typing import Final

from lxml import etree

from api.problems import Problem
from ledger_client.epcis.query.document import TERMS

MEDIA_TYPE: Final = "application/problem+xml"
_EPCIS: Final = "urn:epcglobal:epcis:xsd:2"
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, 2.2


def problem_in_xml(problem: Problem) -> bytes:
    """What the JSON says: fields of RFC 9457, then our own in our namespace."""
    root = etree.Element(f"{{{_EPCIS}}}EPCISException", nsmap={"epcis": _EPCIS, "traceledger": TERMS})
    for name in ("type", "title", "status", "detail"):
        etree.SubElement(root, name).text = _text(getattr(problem, name))
    for one in problem.errors:
        error = etree.SubElement(root, f"{{{TERMS}}}error")
        for name in ("field", "problem", "fix"):
            etree.SubElement(error, f"{{{TERMS}}}{name}").text = _text(getattr(one, name))
    etree.SubElement(root, f"{{{TERMS}}}requestId").text = _text(problem.requestId)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def _text(value: object) -> str:
    return _NO_XML.sub("\ufffd", str(value))
