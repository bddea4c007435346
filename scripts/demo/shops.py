"""The shops: receiving, opening the pilot case, shelf, till, and what becomes of what is not sold.

Cartons by lot are booked once an evening; cartons with their own code are booked one by one at the till. No shopper is in the data.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from scripts.demo import agenda, identifiers
from scripts.demo.companies import RETAILER, SHOPS
from scripts.demo.corrections import correct, take_back
from scripts.demo.diary import Diary, Event
from scripts.demo.events import Amount, aggregation, objects, reading, transactions
from scripts.demo.products import CARTONS_PER_CASE
from scripts.demo.retailer import Delivery

UNSOLD_PIECES = 3  # of the 24 of a pilot case, at most; they are taken off at their expiry


@dataclass(frozen=True, slots=True)
class Shelf:
    """One shop's pilot cartons: which case they came in, and the day they were put on the shelf."""

    shop: str
    day: int
    pieces: tuple[str, ...]


def sell(diary: Diary, day: int, delivery: Delivery) -> None:
    """Everything that happens in one shop to one morning's delivery."""
    sent, delivery = delivery, _arrived(day, delivery)
    _receive(diary, delivery, short=sent.lots != delivery.lots)
    _sell_by_lot(diary, day, delivery)
    for case, pieces in delivery.cases.items():
        _open(diary, delivery, case, pieces)
        _sell_pieces(diary, Shelf(delivery.shop, day, pieces))


def _arrived(day: int, delivery: Delivery) -> Delivery:
    """What came: all of it, but for one tray on one day."""
    if day != agenda.SHORT or delivery.shop != SHOPS[0]:
        return delivery
    (code, amount, unit), *others = delivery.lots
    return replace(delivery, lots=[(code, amount - CARTONS_PER_CASE, unit), *others])


def _receive(diary: Diary, delivery: Delivery, *, short: bool) -> None:
    when = delivery.when + timedelta(minutes=12)
    where = RETAILER.at(delivery.shop)
    papers = transactions(desadv=identifiers.transaction(RETAILER.gln, f"TR{when:%y%m%d}-{delivery.shop[-1]}"))
    degrees = diary.about(3.0, 5.2, "shop door", when)
    probe = reading(identifiers.asset(RETAILER.prefix, f"PRB-{delivery.shop[-1]}1"), when, ("Temperature", degrees, "CEL"))
    event = objects(when, "receiving", "in_progress", where, epcs=list(delivery.cases), lots=delivery.lots, bizTransactionList=papers)
    told = {"tl:reason": "少到一筐（12 盒）", "tl:reasonEn": "one tray of 12 fewer than was sent"} if short else {}
    diary.write(RETAILER.key, event | {"sensorElementList": [probe], "bizLocation": {"id": where}} | told)


def _open(diary: Diary, delivery: Delivery, case: str, pieces: tuple[str, ...]) -> None:
    """The case is opened and its cartons go into the chiller."""
    when, where = delivery.when + timedelta(minutes=35), RETAILER.at(delivery.shop)
    diary.write(RETAILER.key, aggregation(when, "unpacking", "in_progress", where, parent=case, children=list(pieces), action="DELETE"))
    shelved = objects(when + timedelta(minutes=9), "stocking", "sellable_accessible", where, epcs=list(pieces))
    degrees = diary.about(3.2, 5.4, "chiller", case)
    chiller = reading(identifiers.asset(RETAILER.prefix, f"CH-{delivery.shop[-1]}03"), when, ("Temperature", degrees, "CEL"))
    diary.write(RETAILER.key, shelved | {"bizLocation": {"id": where}, "sensorElementList": [chiller]})


def _sell_by_lot(diary: Diary, day: int, delivery: Delivery) -> None:
    """Two evenings' totals; where a few cartons are left they are written off a day before their last."""
    where = RETAILER.at(delivery.shop)
    has_rest = (day + int(delivery.shop[-1])) % 5 == 0
    first: list[Amount] = []
    second: list[Amount] = []
    rest: list[Amount] = []
    for code, amount, unit in delivery.lots:
        left = diary.dice("left", delivery.shop, code).randrange(2, 8) if has_rest else 0
        evening = int(amount * diary.about(0.55, 0.7, "till", delivery.shop, code, digits=3))
        first.append((code, evening, unit))
        second.append((code, amount - evening - left, unit))
        rest.append((code, left, unit))
    for later, sold in enumerate((first, second)):
        diary.write(RETAILER.key, objects(diary.at(day + later, "21:38"), "retail_selling", "retail_sold", where, lots=sold))
    if has_rest:
        _write_off(diary, diary.at(day + 6, "20:40"), where, lots=rest)


