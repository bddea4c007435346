"""The plant, wet side: receiving, the gate tests, mixing in silos, pasteurising.

Gate tests after GB 19301; 72–75 °C for 15 s after GB 19645 and common practice; losses: 0.3 % in the silo, 0.8 % in the pasteuriser.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from scripts.demo import agenda, identifiers
from scripts.demo.companies import FARM, PLANT
from scripts.demo.diary import Diary
from scripts.demo.events import Amount, handover, objects, reading, transactions, transformation
from scripts.demo.farm import RawLot
from scripts.demo.products import PASTEURISED, RAW_JERSEY, STORED


@dataclass(frozen=True, slots=True)
class Batch:
    """Pasteurised milk ready for filling; `line` = "F" (common) or "J" (Jersey)."""

    code: str
    line: str
    kilograms: int


def take_in(diary: Diary, day: int, lots: list[RawLot]) -> list[RawLot]:
    """Receive the tanker's lots and test each herd's milk; return what was accepted."""
    when = diary.at(day, "21:36")
    papers = transactions(
        desadv=identifiers.transaction(FARM.gln, f"DN{when:%y%m%d}"), recadv=identifiers.transaction(PLANT.gln, f"GR{when:%y%m%d}R")
    )
    degrees = reading(identifiers.asset(PLANT.prefix, "TH-IN1"), when, ("Temperature", diary.about(3.4, 4.8, "intake", day), "CEL"))
    event = objects(when, "receiving", "in_progress", PLANT.at("intake"), lots=[lot.amount for lot in lots], bizTransactionList=papers)
    diary.write(PLANT.key, event | {"sensorElementList": [degrees]} | handover(FARM, "dock", PLANT, "intake"))
    refused = [lot for lot in lots if day == agenda.REJECTED and lot.tank == "T1"]
    good = [lot for lot in lots if lot not in refused]
    _gate_tests(diary, day, good)
    for lot in refused:
        _refuse(diary, day, lot)
    return good


def _gate_tests(diary: Diary, day: int, lots: list[RawLot]) -> None:
    """One report per herd; on one day a doubtful plate count is tested again."""
    for name, herd in (
        ("J", [lot for lot in lots if lot.product is RAW_JERSEY]),
        ("H", [lot for lot in lots if lot.product is not RAW_JERSEY]),
    ):
        when = diary.at(day, "22:02") + timedelta(minutes=3 if name == "H" else 0)
        if day == agenda.RETESTED and name == "H":
            first = _result(diary, f"{day}{name}") | {"tl:result": "doubtful", "tl:plateCountPerMl": 2_100_000}
            _inspect(diary, when - timedelta(minutes=12), herd, f"{name}0", "non_conformant", first)
            diary.marks["retested_lot"] = herd[0].code
            _inspect(diary, when, herd, f"{name}1", "conformant", _result(diary, f"{day}{name}") | {"tl:retestOf": f"{when:%y%m%d}{name}0"})
        else:
            _inspect(diary, when, herd, name, "conformant", _result(diary, f"{day}{name}"))


def _result(diary: Diary, name: str) -> dict[str, Any]:
    """What the laboratory says of good raw milk."""
    return {
        "tl:test": "抗生素残留(β-内酰胺类、四环素类)、菌落总数、冰点、掺假筛查",
        "tl:testEn": "antibiotic residues (beta-lactams, tetracyclines), plate count, freezing point, adulteration screening",
        "tl:rule": "GB 19301",
        "tl:result": "negative",
        "tl:plateCountPerMl": diary.dice("gate", name).randrange(12, 60) * 1000,
        "tl:freezingPointCelsius": -diary.about(0.512, 0.534, "gate freezing", name, digits=3),
    }


def _inspect(diary: Diary, when: datetime, lots: list[RawLot], report: str, disposition: str, result: dict[str, Any]) -> None:
    papers = transactions(testres=identifiers.document(PLANT.prefix, 11, f"{when:%y%m%d}{report}"))
    amounts = [lot.amount for lot in lots]
    event = objects(when, "inspecting", disposition, PLANT.at("laboratory"), lots=amounts, bizTransactionList=papers)
    diary.write(PLANT.key, event | {"tl:inspection": result})


def _refuse(diary: Diary, day: int, lot: RawLot) -> None:
    """Antibiotics found: confirmed by a second method, kept apart, destroyed next morning under the farm's eyes."""
    found = _result(diary, f"{day}X") | {"tl:result": "positive", "tl:substance": "青霉素 G 9.2 μg/kg", "tl:limit": "4 μg/kg"}
    _inspect(diary, diary.at(day, "22:14"), [lot], "X", "non_conformant", found)
    hold = objects(diary.at(day, "22:40"), "holding", "non_sellable_other", PLANT.at("intake"), lots=[lot.amount])
    diary.write(
        PLANT.key, hold | {"tl:reason": "抗生素残留超标,整仓拒收隔离", "tl:reasonEn": "antibiotic residues above the limit: refused"}
    )
    when = diary.at(day + 1, "09:20")
    gone = objects(when, "destroying", "destroyed", PLANT.at("intake"), lots=[lot.amount], action="DELETE")
    diary.write(PLANT.key, gone | {"tl:method": "无害化处理(沼气发酵)", "tl:methodEn": "rendered harmless by biogas fermentation"})
    diary.marks["rejected_lot"] = lot.code


