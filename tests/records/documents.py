"""Small EPCIS documents for the tests of capturing."""

import json

CONTEXT = ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"]
SIGNER, OTHER = b"\x11" * 20, b"\x22" * 20


def event(number=0, **changes):
    """An event of one item; `number` makes it differ from others."""
    return {
        "type": "ObjectEvent",
        "action": "OBSERVE",
        "bizStep": "receiving",
        "eventTime": f"2026-09-01T{number // 3600 % 24:02}:{number // 60 % 60:02}:{number % 60:02}+08:00",
        "eventTimeZoneOffset": "+08:00",
        "epcList": [f"urn:epc:id:sgtin:6901234.056780.{number}"],
        "readPoint": {"id": "urn:epc:id:sgln:6901234.00004.0"},
        **changes,
    }


def document(events, **changes):
    """An EPCISDocument of these events, as bytes."""
    content = {"@context": CONTEXT, "type": "EPCISDocument", "schemaVersion": "2.0", "creationDate": "2026-09-01T06:10:00+08:00"}
    return json.dumps({**content, "epcisBody": {"eventList": list(events)}, **changes}).encode()


def alone(event, **changes):
    """One bare event, as bytes."""
    return json.dumps({"@context": CONTEXT, **event, **changes}).encode()
