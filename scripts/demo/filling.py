"""The plant, dry side: filling and release.

Milk of day d is filled after midnight, so its lots are dated d + 1. Limits of the finished milk: GB 19645.
The pilot of serial codes: one case of 24 cartons of each Jersey run carries a code per carton; the rest is traced by lot.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from scripts.demo import agenda, identifiers
from scripts.demo.companies import PLANT
from scripts.demo.corrections import correct
from scripts.demo.diary import Diary, Event
from scripts.demo.events import Amount, objects, reading, transactions, transformation
from scripts.demo.plant import Batch
from scripts.demo.products import FRESH, JERSEY, PIECES_PER_CASE, Product

FILL_LOSS = 0.012  # start-up, line change and overfill
LINES = (("A", "line1", "25:58"), ("B", "line2", "26:14"))


@dataclass(frozen=True, slots=True)
class Lot:
    """A filled lot: `pieces` of `product`, of which `serials` carry their own code."""

    code: str
    product: Product
    pieces: int
    expiry: str
    serials: tuple[str, ...] = ()


def bottle(diary: Diary, day: int, batches: list[Batch]) -> list[Lot]:
    """Fill the batches: the common one on two lines, the Jersey one on its own."""
    lots: list[Lot] = []
    for batch in batches:
        if batch.line == "J":
            lots.append(_fill_jersey(diary, day, batch))
        else:
            halves = (batch.kilograms // 2, batch.kilograms - batch.kilograms // 2)
            lots += [_fill(diary, day, batch.code, kilograms, line) for kilograms, line in zip(halves, LINES, strict=True)]
    _release(diary, day, lots)
    return lots


def _fill(diary: Diary, day: int, source: str, kilograms: int, line: tuple[str, str, str]) -> Lot:
    letter, where, clock = line
    when = diary.at(day, clock)
    pieces = int(kilograms * (1 - FILL_LOSS) / FRESH.kilograms)
    name = f"L{when:%y%m%d}{letter}"
    lot = Lot(FRESH.lot(name), FRESH, pieces, _expiry(when, FRESH.shelf_days))
    event = _filled(diary, when, where, (source, kilograms, "KGM"), lot, name)
    if day == agenda.EXPIRY_CORRECTED and letter == "A":
        slip = _filled(diary, when, where, (source, kilograms, "KGM"), lot, name)
        slip["ilmd"] = slip["ilmd"] | {"cbvmda:itemExpirationDate": _expiry(when, FRESH.shelf_days + 10)}
        diary.write(PLANT.key, slip)
        correct(diary, PLANT.key, slip, event, when + timedelta(hours=2, minutes=30))
        diary.marks["expiry_corrected_lot"] = lot.code
    else:
        diary.write(PLANT.key, event)
    if day == agenda.PERFECT and letter == "A":
        diary.marks["lot"] = lot.code
    return lot


def _fill_jersey(diary: Diary, day: int, batch: Batch) -> Lot:
    """One carton more than a case where one will be voided for its misprint."""
    when = diary.at(day, "24:50")
    pieces = int(batch.kilograms * (1 - FILL_LOSS) / JERSEY.kilograms)
    name = f"J{when:%y%m%d}"
    count = PIECES_PER_CASE + (1 if day == agenda.VOIDED else 0)
    serials = tuple(JERSEY.serial(number) for number in diary.serials(count, "piece", day))
    lot = Lot(JERSEY.lot(name), JERSEY, pieces, _expiry(when, JERSEY.shelf_days), serials)
    diary.write(PLANT.key, _filled(diary, when, "line3", (batch.code, batch.kilograms, "KGM"), lot, name))
    return lot


def _filled(diary: Diary, when: datetime, line: str, source: Amount, lot: Lot, name: str) -> Event:
    """The lot and its serial cartons come to be; `ilmd` holds for all of them."""
    ilmd = {
        "cbvmda:lotNumber": name,
        "cbvmda:itemExpirationDate": lot.expiry,
        "cbvmda:descriptionShort": lot.product.name,
        "tl:descriptionShortEn": lot.product.english,
        "tl:productionDate": f"{when:%Y-%m-%d}",
        "tl:netContent": lot.product.net_content,
        "tl:storage": "2–6 ℃ 冷藏",
    }
    rest = (lot.code, lot.pieces - len(lot.serials), "")
    step = "commissioning" if lot.serials else "creating_class_instance"
    event = transformation(when, step, "active", PLANT.at(line), inputs=[source], outputs=[rest], pieces=lot.serials, ilmd=ilmd)
    degrees = diary.about(3.0, 4.6, "filler", name)
    return event | {"sensorElementList": [reading(identifiers.asset(PLANT.prefix, f"TH-{line}"), when, ("Temperature", degrees, "CEL"))]}


def _expiry(when: datetime, days: int) -> str:
    return f"{when + timedelta(days=days):%Y-%m-%d}"


def _release(diary: Diary, day: int, lots: list[Lot]) -> None:
    """Released on the quick tests of the night; the cultures confirm it two days later."""
    when = diary.at(day, "26:36", 3)
    quick = {"tl:test": "感官、净含量、密封、磷酸酶、脂肪蛋白", "tl:testEn": "senses, net content, seal, phosphatase, fat and protein"}
    amounts: list[Amount] = [(lot.code, lot.pieces - len(lot.serials), "") for lot in lots]
    serials = [code for lot in lots for code in lot.serials]
    _judge(diary, when, "Q", amounts, quick | {"tl:result": "pass"}, serials)
    cultures = {
        "tl:test": "菌落总数、大肠菌群、金黄色葡萄球菌、沙门氏菌",
        "tl:testEn": "plate count, coliforms, Staphylococcus aureus, Salmonella",
        "tl:rule": "GB 19645",
        "tl:result": "pass",
        "tl:plateCountPerMl": diary.dice("culture", day).randrange(2, 40) * 100,
    }
    _judge(diary, diary.at(day + 3, "10:30"), "M", [(lot.code, 5, "") for lot in lots], cultures, [])
    if day == agenda.PERFECT:
        kept = {
            "tl:test": "留样:保质期满感官与微生物复核",
            "tl:testEn": "retained sample: senses and cultures after shelf life",
            "tl:result": "pass",
        }
        for lot in lots:
            when = diary.at(agenda.LAST, "10:00")
            _judge(diary, when, f"K{lot.product.gtin[-3:-1]}{lot.code[-1]}", [(lot.code, 2, "")], kept, [])


def _judge(diary: Diary, when: datetime, report: str, amounts: list[Amount], result: dict[str, Any], serials: list[str]) -> None:
    papers = transactions(testres=identifiers.document(PLANT.prefix, 12, f"{when:%y%m%d}{report}"))
    where = PLANT.at("laboratory")
    event = objects(when, "inspecting", "conformant", where, epcs=serials, lots=amounts, bizTransactionList=papers)
    diary.write(PLANT.key, event | {"tl:inspection": result})
