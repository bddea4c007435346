"""The farm: two milkings of two herds a day, each into its own tank: four raw milk lots, one tanker to the plant.

About 270 Holstein cows give 8 t a day, about 50 Jersey cows 1 t. Limits: GB 19301 (raw milk).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from scripts.demo import agenda, identifiers
from scripts.demo.companies import FARM, PLANT
from scripts.demo.corrections import correct
from scripts.demo.diary import Diary, Event
from scripts.demo.events import Amount, handover, objects, reading, transactions
from scripts.demo.products import RAW_HOLSTEIN, RAW_JERSEY, Product

HEALTH_CERTIFICATE = identifiers.document(FARM.prefix, 1, "AH2026-0817")
FEED_CERTIFICATE = identifiers.document(FARM.prefix, 2, "FEED2026-31")


@dataclass(frozen=True, slots=True)
class Milking:
    """One milking of the daily routine; kilograms lie between `low` and `high`."""

    shift: str
    begin: str
    minutes: int
    tank: str
    product: Product
    low: int
    high: int


MILKINGS = (
    Milking("A", "04:30", 112, "T1", RAW_HOLSTEIN, 3850, 4150),
    Milking("A", "06:35", 48, "T3", RAW_JERSEY, 480, 540),
    Milking("P", "14:40", 112, "T2", RAW_HOLSTEIN, 3750, 4050),
    Milking("P", "16:45", 46, "T4", RAW_JERSEY, 470, 530),
)


@dataclass(frozen=True, slots=True)
class RawLot:
    """One milking of one tank; `name` is its lot number, `kilograms` what the weighbridge says."""

    name: str
    product: Product
    tank: str
    shift: str
    kilograms: int

    @property
    def code(self) -> str:
        """The item code of the lot."""
        return self.product.lot(self.name)

    @property
    def amount(self) -> Amount:
        """The whole lot, as an event names it."""
        return (self.code, self.kilograms, "KGM")


def milk_delivery(diary: Diary, day: int) -> list[RawLot]:
    """All milkings of the day, the waiting tanks watched, the lots tested and handed to the tanker."""
    lots = [_milking(diary, day, milking) for milking in MILKINGS]
    for lot in lots:
        if lot.shift == "A":
            _tank_watch(diary, day, lot)
    _test(diary, day, lots)
    _ship(diary, day, lots)
    return lots


def _milking(diary: Diary, day: int, milking: Milking) -> RawLot:
    begin = diary.at(day, milking.begin)
    end = begin + timedelta(minutes=milking.minutes)
    name = f"{begin:%y%m%d}-{milking.tank}{milking.shift}"
    lot = RawLot(name, milking.product, milking.tank, milking.shift, diary.dice("milk", name).randrange(milking.low, milking.high))
    if day == agenda.LOT_CORRECTED and milking.tank == "T1":
        wrong = diary.write(FARM.key, _milked(diary, replace(lot, kilograms=lot.kilograms + 3600), begin, end))
        correct(diary, FARM.key, wrong, _milked(diary, lot, begin, end), diary.at(day + 1, "08:20"))
        diary.marks["corrected_lot"] = lot.code
    else:
        diary.write(FARM.key, _milked(diary, lot, begin, end))
    return lot


def _milked(diary: Diary, lot: RawLot, begin: datetime, end: datetime) -> Event:
    """The lot comes to be when its milk has been pumped into the tank and weighed."""
    ilmd = {
        "cbvmda:lotNumber": lot.name,
        "cbvmda:descriptionShort": lot.product.name,
        "tl:descriptionShortEn": lot.product.english,
        "cbvmda:countryOfOrigin": "CN",
        "tl:milkedFrom": begin.isoformat(),
    }
    event = objects(end, "creating_class_instance", "active", FARM.at("parlour"), lots=[lot.amount], action="ADD", ilmd=ilmd)
    event |= {"bizLocation": {"id": FARM.at("tanks")}, "sensorElementList": [_cooled(diary, lot.name, lot.tank, end, "milked")]}
    return event | {"tl:milkQuality": _quality(diary, lot)}


def _quality(diary: Diary, lot: RawLot) -> dict[str, Any]:
    """Inline analyser of the tank: percent by mass, cells and colony forming units per millilitre."""
    jersey = lot.product is RAW_JERSEY
    fat, protein = ((4.7, 5.3), (3.7, 4.0)) if jersey else ((3.6, 4.1), (3.15, 3.45))
    return {
        "tl:fatPercent": diary.about(*fat, "fat", lot.name, digits=2),
        "tl:proteinPercent": diary.about(*protein, "protein", lot.name, digits=2),
        "tl:somaticCellsPerMl": diary.dice("cells", lot.name).randrange(120, 260) * 1000,
        "tl:plateCountPerMl": diary.dice("plates", lot.name).randrange(6, 45) * 1000,
        "tl:freezingPointCelsius": -diary.about(0.512, 0.534, "freezing", lot.name, digits=3),
        "tl:acidityDegreesThorner": diary.about(13.2, 15.8, "acid", lot.name),
    }


def _tank_watch(diary: Diary, day: int, lot: RawLot) -> None:
    """Morning milk waits for the tanker: the tank's thermometer is read at noon and before loading."""
    ends = (diary.at(day, "12:00"), diary.at(day, "14:30"), diary.at(day, "17:00"))
    readings = [_cooled(diary, f"{lot.name}-{when:%H}", lot.tank, when, "tank") for when in ends]
    where = FARM.at("tanks")
    diary.write(FARM.key, objects(ends[-1], "sensor_reporting", "in_progress", where, lots=[lot.amount], sensorElementList=readings))


def _cooled(diary: Diary, name: str, tank: str, when: datetime, purpose: str) -> dict[str, Any]:
    """Plate cooler and tank keep the milk between 2.4 and 4.0 °C."""
    degrees = diary.about(2.4, 3.9, purpose, name)
    return reading(identifiers.asset(FARM.prefix, f"TH-{tank}"), when, ("Temperature", degrees, "CEL"))


def _test(diary: Diary, day: int, lots: list[RawLot]) -> None:
    """Quick strip on the farm; it is coarser than the plant's (which is why the plant may still find something)."""
    when = diary.at(day, "17:48")
    report = identifiers.document(FARM.prefix, 3, f"{when:%y%m%d}")
    result = {"tl:test": "β-内酰胺快速试纸", "tl:testEn": "beta-lactam quick strip", "tl:result": "negative"}
    amounts = [lot.amount for lot in lots]
    event = objects(when, "inspecting", "conformant", FARM.at("tanks"), lots=amounts, bizTransactionList=transactions(testres=report))
    diary.write(FARM.key, event | {"tl:inspection": result})


def _ship(diary: Diary, day: int, lots: list[RawLot]) -> None:
    when = diary.at(day, "18:22")
    papers = transactions(desadv=identifiers.transaction(FARM.gln, f"DN{when:%y%m%d}"))
    event = objects(when, "shipping", "in_transit", FARM.at("dock"), lots=[lot.amount for lot in lots], bizTransactionList=papers)
    certified = {"certificationInfo": [HEALTH_CERTIFICATE, FEED_CERTIFICATE]}
    diary.write(FARM.key, event | certified | handover(FARM, "dock", PLANT, "intake"))
