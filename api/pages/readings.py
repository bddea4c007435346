"""Sensor readings of one event as a few small values: the range of each measure over all its reports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from api.pages.page import Part
from api.pages.payload import list_in
from api.pages.words import TERMS, Words, bare

VALUES = ("value", "minValue", "maxValue", "meanValue")
MOST = 6  # measures shown; the rest are in the disclosed content


def readings(elements: Sequence[Any], words: Words) -> tuple[Part, ...]:
    """One part for each measure and unit: `2.1–4.3 °C`, with how many readings and whether any was reported out of limits."""
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for report in _reports(elements):
        groups.setdefault((bare(str(report.get("type", ""))), str(report.get("uom", ""))), []).append(report)
    parts = (_part(measure, unit, reports, words) for (measure, unit), reports in groups.items())
    return tuple(part for part in parts if part is not None)[:MOST]


def _reports(elements: Sequence[Any]) -> Iterator[dict[str, Any]]:
    for element in elements:
        if isinstance(element, dict):
            yield from (report for report in list_in(element, "sensorReport") if isinstance(report, dict))


def _part(measure: str, unit: str, reports: list[dict[str, Any]], words: Words) -> Part | None:
    numbers = [Decimal(str(report[name])) for report in reports for name in VALUES if type(report.get(name)) in (int, float, Decimal)]
    if not numbers or not measure:
        return None
    alarm = any(report.get("exception") for report in reports)
    notes = [words.say("event.readings", count=len(reports))] if len(reports) > 1 else []
    notes += [words.say("event.alarm")] if alarm else []
    return Part(words.term("sensor", measure), f"{_range(numbers)} {unit_sign(unit)}".strip(), " · ".join(notes), alarm)


def _range(numbers: Iterable[Decimal]) -> str:
    low, high = min(numbers), max(numbers)
    return _plain(low) if low == high else f"{_plain(low)} – {_plain(high)}"


def _plain(number: Decimal) -> str:
    text = f"{number.normalize():f}"
    return text.replace("-", "−")


def unit_sign(code: str) -> str:
    """The sign of a UN/ECE Recommendation 20 unit; one that we have none for stands as it is."""
    return str(TERMS["unit"].get(code, code))
