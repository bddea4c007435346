"""The plant, dry side: filling, release, packing, cold store, dispatch.

Milk of day d is filled after midnight, so its lots are dated d + 1. Limits of the finished milk: GB 19645.
The pilot of serial codes: one case of 24 cartons of each Jersey run carries a code per carton; the rest is traced by lot.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from scripts.demo import agenda, identifiers
from scripts.demo.companies import PLANT, RETAILER
from scripts.demo.corrections import correct
from scripts.demo.diary import Diary, Event
from scripts.demo.events import Amount, aggregation, handover, objects, transactions, transformation
from scripts.demo.plant import Batch
from scripts.demo.products import CARTONS_PER_CASE, CASES_PER_PALLET, FRESH, JERSEY, JERSEY_CASE, PIECES_PER_CASE, Product

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


@dataclass(frozen=True, slots=True)
class Pallet:
    """A pallet bound for the retailer: cartons of one lot, and at times the pilot case with its cartons."""

    code: str
    amount: Amount
    cases: dict[str, tuple[str, ...]] = field(default_factory=dict)


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
    event = _filled(when, where, (source, kilograms, "KGM"), lot, name)
    if day == agenda.EXPIRY_CORRECTED and letter == "A":
        slip = _filled(when, where, (source, kilograms, "KGM"), lot, name)
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
    diary.write(PLANT.key, _filled(when, "line3", (batch.code, batch.kilograms, "KGM"), lot, name))
    return lot


def _filled(when: datetime, line: str, source: Amount, lot: Lot, name: str) -> Event:
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
    return transformation(when, step, PLANT.at(line), inputs=[source], outputs=[rest], pieces=lot.serials, ilmd=ilmd)


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


def dispatch(diary: Diary, day: int, lots: list[Lot]) -> list[Pallet]:
    """Pack, store, and ship two pallets to the retailer; the rest goes to customers outside the consortium."""
    pallets = _palletise(diary, day, lots)
    codes = [pallet.code for pallet in pallets]
    diary.write(PLANT.key, objects(diary.at(day, "27:40"), "storing", "in_progress", PLANT.at("coldstore"), epcs=codes))
    _sell_elsewhere(diary, day, lots, pallets)
    when = diary.at(day, "28:40")
    order = identifiers.transaction(RETAILER.gln, f"PO{when:%y%m%d}")
    papers = transactions(po=order, desadv=identifiers.transaction(PLANT.gln, f"DN{when:%y%m%d}"))
    deal = objects(
        when, "staging_outbound", "in_progress", PLANT.at("dock"), epcs=codes, action="ADD", bizTransactionList=transactions(po=order)
    )
    diary.write(PLANT.key, deal | {"type": "TransactionEvent"})
    left = diary.at(day, "29:14")
    shipped = objects(left, "shipping", "in_transit", PLANT.at("dock"), epcs=codes, bizTransactionList=papers)
    diary.write(PLANT.key, shipped | handover(PLANT, "dock", RETAILER, "dc"))
    return pallets


def _palletise(diary: Diary, day: int, lots: list[Lot]) -> list[Pallet]:
    """One pallet of each common lot; the pilot case rides on the second."""
    fresh = [lot for lot in lots if lot.product is FRESH]
    codes = [identifiers.sscc(PLANT.prefix, 60_000_000 + day * 20 + number) for number in range(len(fresh))]
    jersey = [lot for lot in lots if lot.serials]
    cases = {JERSEY_CASE.serial(diary.serials(1, "case", day)[0]): _packable(diary, day, lot) for lot in jersey}
    labels = [*codes, *cases]
    diary.write(PLANT.key, objects(diary.at(day, "26:44", 2), "commissioning", "active", PLANT.at("packing"), epcs=labels, action="ADD"))
    for case, pieces in cases.items():
        _pack(diary, diary.at(day, "26:50"), case, children=list(pieces))
    amounts: list[Amount] = [(lot.code, CASES_PER_PALLET * CARTONS_PER_CASE, "") for lot in fresh]
    pallets = [Pallet(code, amount, cases if code == codes[-1] else {}) for code, amount in zip(codes, amounts, strict=True)]
    for number, pallet in enumerate(pallets):
        _pack(diary, diary.at(day, f"27:{8 + number * 10:02d}"), pallet.code, children=list(pallet.cases), lots=[pallet.amount])
    return pallets


def _pack(diary: Diary, when: datetime, parent: str, *, children: list[str], lots: list[Amount] | None = None) -> None:
    event = aggregation(when, "packing", "container_closed", PLANT.at("packing"), parent=parent, children=children, lots=lots or [])
    diary.write(PLANT.key, event)


def _packable(diary: Diary, day: int, lot: Lot) -> tuple[str, ...]:
    """The serial cartons that go into the case; a 25th one was voided."""
    void = lot.serials[PIECES_PER_CASE:]
    for code in void:
        when = diary.at(day, "26:42", 1)
        event = objects(when, "decommissioning", "inactive", PLANT.at("packing"), epcs=[code], action="DELETE")
        diary.write(PLANT.key, event | {"tl:reason": "喷码重影,读码器判废", "tl:reasonEn": "double print, rejected by the code reader"})
        diary.marks["void_item"] = code
    return lot.serials[:PIECES_PER_CASE]


def _sell_elsewhere(diary: Diary, day: int, lots: list[Lot], pallets: list[Pallet]) -> None:
    """The larger part of each lot leaves the consortium's sight here; said once per lot, with its amount."""
    gone = {pallet.amount[0]: pallet.amount[1] for pallet in pallets}
    rest: list[Amount] = [(lot.code, lot.pieces - len(lot.serials) - gone.get(lot.code, 0), "") for lot in lots]
    event = objects(diary.at(day, "29:40"), "shipping", "in_transit", PLANT.at("dock"), lots=rest)
    diary.write(PLANT.key, event | {"tl:note": "发往联盟外客户", "tl:noteEn": "to customers outside the consortium"})
