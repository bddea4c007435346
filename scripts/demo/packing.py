"""The plant, last part: cases, pallets, cold store, dispatch.

Two pallets a day go to the retailer of the consortium, the rest to customers outside it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from scripts.demo import identifiers
from scripts.demo.companies import CUSTOMER, PLANT, RETAILER
from scripts.demo.diary import Diary
from scripts.demo.events import Amount, aggregation, handover, objects, transactions
from scripts.demo.filling import Lot
from scripts.demo.products import CARTONS_PER_CASE, CASES_PER_PALLET, FRESH, JERSEY_CASE, PIECES_PER_CASE


@dataclass(frozen=True, slots=True)
class Pallet:
    """A pallet bound for the retailer: cartons of one lot, and at times the pilot case with its cartons."""

    code: str
    amount: Amount
    cases: dict[str, tuple[str, ...]] = field(default_factory=dict)


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
        when, "staging_outbound", "container_closed", PLANT.at("dock"), epcs=codes, action="ADD", bizTransactionList=transactions(po=order)
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
    labelled = diary.at(day, "26:44", 2)
    diary.write(PLANT.key, objects(labelled, "commissioning", "active", PLANT.at("packing"), epcs=codes, action="ADD"))
    for (case, pieces), lot in zip(cases.items(), jersey, strict=True):
        _label_case(diary, labelled + timedelta(minutes=2), case, lot)
        _pack(diary, diary.at(day, "26:50"), case, children=list(pieces))
    amounts: list[Amount] = [(lot.code, CASES_PER_PALLET * CARTONS_PER_CASE, "") for lot in fresh]
    pallets = [Pallet(code, amount, cases if code == codes[-1] else {}) for code, amount in zip(codes, amounts, strict=True)]
    for number, pallet in enumerate(pallets):
        _pack(diary, diary.at(day, f"27:{8 + number * 10:02d}"), pallet.code, children=list(pallet.cases), lots=[pallet.amount])
    return pallets


def _label_case(diary: Diary, when: datetime, case: str, lot: Lot) -> None:
    ilmd = {
        "cbvmda:lotNumber": lot.code.rpartition("/")[2],
        "cbvmda:itemExpirationDate": lot.expiry,
        "cbvmda:descriptionShort": JERSEY_CASE.name,
        "tl:descriptionShortEn": JERSEY_CASE.english,
    }
    diary.write(PLANT.key, objects(when, "commissioning", "active", PLANT.at("packing"), epcs=[case], action="ADD", ilmd=ilmd))


def _pack(diary: Diary, when: datetime, parent: str, *, children: list[str], lots: list[Amount] | None = None) -> None:
    event = aggregation(when, "packing", "in_progress", PLANT.at("packing"), parent=parent, children=children, lots=lots or [])
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
    event |= {"destinationList": [{"type": "owning_party", "destination": CUSTOMER.party}]}
    diary.write(PLANT.key, event | {"tl:note": "发往联盟外客户", "tl:noteEn": "to customers outside the consortium"})
