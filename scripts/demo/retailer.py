"""The retailer's distribution centre: pallets in, opened, goods out to three of the six shops each day.

Acceptance: core temperature at most 6 °C. A pallet from a warm trip is held, its cartons are measured and judged one by one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from scripts.demo import agenda, identifiers
from scripts.demo.carrier import shop_round
from scripts.demo.companies import PLANT, RETAILER, SHOPS
from scripts.demo.diary import Diary
from scripts.demo.events import Amount, aggregation, handover, objects, reading, transactions
from scripts.demo.packing import Pallet
from scripts.demo.products import CARTONS_PER_CASE

DROPS = ("09:20", "10:05", "10:50")
RESERVE = 2 * CARTONS_PER_CASE


@dataclass(frozen=True, slots=True)
class Delivery:
    """What one shop gets on one morning: amounts of lots, and pilot cases with their cartons."""

    shop: str
    when: datetime
    lots: list[Amount]
    cases: dict[str, tuple[str, ...]] = field(default_factory=dict)


def distribute(diary: Diary, day: int, pallets: list[Pallet]) -> list[Delivery]:
    """Receive the dawn trip of `day`, open the pallets, and send everything on to today's three shops."""
    _receive(diary, day, pallets)
    for number, pallet in enumerate(pallets):
        _open(diary, diary.at(day, f"07:{46 + number * 4}", 3), pallet)
    if day == agenda.EXCURSION + 1:
        _judge_warm_cartons(diary, day, pallets)
    deliveries = _plan(diary, day, pallets)
    for delivery in deliveries:
        when = diary.at(day, "08:14") + timedelta(minutes=4 * deliveries.index(delivery))
        papers = transactions(desadv=identifiers.transaction(RETAILER.gln, f"TR{when:%y%m%d}-{delivery.shop[-1]}"))
        event = objects(
            when, "shipping", "in_transit", RETAILER.at("dc"), epcs=list(delivery.cases), lots=delivery.lots, bizTransactionList=papers
        )
        bound = {"destinationList": [{"type": "location", "destination": RETAILER.at(delivery.shop)}]}
        diary.write(RETAILER.key, event | bound)
    shop_round(
        diary, day, [(drop.shop, drop.when) for drop in deliveries], {drop.shop: (drop.lots, list(drop.cases)) for drop in deliveries}
    )
    return deliveries


def _receive(diary: Diary, day: int, pallets: list[Pallet]) -> None:
    """Pallets are counted and their core temperature is taken at the door."""
    when = diary.at(day, "07:34")
    warm = 1.1 if day == agenda.EXCURSION + 1 else 0.0
    core = round(diary.about(3.2, 4.6, "core", day) + warm, 1)
    papers = transactions(
        desadv=identifiers.transaction(PLANT.gln, f"DN{when:%y%m%d}"), recadv=identifiers.transaction(RETAILER.gln, f"GR{when:%y%m%d}")
    )
    probe = reading(identifiers.asset(RETAILER.prefix, "PRB-02"), when, ("Temperature", core, "CEL"))
    codes = [pallet.code for pallet in pallets]
    event = objects(
        when,
        "receiving",
        "in_progress",
        RETAILER.at("dc"),
        epcs=codes,
        bizTransactionList=papers,
        bizLocation={"id": RETAILER.at("dccold")},
    )
    complete = {} if warm else {"persistentDisposition": {"set": ["completeness_verified"]}}
    diary.write(RETAILER.key, event | complete | {"sensorElementList": [probe]} | handover(PLANT, "dock", RETAILER, "dc"))


def _open(diary: Diary, when: datetime, pallet: Pallet) -> None:
    """The pallet ends here: its cases go to different shops."""
    event = aggregation(
        when,
        "unpacking",
        "in_progress",
        RETAILER.at("dccold"),
        parent=pallet.code,
        children=list(pallet.cases),
        lots=[pallet.amount],
        action="DELETE",
    )
    diary.write(RETAILER.key, event)


def _judge_warm_cartons(diary: Diary, day: int, pallets: list[Pallet]) -> None:
    """After the warm trip: cartons held and measured, then released with a shorter shelf life (and why)."""
    cartons = [code for pallet in pallets for pieces in pallet.cases.values() for code in pieces]
    held, judged = diary.at(day, "07:53", 2), diary.at(day, "08:04", 4)
    where = RETAILER.at("dccold")
    diary.write(RETAILER.key, objects(held, "holding", "unavailable", where, epcs=cartons, lots=[p.amount for p in pallets]))
    probe = reading(identifiers.asset(RETAILER.prefix, "PRB-02"), judged, ("Temperature", 5.4, "CEL"))
    verdict = {
        "tl:result": "pass",
        "tl:reason": "冷藏车温度超限 38 分钟;产品中心温度 5.4 ℃,未超限",
        "tl:reasonEn": "reefer above 6 °C for 38 minutes; core temperature of the product 5.4 °C, within limits",
        "tl:shelfLifeShortenedByDays": 3,
    }
    event = objects(judged, "inspecting", "conformant", where, epcs=cartons, lots=[p.amount for p in pallets], sensorElementList=[probe])
    diary.write(RETAILER.key, event | {"tl:inspection": verdict})
    diary.marks["excursion_item"] = cartons[7]
    diary.marks["excursion_pallet"] = pallets[0].code


def _plan(diary: Diary, day: int, pallets: list[Pallet]) -> list[Delivery]:
    """Odd shops on odd days, even shops on even days; two get 24 cases of one lot, one gets 12 of each; the pilot case goes round.

    Later in the story two cases stay in the cold store for the next day, and then go first.
    """
    shops = [shop for shop in SHOPS if int(shop[-1]) % 2 == day % 2]
    (first, pieces, unit), (second, more, _) = (pallet.amount for pallet in pallets)
    third, other, kept = pieces // 3, more // 3, RESERVE if day >= agenda.RESERVED else 0
    picked: list[list[Amount]] = [
        [(first, pieces - third, unit), *_reserve(diary, day, (second, kept, unit))],
        [(first, third, unit), (second, other, unit)],
        [(second, more - other - kept, unit)],
    ]
    cases = {case: cartons for pallet in pallets for case, cartons in pallet.cases.items()}
    lucky = shops[(day // 4) % len(shops)]
    return [
        Delivery(shop, diary.at(day, clock), lots, cases if shop == lucky else {})
        for shop, clock, lots in zip(shops, DROPS, picked, strict=True)
    ]


def _reserve(diary: Diary, day: int, new: Amount) -> list[Amount]:
    """What was kept back goes out; on one morning nobody thinks of it."""
    kept, diary.reserve = diary.reserve, [new] if new[1] else []
    if day == agenda.FORGOTTEN:
        diary.reserve = [*kept, new]
        return []
    return kept
