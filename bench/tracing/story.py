"""A million events of makers, as traces go over them: chains of lots that become serial items, cases and pallets that are sent.

One campaign is large: a raw lot goes into twenty silos, a hundred lots and 100,000 serial items, in cases on pallets to fifty shops. One
chain is long: twelve lots, one made of the other. All others are ordinary. Derived from their numbers, so that every filling is the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from ledger_client.codes.check_digit import check_digit

BEGUN = datetime(2025, 1, 1, tzinfo=UTC)
APART = timedelta(seconds=30)
GS1 = "https://id.gs1.org/"
CONTEXT = ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", {"cbvmda": "urn:epcglobal:cbv:mda:"}]
SILOS, LOTS, ITEMS, IN_EVENT, IN_CASE, ON_PALLET = 20, 5, 1_000, 100, 20, 100  # of the large campaign; items of a lot, then of each
DEPTH = 12
Event = dict[str, Any]


def story(events: int) -> Iterator[Event]:
    """So many events in the order of time: the large campaign and the long chain in the middle of the ordinary ones."""
    special = [*campaign(), *chain()]
    before = (events - len(special)) // 2
    ordinary = _ordinary()
    for number in range(events):
        place = number - before
        event = special[place] if 0 <= place < len(special) else next(ordinary)
        yield {"@context": CONTEXT, "eventTimeZoneOffset": "+00:00", "eventTime": (BEGUN + number * APART).isoformat(), **event} | {
            "eventID": f"https://acme.example/e/{number}"
        }


def gtin(number: int) -> str:
    """The code of a product."""
    body = f"0690123{number:06}"
    return f"{GS1}01/{body}{check_digit(body)}"


def sscc(number: int) -> str:
    """The code of a pallet."""
    body = f"06901234{number:09}"
    return f"{GS1}00/{body}{check_digit(body)}"


def shop(number: int) -> str:
    """The code of a place."""
    body = f"6901234{number:05}"
    return f"{GS1}414/{body}{check_digit(body)}"


def raw() -> str:
    """The raw lot of the large campaign."""
    return f"{gtin(1)}/10/RAW"


def last() -> str:
    """The serial item at the end of the long chain."""
    return f"{gtin(5)}/21/DEEP"


def campaign() -> Iterator[Event]:
    """From the raw lot to 100,000 items in the shops."""
    yield _objects([], [_amount(raw(), 10_000, "KGM")], "commissioning", "ADD")
    cases = 0
    for silo in range(SILOS):
        mixed = f"{gtin(2)}/10/S{silo}"
        yield _turned([_amount(raw(), 500, "KGM")], [_amount(mixed, 499, "KGM")])
        for number in range(LOTS):
            name = f"C{silo}-{number}"
            yield _turned([_amount(mixed, 99, "KGM")], [_amount(f"{gtin(3)}/10/{name}", ITEMS, "")])
            items = [f"{gtin(3)}/21/{name}-{place}" for place in range(ITEMS)]
            for first in range(0, ITEMS, IN_EVENT):
                yield _objects(items[first : first + IN_EVENT], [], "commissioning", "ADD") | {"ilmd": {"cbvmda:lotNumber": name}}
            for first in range(0, ITEMS, IN_CASE):
                yield _packed(f"{gtin(4)}/21/K{cases}", items[first : first + IN_CASE])
                cases += 1
    for pallet in range(cases // ON_PALLET):
        yield _packed(sscc(pallet), [f"{gtin(4)}/21/K{pallet * ON_PALLET + place}" for place in range(ON_PALLET)])
        sent = {"destinationList": [{"type": "location", "destination": shop(pallet)}]}
        yield _objects([sscc(pallet)], [], "shipping", "OBSERVE") | sent


def chain() -> Iterator[Event]:
    """Lots, each made of the one before and an ingredient, and an item of the last."""
    yield _objects([], [_amount(f"{gtin(5)}/10/D0", 100, "KGM")], "commissioning", "ADD")
    for depth in range(1, DEPTH - 1):
        yield _objects([], [_amount(f"{gtin(6)}/10/I{depth}", 5, "KGM")], "commissioning", "ADD")
        used = [_amount(f"{gtin(5)}/10/D{depth - 1}", 10, "KGM"), _amount(f"{gtin(6)}/10/I{depth}", 5, "KGM")]
        yield _turned(used, [_amount(f"{gtin(5)}/10/D{depth}", 15, "KGM")])
    yield _objects([last()], [], "commissioning", "ADD") | {"ilmd": {"cbvmda:lotNumber": f"D{DEPTH - 2}"}}


def _ordinary() -> Iterator[Event]:
    """Batches of fifty events: two raw lots, a mix, a lot, its items one by one, a pallet, its way."""
    batch = 0
    while True:
        one, raws = f"B{batch}", [_amount(f"{gtin(10 + batch % 900)}/10/R{batch}-{n}", 100, "KGM") for n in range(2)]
        mixed, made = _amount(f"{gtin(7)}/10/{one}", 199, "KGM"), _amount(f"{gtin(8)}/10/{one}", 40, "")
        yield _objects([], raws, "commissioning", "ADD")
        yield _turned(raws, [mixed])
        yield _turned([mixed], [made])
        items = [f"{gtin(8)}/21/{one}-{n}" for n in range(40)]
        for item in items:
            yield _objects([item], [], "commissioning", "ADD") | {"ilmd": {"cbvmda:lotNumber": one}}
        pallet = sscc(1_000_000 + batch)
        yield _packed(pallet, items)
        for step in ("storing", "shipping", "receiving"):
            yield _objects([pallet], [], step, "OBSERVE")
        yield _packed(pallet, items, "DELETE")
        yield _objects(items, [], "retail_selling", "OBSERVE")
        batch += 1


def _amount(code: str, quantity: float, uom: str) -> Event:
    return {"epcClass": code, "quantity": quantity} | ({"uom": uom} if uom else {})


def _objects(codes: list[str], lots: list[Event], step: str, action: str) -> Event:
    named = {"epcList": codes} if codes else {"quantityList": lots}
    return {"type": "ObjectEvent", "action": action, "bizStep": step, **named}


def _turned(used: list[Event], made: list[Event]) -> Event:
    return {"type": "TransformationEvent", "bizStep": "creating_class_instance", "inputQuantityList": used, "outputQuantityList": made}


def _packed(parent: str, children: list[str], action: str = "ADD") -> Event:
    step = "packing" if action == "ADD" else "unpacking"
    return {"type": "AggregationEvent", "action": action, "bizStep": step, "parentID": parent, "childEPCs": children}
