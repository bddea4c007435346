"""The carrier: a tanker from the farm, a reefer to the distribution centre, a van to the shops; loggers ride along.

210 km farm to plant, 105 km plant to distribution centre, 25–60 km round the shops. Legal limit for fresh milk on the road: 6 °C.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from scripts.demo import agenda, identifiers
from scripts.demo.companies import CARRIER, FARM, LOGGERS, PLANT, REEFER, RETAILER, TANKER, VAN
from scripts.demo.diary import Diary
from scripts.demo.events import Amount, aggregation, objects, temperature, transactions

EVERY_MINUTES = 30  # the loggers sum up half an hour


def logger_of(truck: str) -> str:
    """The data logger that is built into `truck`."""
    return identifiers.asset(CARRIER.prefix, LOGGERS[truck])


def install_loggers(diary: Diary, day: int) -> None:
    """Each truck's calibrated logger is tied to it; the carrier repeats that after each calibration."""
    for truck in LOGGERS:
        _associate(diary, diary.at(day, "03:30"), truck, logger_of(truck), "installing", "ADD", CARRIER.at("workshop"))


def calibrate_loggers(diary: Diary, day: int) -> None:
    """Taken out for calibration and put back the same morning."""
    for truck in LOGGERS:
        _associate(diary, diary.at(day, "00:10"), truck, logger_of(truck), "removing", "DELETE", CARRIER.at("workshop"))
    install_loggers(diary, day)


def tanker_trip(diary: Diary, day: int, lots: list[Amount]) -> None:
    """Farm to plant in the evening; four compartments, so that each raw lot stays by itself."""
    left, arrived = diary.at(day, "18:36"), diary.at(day, "21:18")
    load(diary, diary.at(day, "18:05"), TANKER, FARM.at("dock"), lots=lots)
    _depart(diary, left, TANKER, FARM.at("dock"), f"TK{left:%y%m%d}")
    late = arrived + timedelta(days=3) if day == agenda.LATE_UPLOAD else None
    by_hand = lots if late else []  # read out by hand afterwards, with the lots it was about
    _series(diary, TANKER, left, arrived, PLANT.at("intake"), (2.6, 4.6), lots=by_hand, captured_at=late)
    if late:
        diary.marks["late_upload"] = lots[0][0]
    unload(diary, diary.at(day, "22:16"), TANKER, PLANT.at("intake"))  # pumped empty: all children leave (EPCIS 2.0, 7.4.3)


def reefer_trip(diary: Diary, day: int, pallets: list[str]) -> None:
    """Plant to distribution centre at dawn; a second logger rides on the first pallet."""
    left, arrived = diary.at(day, "05:28"), diary.at(day, "07:08")
    rider = identifiers.asset(CARRIER.prefix, f"TL-{2100 + day % 6}")
    _associate(diary, diary.at(day, "04:50"), pallets[0], rider, "installing", "ADD", PLANT.at("dock"))
    load(diary, diary.at(day, "05:05"), REEFER, PLANT.at("dock"), units=pallets)
    _depart(diary, left, REEFER, PLANT.at("dock"), f"RF{left:%y%m%d}")
    warm = day == agenda.EXCURSION + 1
    _series(diary, REEFER, left, arrived, RETAILER.at("dc"), (2.8, 4.9), units=pallets, warm=warm)
    unload(diary, diary.at(day, "07:18"), REEFER, RETAILER.at("dc"), units=pallets)
    _associate(diary, diary.at(day, "07:28", 4), pallets[0], rider, "removing", "DELETE", RETAILER.at("dc"))


