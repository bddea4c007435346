"""From a filled form to one EPCIS 2.0 event (GS1 EPCIS 2.0 section 7); pure.

The form's own id becomes the event id, so that a form that is sent twice is one record, and two forms with equal values are two.
What EPCIS has no word for stands in our own vocabulary (`tl`), as in the demo's events.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from api.console.capture.lines import codes_in
from api.console.capture.read import Amount, Filled
from api.console.capture.steps import RESULTS, Codes, Step
from ledger_client.codes import ItemCode
from ledger_client.codes.serial import serial
from ledger_client.epcis.prefixes import EPCIS_CONTEXT

CONTEXT = [EPCIS_CONTEXT, {"tl": "https://id.traceledger.org/voc/"}]


def event_id_of(form: str) -> str:
    """The event id that a form's id (a UUID) stands for."""
    return f"urn:uuid:{form}"


def event_of(step: Step, filled: Filled, form: str, when: datetime) -> dict[str, Any]:
    """The event; `filled` must have no problems, `when` carries its zone."""
    local = when.astimezone(filled.zone)
    event = {
        "@context": CONTEXT,
        "type": step.event_type,
        "eventID": event_id_of(form),
        "eventTime": local.isoformat(timespec="seconds"),
        "eventTimeZoneOffset": local.isoformat(timespec="seconds")[-6:],  # +08:00
        "action": step.action,
        "bizStep": _biz_step(step, filled),
        "disposition": step.disposition or RESULTS[filled.texts["result"]],
        "readPoint": {"id": filled.place},
        "bizLocation": {"id": filled.place} if step.stays else None,
        "bizTransactionList": [{"type": "desadv", "bizTransaction": filled.delivery}] if filled.delivery else None,
        "sensorElementList": _readings(filled, local),
        "tl:people": filled.texts["people"],
        "tl:machine": filled.texts["machine"] if "machine" in step.asks else "",
        "tl:note": filled.texts["note"],
        "tl:inspection": _inspection(filled) if "result" in step.asks else None,
    }
    for codes in step.codes:
        event |= _what(codes, codes_in(filled.lines[codes.name]), filled.amounts[codes.name])
    return {name: value for name, value in event.items() if value}


def _what(field: Codes, codes: Sequence[ItemCode], amounts: dict[str, Amount]) -> dict[str, Any]:
    """The codes of a field under their EPCIS properties."""
    serials, lots = [code.uri for code in codes if serial(code)], [code.uri for code in codes if not serial(code)]
    return {
        field.serials: serials if field.many else serials[0],
        **({field.lots: [_amount(code, amounts[code]) for code in lots]} if field.lots else {}),
    }


def _amount(code: str, amount: Amount) -> dict[str, Any]:
    """A lot with its quantity; pieces carry no unit (EPCIS 2.0, 7.3.3.3)."""
    if amount.quantity is None:
        return {"epcClass": code}
    return {"epcClass": code, "quantity": amount.quantity} | ({"uom": amount.unit} if amount.unit else {})


def _biz_step(step: Step, filled: Filled) -> str:
    made = codes_in(filled.lines[step.codes[-1].name])
    return step.step_of_serials if step.step_of_serials and any(map(serial, made)) else step.biz_step


def _readings(filled: Filled, when: datetime) -> list[dict[str, Any]] | None:
    if filled.temperature is None:
        return None
    report = {"type": "Temperature", "value": filled.temperature, "uom": "CEL"}
    return [{"sensorMetadata": {"time": when.isoformat(timespec="seconds")}, "sensorReport": [report]}]


def _inspection(filled: Filled) -> dict[str, str]:
    reason = filled.texts["reason"]
    return {"tl:result": filled.texts["result"]} | ({"tl:reason": reason} if reason else {})
