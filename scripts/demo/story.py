"""Merges the four companies' days into one history of uploads, in the order in which they were captured.

Day d: milking, tanker, gate tests, silo, pasteuriser (farm, carrier, plant).
Day d + 1: filling, packing, reefer, distribution, shops (filling, packing, carrier, retailer, shops).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import groupby

from scripts.demo import agenda, carrier, farm, filling, packing, plant, retailer, shops
from scripts.demo.companies import COMPANIES, RETAILER
from scripts.demo.diary import CHINA, Diary, Entry, Event, Note
from scripts.demo.document import envelope
from scripts.demo.masterdata import vocabularies

SEED = "澄露"


def history(start: datetime, days: int = 60, seed: str = SEED) -> Iterator[Entry]:
    """Every upload of the first `days` days from midnight (China) of `start`'s date on, by `captured_at`."""
    notes = sorted(tell(start, days, seed).notes, key=lambda note: (note.captured_at, note.member))
    end = midnight(start) + timedelta(days=days)
    new = {company.key: company for company in COMPANIES}
    for (captured_at, member), upload in groupby(notes, key=lambda note: (note.captured_at, note.member)):
        if captured_at > end:
            return
        company = new.pop(member, None)
        yield Entry(member, captured_at, envelope(_events(upload), captured_at, vocabularies(company) if company else None))


def tell(start: datetime, days: int, seed: str) -> Diary:
    """The diary of all companies; it may run past the last day, as milk that was bought then is sold later."""
    diary = Diary(midnight(start), seed)
    for day in range(days):
        _live(diary, day)
    _send_twice(diary)
    return diary


def midnight(start: datetime) -> datetime:
    """00:00 in China on the day of `start`, which must carry a time zone."""
    if start.tzinfo is None:
        raise ValueError("start: has no time zone — give an aware datetime")
    return start.astimezone(CHINA).replace(hour=0, minute=0, second=0, microsecond=0)


def _live(diary: Diary, day: int) -> None:
    """The milk of one day, from the cow to the till."""
    if day == 0:
        carrier.install_loggers(diary, day)
    if day == 30:
        carrier.calibrate_loggers(diary, day)
    raw = farm.milk_delivery(diary, day)
    carrier.tanker_trip(diary, day, [lot.amount for lot in raw])
    accepted = plant.take_in(diary, day, raw)
    lots = filling.bottle(diary, day, plant.process(diary, day, accepted))
    pallets = packing.dispatch(diary, day, lots)
    if day == agenda.PERFECT:
        diary.marks["pallet"] = pallets[-1].code
    carrier.reefer_trip(diary, day + 1, [pallet.code for pallet in pallets])
    for delivery in retailer.distribute(diary, day + 1, pallets):
        shops.sell(diary, day + 1, delivery)


def _send_twice(diary: Diary) -> None:
    """A handheld repeats its last message: the retailer's first upload of that day holds one event twice."""
    morning = diary.start + timedelta(days=agenda.SENT_TWICE)
    same_day = [note for note in diary.notes if note.member == RETAILER.key and morning < note.captured_at < morning + timedelta(days=1)]
    if same_day:
        first = min(same_day, key=lambda note: note.captured_at)
        diary.notes.append(Note(first.member, first.captured_at, first.event))


def _events(upload: Iterator[Note]) -> list[Event]:
    """The events of one upload, oldest first."""
    return sorted((note.event for note in upload), key=lambda event: str(event["eventTime"]))
