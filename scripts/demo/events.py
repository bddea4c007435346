"""Shapes of EPCIS 2.0 events: the five types, sensor elements, business transactions, sources and destinations.

Each function returns a plain dict as the JSON binding of EPCIS 2.0 wants it; empty arguments leave the field out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from scripts.demo.companies import Company
from scripts.demo.diary import Event

Amount = tuple[str, float, str]  # class code, quantity, unit ("KGM"; "" = pieces)


def happening(kind: str, when: datetime, step: str, disposition: str, place: str, **more: Any) -> Event:  # noqa: ANN401 - JSON values
    """The fields that all five types share; `more` goes in as it is, without the empty ones."""
    event: Event = {"type": kind, "eventTime": when.isoformat(), "eventTimeZoneOffset": "+08:00", "bizStep": step}
    event |= {"disposition": disposition} if disposition else {}
    event |= {"readPoint": {"id": place}} if place else {}
    return event | {name: value for name, value in more.items() if value}


def objects(
    when: datetime,
    step: str,
    disposition: str,
    place: str,
    *,
    epcs: Sequence[str] = (),
    lots: Iterable[Amount] = (),
    action: str = "OBSERVE",
    **more: Any,  # noqa: ANN401
) -> Event:
    """ObjectEvent: these items (and amounts of lots) were seen, made or ended."""
    what = {"epcList": list(epcs), "quantityList": quantities(lots)}
    return happening("ObjectEvent", when, step, disposition, place, action=action, **what, **more)


def aggregation(
    when: datetime,
    step: str,
    disposition: str,
    place: str,
    *,
    parent: str,
    children: Sequence[str] = (),
    lots: Iterable[Amount] = (),
    action: str = "ADD",
    kind: str = "AggregationEvent",
    **more: Any,  # noqa: ANN401
) -> Event:
    """AggregationEvent, or AssociationEvent by `kind`: children put into (ADD) or taken out of (DELETE) a parent."""
    what = {"parentID": parent, "childEPCs": list(children), "childQuantityList": quantities(lots)}
    return happening(kind, when, step, disposition, place, action=action, **what, **more)


def transformation(
    when: datetime,
    step: str,
    disposition: str,
    place: str,
    *,
    inputs: Iterable[Amount],
    outputs: Iterable[Amount],
    pieces: Sequence[str] = (),
    **more: Any,  # noqa: ANN401
) -> Event:
    """TransformationEvent: `inputs` became `outputs`, and the serial items `pieces`."""
    what = {"inputQuantityList": quantities(inputs), "outputQuantityList": quantities(outputs), "outputEPCList": list(pieces)}
    return happening("TransformationEvent", when, step, disposition, place, **what, **more)


def quantities(lots: Iterable[Amount]) -> list[dict[str, Any]]:
    """`quantityList` of amounts; pieces carry no unit (EPCIS 2.0, 7.3.3.3)."""
    return [{"epcClass": code, "quantity": amount} | ({"uom": unit} if unit else {}) for code, amount, unit in lots]


def temperature(device: str, start: datetime, end: datetime, low: float, mean: float, high: float, limit: float = 6.0) -> dict[str, Any]:
    """One sensorElement over a span of time, °C; above `limit` the report is flagged as an alarm."""
    report: dict[str, Any] = {"type": "Temperature", "minValue": low, "meanValue": mean, "maxValue": high, "uom": "CEL"}
    report |= {"exception": "ALARM_CONDITION"} if high > limit else {}
    return {"sensorMetadata": {"deviceID": device, "startTime": start.isoformat(), "endTime": end.isoformat()}, "sensorReport": [report]}


def reading(device: str, when: datetime, *reports: tuple[str, float, str]) -> dict[str, Any]:
    """One sensorElement of single readings: (type, value, unit of UN/ECE Recommendation 20)."""
    metadata = {"deviceID": device, "time": when.isoformat()}
    return {"sensorMetadata": metadata, "sensorReport": [{"type": kind, "value": value, "uom": unit} for kind, value, unit in reports]}


def transactions(**references: str) -> list[dict[str, str]]:
    """`bizTransactionList`: CBV type = identifier of the business document."""
    return [{"type": kind, "bizTransaction": reference} for kind, reference in references.items()]


def handover(giver: Company, giver_place: str, taker: Company, taker_place: str) -> dict[str, list[dict[str, str]]]:
    """sourceList and destinationList of goods that change owner."""
    return {
        "sourceList": [{"type": "owning_party", "source": giver.party}, {"type": "location", "source": giver.at(giver_place)}],
        "destinationList": [
            {"type": "owning_party", "destination": taker.party},
            {"type": "location", "destination": taker.at(taker_place)},
        ],
    }
