"""A capture job in XML, as the OpenAPI of EPCIS 2.0 describes it: `epcis:EPCISCaptureJob`."""

from __future__ import annotations

from typing import Any

from lxml import etree

from api.schemas import CaptureJobOut

_EPCIS = "urn:epcglobal:epcis:xsd:2"
_ATTRIBUTES = ("captureID", "running", "success")


def job_in_xml(job: CaptureJobOut) -> bytes:
    """What EPCIS 2.0 says of a job; the results of single events are in its JSON."""
    told = job.model_dump(mode="json", by_alias=True, include=set(CaptureJobOut.model_fields), exclude_none=True)
    root = etree.Element(f"{{{_EPCIS}}}EPCISCaptureJob", nsmap={"epcis": _EPCIS})
    for name in _ATTRIBUTES:
        root.set(name, _text(told.pop(name)))
    errors = told.pop("errors")
    for name, value in told.items():
        etree.SubElement(root, name).text = _text(value)
    listed = etree.SubElement(root, "errors")
    for one in errors:
        error = etree.SubElement(listed, "error")
        for name, value in one.items():
            etree.SubElement(error, name).text = _text(value)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def _text(value: Any) -> str:  # noqa: ANN401 (JSON)
    return str(value).lower() if isinstance(value, bool) else str(value)