def process(diary: Diary, day: int, lots: list[RawLot]) -> list[Batch]:
    """Mix and pasteurise: one common batch, and on Jersey days one of Jersey milk alone."""
    if not agenda.is_jersey_day(day):
        return [_batch(diary, day, "F", lots)]
    jersey = [lot for lot in lots if lot.product is RAW_JERSEY]
    return [_batch(diary, day, "J", jersey), _batch(diary, day, "F", [lot for lot in lots if lot not in jersey])]


def _batch(diary: Diary, day: int, line: str, lots: list[RawLot]) -> Batch:
    mixed_at = diary.at(day, "22:28" if line == "J" else "22:46")
    stored = _mix(diary, mixed_at, line, lots)
    return _pasteurise(diary, diary.at(day, "22:58" if line == "J" else "24:38", 2), line, stored, day)


def _mix(diary: Diary, when: datetime, line: str, lots: list[RawLot]) -> Amount:
    """Several raw lots into one silo, 0.2 to 0.4 % stay in pipes and filters."""
    tank = 4 if line == "J" else 5 + when.day % 3
    silo = f"S{tank}"
    name = f"{when:%y%m%d}-{silo}"
    kilograms = round(sum(lot.kilograms for lot in lots) * (1 - diary.about(0.002, 0.004, "mix", name, digits=4)))
    output = (STORED.lot(name), kilograms, "KGM")
    ilmd = {"cbvmda:lotNumber": name, "cbvmda:descriptionShort": STORED.name, "tl:descriptionShortEn": STORED.english, "tl:silo": silo}
    ilmd |= {"tl:tank": f"{tank} 号贮奶罐", "tl:tankEn": f"milk tank {tank}"}
    degrees = reading(identifiers.asset(PLANT.prefix, f"TH-{silo}"), when, ("Temperature", diary.about(3.0, 4.6, "silo", name), "CEL"))
    event = transformation(
        when, "creating_class_instance", "in_progress", PLANT.at("silos"), inputs=[lot.amount for lot in lots], outputs=[output], ilmd=ilmd
    )
    diary.write(PLANT.key, event | {"sensorElementList": [degrees]})
    return output


def _pasteurise(diary: Diary, end: datetime, line: str, stored: Amount, day: int) -> Batch:
    """Plate pasteuriser at 6 t/h: the holding tube's temperature, its holding time, and the cooled milk behind it."""
    name = f"{diary.at(day, '12:00', 0):%y%m%d}-P{line}"
    kilograms = round(stored[1] * (1 - diary.about(0.006, 0.010, "pasteurise", name, digits=4)))
    device = identifiers.asset(PLANT.prefix, "PHE-01")
    start = end - timedelta(minutes=round(stored[1] / 100))
    metadata = {"deviceID": device, "startTime": start.isoformat(), "endTime": end.isoformat()}
    mean = diary.about(72.8, 74.0, "holding tube", name)
    held = {"type": "Temperature", "minValue": round(mean - 0.5, 1), "meanValue": mean, "maxValue": round(mean + 0.6, 1), "uom": "CEL"}
    seconds = {"type": "Time", "minValue": diary.about(15.1, 15.6, "holding time", name), "uom": "SEC"}
    cooled = reading(identifiers.asset(PLANT.prefix, "TH-PHE"), end, ("Temperature", diary.about(2.4, 3.6, "cooled", name), "CEL"))
    ilmd = {"cbvmda:lotNumber": name, "cbvmda:descriptionShort": PASTEURISED.name, "tl:descriptionShortEn": PASTEURISED.english}
    event = transformation(
        end,
        "creating_class_instance",
        "in_progress",
        PLANT.at("pasteuriser"),
        inputs=[stored],
        outputs=[(PASTEURISED.lot(name), kilograms, "KGM")],
        ilmd=ilmd,
        sensorElementList=[{"sensorMetadata": metadata, "sensorReport": [held, seconds]}, cooled],
    )
    diary.write(PLANT.key, event | {"tl:program": "72–75 °C / 15 s", "tl:phosphatase": "negative"})
    return Batch(PASTEURISED.lot(name), line, kilograms)
