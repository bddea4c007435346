"""A million believable events of a dairy: packs that live a few days, pallets, batches, and a truck that tells its temperature all year.

Derived from their number, so that every filling is the same. Commitments and hashes are drawn: nothing here is verified.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from ledger_client.codes.check_digit import check_digit

BEGUN = datetime(2025, 1, 1, tzinfo=UTC)
APART = timedelta(seconds=30)
CONTEXT = ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"]
GS1 = "https://id.gs1.org/"
PRODUCTS = tuple(f"{GS1}01/{body}{check_digit(body)}" for body in (f"0690123{number:06}" for number in range(1000)))
PLACES = tuple(f"{GS1}414/{body}{check_digit(body)}" for body in (f"6901234{number:05}" for number in range(50)))
TRUCK = f"{GS1}8004/6901234TK-1"
STEPS = (("commissioning", "active", "ADD"), ("inspecting", "conformant", "OBSERVE"), ("shipping", "in_transit", "OBSERVE"),
         ("receiving", "in_progress", "OBSERVE"), ("retail_selling", "retail_sold", "OBSERVE"))  # fmt: skip
EVENTS_OF_A_PACK = 5


class Told(NamedTuple):
    """One event, as its rows need it."""

    event: dict[str, Any]
    happened: datetime
    items: list[str]
    declaration: bool

    def payload(self) -> bytes:
        """Its bytes; plain words need no more of RFC 8785 than sorted names."""
        return json.dumps(self.event, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def pack(number: int) -> str:
    """The code of a pack."""
    return f"{PRODUCTS[number * 7919 % len(PRODUCTS)]}/21/P{number:07}"


def pallet(number: int) -> str:
    """The code of a pallet."""
    body = f"06901234{number:09}"
    return f"{GS1}00/{body}{check_digit(body)}"


def batch(number: int) -> str:
    """The code of a batch."""
    return f"{PRODUCTS[number % len(PRODUCTS)]}/10/B{number:05}"


def order(number: int) -> str:
    """The purchase order that an event belongs to: some twenty shipments and receipts have one."""
    return f"https://acme.example/po/{number // 50:06}"


def story(events: int) -> Iterator[Told]:
    """That many events in the order in which they happened."""
    chance = random.Random(7)
    for number in range(events):
        happened = BEGUN + number * APART
        newest = number // EVENTS_OF_A_PACK
        near = max(0, newest - int(chance.expovariate(1 / 400)))
        yield _event(number, happened, near, chance)


def _event(number: int, happened: datetime, near: int, chance: random.Random) -> Told:
    event: dict[str, Any] = {
        "@context": CONTEXT,
        "eventID": f"urn:uuid:00000000-0000-4000-8000-{number:012x}",
        "eventTime": happened.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "eventTimeZoneOffset": "+08:00",
        "readPoint": {"id": PLACES[number % len(PLACES)]},
    }
    kind, declaration = chance.random(), False
    if kind < 0.06:
        report = {"type": "Temperature", "value": round(chance.gauss(3.2, 0.4), 1), "uom": "CEL"}
        sensors = [{"sensorReport": [report]}]
        event |= {
            "type": "ObjectEvent",
            "action": "OBSERVE",
            "bizStep": "sensor_reporting",
            "sensorElementList": sensors,
            "epcList": [TRUCK],
        }
        return Told(event, happened, [TRUCK], declaration)
    if kind < 0.12:
        children, parent = [pack(near - one) for one in range(min(6, near + 1))], pallet(number // 16)
        event |= {"type": "AggregationEvent", "action": "ADD", "bizStep": "packing", "parentID": parent, "childEPCs": children}
        return Told(event, happened, [parent, *children], declaration)
    if kind < 0.15:
        made, used = [pack(near - one) for one in range(min(3, near + 1))], batch(number // 200)
        lots = [{"epcClass": used, "quantity": 120, "uom": "KGM"}]
        event |= {"type": "TransformationEvent", "bizStep": "creating_class_instance", "inputQuantityList": lots, "outputEPCList": made}
        return Told(event, happened, [*made, used], declaration)
    step, disposition, action = ("destroying", "destroyed", "DELETE") if kind < 0.152 else chance.choice(STEPS)
    event |= {"type": "ObjectEvent", "action": action, "bizStep": step, "disposition": disposition, "epcList": [pack(near)]}
    if step in ("shipping", "receiving"):
        event["bizTransactionList"] = [{"type": "po", "bizTransaction": order(number)}]
    if kind > 0.9995:
        event["errorDeclaration"] = {"declarationTime": event["eventTime"], "reason": "incorrect_data"}
        declaration = True
    return Told(event, happened, [pack(near)], declaration)