def shop_round(diary: Diary, day: int, drops: list[tuple[str, datetime]], goods: dict[str, tuple[list[Amount], list[str]]]) -> None:
    """Distribution centre to three shops; `goods` per shop: amounts of lots, and cases."""
    left, back = diary.at(day, "08:40"), drops[-1][1] + timedelta(minutes=9)
    everything: dict[str, Amount] = {}
    for lots, _ in goods.values():
        for code, amount, unit in lots:
            everything[code] = (code, everything.get(code, (code, 0, unit))[1] + amount, unit)
    units = [case for _, cases in goods.values() for case in cases]
    load(diary, left, VAN, RETAILER.at("dc"), units=units, lots=list(everything.values()))
    for shop, when in drops:
        unload(diary, when, VAN, RETAILER.at(shop), units=goods[shop][1], lots=goods[shop][0])
    _series(diary, VAN, left, back, RETAILER.at(drops[-1][0]), (3.1, 5.6))


def load(diary: Diary, when: datetime, truck: str, place: str, *, units: list[str] | None = None, lots: list[Amount] | None = None) -> None:
    """Goods into `truck`."""
    diary.write(CARRIER.key, aggregation(when, "loading", "in_progress", place, parent=truck, children=units or [], lots=lots or []))


def unload(
    diary: Diary, when: datetime, truck: str, place: str, *, units: list[str] | None = None, lots: list[Amount] | None = None
) -> None:
    """Goods out of `truck`."""
    diary.write(
        CARRIER.key,
        aggregation(when, "unloading", "in_progress", place, parent=truck, children=units or [], lots=lots or [], action="DELETE"),
    )


def _depart(diary: Diary, when: datetime, truck: str, place: str, waybill: str) -> None:
    papers = transactions(bol=identifiers.transaction(CARRIER.gln, waybill))
    diary.write(CARRIER.key, objects(when, "departing", "in_transit", place, epcs=[truck], bizTransactionList=papers))


def _associate(diary: Diary, when: datetime, parent: str, logger: str, step: str, action: str, place: str) -> None:
    event = aggregation(when, step, "", place, parent=parent, children=[logger], action=action, kind="AssociationEvent")
    diary.write(CARRIER.key, event)


def _series(
    diary: Diary,
    truck: str,
    start: datetime,
    end: datetime,
    place: str,
    band: tuple[float, float],
    *,
    units: list[str] | None = None,
    lots: list[Amount] | None = None,
    warm: bool = False,
    captured_at: datetime | None = None,
) -> None:
    """The trip's temperatures, half hour by half hour, reported on arrival; a warm spell is reported as it was."""
    spans = [start + timedelta(minutes=EVERY_MINUTES * n) for n in range(-((start - end) // timedelta(minutes=EVERY_MINUTES)))]
    ends = [*spans[1:], end]
    series = [_half_hour(diary, truck, span, band, _warmth(n) if warm else 0.0) for n, span in enumerate(zip(spans, ends, strict=True))]
    more: dict[str, Any] = {"sensorElementList": series}
    if warm:
        more["tl:deviation"] = {
            "tl:cause": "制冷机组低压保护停机,在高速服务区重启后恢复",
            "tl:causeEn": "refrigeration unit tripped on low pressure, restarted at a service area",
            "tl:minutesAboveLimit": 38,
            "tl:limitCelsius": 6,
        }
    event = objects(end, "arriving", "in_transit", place, epcs=[truck, *(units or [])], lots=lots or [], **more)
    diary.write(CARRIER.key, event, captured_at=captured_at)


def _warmth(half_hour: int) -> float:
    """How much warmer the air was than usual: the unit stood still in the second half hour and recovered in the third."""
    return (0.0, 4.1, 2.2, 0.4)[min(half_hour, 3)]


def _half_hour(diary: Diary, truck: str, span: tuple[datetime, datetime], band: tuple[float, float], warmer: float) -> dict[str, Any]:
    low, high = band
    mean = diary.about(low + 0.6, high - 0.6, "trip", truck, span[0]) + warmer * 0.7
    least, most = mean - 0.4 - warmer * 0.4, mean + 0.5 + warmer * 0.4
    return temperature(logger_of(truck), *span, round(least, 1), round(mean, 1), round(most, 1))
