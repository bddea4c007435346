"""When a scheduled subscription runs: the schedule of EPCIS 2.0 (query-schedule.json, 8.2.5.3). Pure functions; all times are UTC.

A field holds numbers and ranges with commas between them: `1`, `0,30`, `[8-17]`; also `*`, and steps as cron has them: `*/15`, `0/30`.
A moment has to fit every field. What is coarser than the finest field given and left out may be anything, what is finer is its least
value: `{"hour": "1", "minute": "5"}` is 01:05:00 of every day. Monday is day 1 of the week, Sunday day 7.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta

from ledger_client.errors import InvalidInput
from ledger_client.sentences import sentence

FIELDS = {"second": (0, 59), "minute": (0, 59), "hour": (0, 23), "dayOfMonth": (1, 31), "month": (1, 12), "dayOfWeek": (1, 7)}
LONGEST = 200  # characters of a field
_YEARS = 9  # 29 February comes back within eight
_FINER = ("second", "minute", "hour")
_ELEMENT = re.compile(r"(?:\*|\[(\d{1,2})-(\d{1,2})\]|(\d{1,2})(?:-(\d{1,2}))?)(?:/(\d{1,2}))?", re.ASCII)


def read(given: Mapping[str, str]) -> dict[str, str]:
    """A schedule as it was given, judged; InvalidInput names the field."""
    for name, text in given.items():
        if name not in FIELDS:
            raise InvalidInput(f"schedule.{name}"[:80], "is no field of a schedule", sentence("use {known}", known=", ".join(FIELDS)))
        _values(name, text)
    if not given:
        raise InvalidInput("schedule", "is empty", sentence("give at least one of {known}", known=", ".join(FIELDS)))
    if following(given, datetime(2026, 1, 1, tzinfo=UTC)) is None:
        raise InvalidInput("schedule", "never comes: no month has that day", "choose another dayOfMonth or month")
    return dict(given)


def following(given: Mapping[str, str], after: datetime) -> datetime | None:
    """The first moment of a schedule after another; None if there is none."""
    allowed = {name: _allowed(name, given) for name in FIELDS}
    start = after.astimezone(UTC).replace(microsecond=0) + timedelta(seconds=1)
    for days in range(366 * _YEARS):
        day = start.date() + timedelta(days)
        fits = day.month in allowed["month"] and day.day in allowed["dayOfMonth"] and day.isoweekday() in allowed["dayOfWeek"]
        found = _first(allowed, start.time() if days == 0 else time()) if fits else None
        if found is not None:
            return datetime.combine(day, found, UTC)
    return None


def _first(allowed: Mapping[str, list[int]], since: time) -> time | None:
    """The first time of a day that fits, not before another."""
    for hour in (one for one in allowed["hour"] if one >= since.hour):
        for minute in (one for one in allowed["minute"] if (hour, one) >= (since.hour, since.minute)):
            for second in allowed["second"]:
                if time(hour, minute, second) >= since:
                    return time(hour, minute, second)
    return None


def _allowed(name: str, given: Mapping[str, str]) -> list[int]:
    if name in given:
        return _values(name, given[name])
    least, most = FIELDS[name]
    finer = name in _FINER and not any(one in given for one in _FINER[: _FINER.index(name)])
    return [least] if finer else list(range(least, most + 1))


def _values(name: str, text: str) -> list[int]:
    least, most = FIELDS[name]
    found: set[int] = set()
    for element in text.split(",") if len(text) <= LONGEST else [text]:
        read = _ELEMENT.fullmatch(element.strip())
        if read is None or len(text) > LONGEST:
            raise _wrong(name, text)
        first, last = int(read[1] or read[3] or least), read[2] or read[4]
        end = int(last) if last else most if read[5] or element.strip().startswith("*") else first
        step = int(read[5] or 1)
        if not (least <= first <= end <= most and step):
            raise _wrong(name, text)
        found |= set(range(first, end + 1, step))
    return sorted(found)


def _wrong(name: str, text: str) -> InvalidInput:
    least, most = FIELDS[name]
    told = "write numbers from {least} to {most}, ranges such as [{least}-{most}] or steps such as */5, with commas between them"
    return InvalidInput(f"schedule.{name}", sentence("{text!r} does not say when", text=text[:40]), sentence(told, least=least, most=most))