def _sell_pieces(diary: Diary, shelf: Shelf) -> None:
    """One sale a carton over the next days; the run's special carton has its own fate."""
    run = shelf.day - 1
    where = RETAILER.at(shelf.shop)
    kept = diary.dice("unsold", shelf.day).randrange(UNSOLD_PIECES + 1)
    sold, unsold = shelf.pieces[: len(shelf.pieces) - kept], shelf.pieces[len(shelf.pieces) - kept :]
    for number, piece in enumerate(sold):
        if run == agenda.PERFECT and number == 0:
            _till(diary, piece, diary.at(shelf.day + 7, "18:24"), where)
            diary.marks["item"] = piece
        elif run == agenda.SALE_CORRECTED and number == 4:
            _sell_under_wrong_shop(diary, piece, shelf)
        elif run == agenda.SALE_CORRECTED and number == 9:
            _sell_by_mistake(diary, piece, shelf)
        else:
            _till(diary, piece, _moment(diary, shelf.day, piece), where)
        if run == agenda.RETURNED and number == 11:
            _bring_back(diary, piece, where, shelf.day)
    if unsold:
        last = 6 if run == agenda.EXCURSION else 9  # the warm trip cost three days of shelf life
        _write_off(diary, diary.at(shelf.day + last, "20:50"), where, epcs=list(unsold))


def _moment(diary: Diary, day: int, piece: str) -> datetime:
    """Most cartons go within two days; people shop after work and before lunch."""
    dice = diary.dice("sale", piece)
    later = dice.choices((0, 1, 2, 3, 4, 5), (30, 28, 18, 12, 8, 4))[0]
    hour = dice.choices((12, 15, 17, 18, 19, 20), (2, 1, 4, 5, 4, 2))[0]
    return diary.start + timedelta(days=day + later, hours=hour, minutes=dice.randrange(60), seconds=dice.randrange(60))


def _till(diary: Diary, piece: str, when: datetime, where: str) -> Event:
    return diary.write(RETAILER.key, _sale(piece, when, where))


def _sale(piece: str, when: datetime, where: str) -> Event:
    return objects(when, "retail_selling", "retail_sold", where, epcs=[piece])


def _sell_under_wrong_shop(diary: Diary, piece: str, shelf: Shelf) -> None:
    """A replaced till still had the settings of another shop; corrected next morning."""
    when = _moment(diary, shelf.day, piece)
    other = SHOPS[(SHOPS.index(shelf.shop) + 1) % len(SHOPS)]
    wrong = _till(diary, piece, when, RETAILER.at(other))
    morning = when.replace(hour=9, minute=12, second=0) + timedelta(days=1)
    correct(diary, RETAILER.key, wrong, _sale(piece, when, RETAILER.at(shelf.shop)), morning)
    diary.marks["corrected_item"] = piece


def _sell_by_mistake(diary: Diary, piece: str, shelf: Shelf) -> None:
    """Scanned at the till and put back: declared not to have occurred; sold to somebody else two days later."""
    when = diary.at(shelf.day, "17:31")
    wrong = _till(diary, piece, when, RETAILER.at(shelf.shop))
    take_back(diary, RETAILER.key, wrong, when + timedelta(minutes=44))
    _till(diary, piece, diary.at(shelf.day + 2, "18:46"), RETAILER.at(shelf.shop))
    diary.marks["unsold_item"] = piece


def _bring_back(diary: Diary, piece: str, where: str, day: int) -> None:
    """A shopper brings back a bloated carton: taken in, looked at, destroyed; never sold again."""
    when = diary.at(day + 7, "10:12")
    papers = transactions(rma=identifiers.transaction(RETAILER.gln, f"RM{when:%y%m%d}-1"))
    back = objects(when, "receiving", "returned", where, epcs=[piece], bizTransactionList=papers)
    diary.write(RETAILER.key, back | {"tl:reason": "顾客反映胀包", "tl:reasonEn": "shopper reports a bloated carton"})
    seen = objects(when + timedelta(minutes=30), "inspecting", "non_conformant", where, epcs=[piece], bizTransactionList=papers)
    found = {"tl:result": "fail", "tl:finding": "封口处轻微渗漏", "tl:findingEn": "slight leak at the seal"}
    diary.write(RETAILER.key, seen | {"tl:inspection": found})
    end = objects(when + timedelta(hours=7), "destroying", "destroyed", where, epcs=[piece], action="DELETE", bizTransactionList=papers)
    diary.write(RETAILER.key, end)
    diary.marks["returned_item"] = piece


def _write_off(diary: Diary, when: datetime, where: str, *, epcs: list[str] | None = None, lots: list[Amount] | None = None) -> None:
    """At the end of their shelf life: off the shelf, then destroyed."""
    if not epcs and not lots:
        return
    found = objects(when, "stock_taking", "expired", where, epcs=epcs or [], lots=lots or [])
    diary.write(RETAILER.key, found)
    gone = objects(when + timedelta(minutes=40), "destroying", "destroyed", where, epcs=epcs or [], lots=lots or [], action="DELETE")
    diary.write(RETAILER.key, gone)
    if epcs:
        diary.marks.setdefault("expired_item", epcs[0])
