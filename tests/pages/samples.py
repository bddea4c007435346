"""Believable histories for the page tests, made by hand: what a page may be asked to show, without a chain or a database."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from api.pages.facts import Anchored, Fact, History, Names, Seen, Step

CODE = "https://id.gs1.org/01/06901234567892/10/M240901/21/000417".replace("/10/M240901", "")
MEMBERS = {1: "青禾牧业", 2: "清源乳品", 3: "速鲜冷链", 4: "万家超市"}
PLACES = {
    "https://id.gs1.org/414/6901234000047": "清源乳品一厂 · 灌装车间",
    "https://id.gs1.org/414/6901234000054": "清源乳品一厂 · 成品冷库",
    "https://id.gs1.org/414/6909876000018": "速鲜冷链 · 沪A·8K321",
    "https://id.gs1.org/414/6905555000012": "万家超市 · 静安寺店",
}
NAMES = Names(PLACES, {"https://id.gs1.org/01/06901234567892": {"descriptionShort": "巴氏鲜牛奶 950 mL"}})
PASSED = (Step(1, "passed"), Step(2, "not_checked"), Step(3, "passed"), Step(4, "passed"))
WHOLE = (Step(5, "passed"), Step(6, "passed"))
SEEN = Seen(18_204, "0x" + "5e" * 32, 1_788_600_000, "0x" + "a7" * 28, 7)


def event(day: int, clock: str, step: str, place: str = "", **more: Any) -> dict[str, Any]:
    """A disclosed event of September 2026."""
    told: dict[str, Any] = {
        "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
        "type": "ObjectEvent",
        "eventID": f"ni:///sha-256;{day:02}{clock.replace(':', '')}{step:0<58.58}?ver=CBV2.0",
        "eventTime": f"2026-09-{day:02}T{clock}:00+08:00",
        "eventTimeZoneOffset": "+08:00",
        "action": "OBSERVE",
        "bizStep": step,
    }
    if place:
        told["readPoint"] = {"id": place}
    return dict(sorted({**told, **more}.items()))


def fact(seq: int, member: int, time: int, properties: dict[str, Any], **more: Any) -> Fact:
    """A verified record, anchored as number `seq`."""
    commitment = "0x" + f"{seq:02x}" * 32
    anchored = Anchored(seq, time, 18_000 + seq, "0x" + f"{member:02x}" * 20, member, MEMBERS[member])
    raw = {name: json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True) for name, value in properties.items()}
    base = Fact(commitment, "verified", anchored, size=len(raw) + 2, raw=raw, properties=properties, steps=PASSED)
    return replace(base, **more)


def degrees(*values: float, alarm: bool = False) -> list[dict[str, Any]]:
    """Temperature reports in Celsius."""
    reports = [
        {"type": "Temperature", "value": value, "uom": "CEL"} | ({"exception": "ALARM_CONDITION"} if alarm else {}) for value in values
    ]
    return [{"sensorReport": reports}]


PLANT, COLD, TRUCK, SHOP = PLACES
ILMD = {
    "cbvmda:descriptionShort": "清源 · 巴氏鲜牛奶 950 mL",
    "cbvmda:productionDate": "2026-09-01",
    "cbvmda:bestBeforeDate": "2026-09-08",
}
MADE = fact(1, 2, 1_788_214_000, event(1, "06:05", "commissioning", PLANT, action="ADD", disposition="active", ilmd=ILMD))
TESTED = fact(
    2, 2, 1_788_218_000, event(1, "07:10", "inspecting", PLANT, disposition="conformant", sensorElementList=degrees(3.4, 3.9, 4.0))
)
HIDDEN = fact(3, 2, 1_788_220_000, {}, hidden="policy", verdict="withheld", size=0, steps=(Step(4, "passed"),))
SHIPPED = fact(4, 3, 1_788_244_000, event(1, "14:20", "shipping", COLD, disposition="in_transit"))
DRIVEN = fact(5, 3, 1_788_500_000, event(1, "19:45", "transporting", TRUCK, sensorElementList=degrees(2.1, 3.0, 4.3, 3.6)))
ARRIVED = fact(6, 4, 1_788_284_000, event(2, "01:30", "receiving", SHOP, disposition="in_progress"))
SHELVED = fact(7, 4, 1_788_301_000, event(2, "06:15", "stocking", SHOP, disposition="sellable_accessible"))
FACTS = (MADE, TESTED, HIDDEN, SHIPPED, DRIVEN, ARRIVED, SHELVED)


def history(*facts: Fact, verdict: str = "verified", **more: Any) -> History:
    """A history of the sample item."""
    return History(CODE, verdict, facts or FACTS, steps=WHOLE, seen=SEEN, **more)


WRONG = fact(8, 4, 1_788_284_100, event(2, "02:10", "receiving", SHOP, disposition="in_progress", sensorElementList=degrees(38.0)))
RIGHT = fact(9, 4, 1_788_290_100, event(2, "02:11", "receiving", SHOP, disposition="in_progress", sensorElementList=degrees(3.8)))
DECLARED = fact(
    10,
    4,
    1_788_290_000,
    {
        **WRONG.properties,
        "errorDeclaration": {
            "declarationTime": "2026-09-02T03:05:00+08:00",
            "reason": "incorrect_data",
            "correctiveEventIDs": [RIGHT.properties["eventID"]],
        },
    },
)
RECALLED = fact(11, 2, 1_788_400_000, event(3, "09:00", "holding", "", disposition="recalled"))
