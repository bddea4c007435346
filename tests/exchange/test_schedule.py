"""When a schedule comes next."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from exchange.schedule import following, read
from ledger_client.errors import InvalidInput

THURSDAY = datetime(2026, 11, 26, 2, 30, 15, 5, UTC)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"hour": "1", "minute": "5"}, ["2026-11-27T01:05:00", "2026-11-28T01:05:00"]),  # the example of the standard: once a day
        ({"hour": "1"}, ["2026-11-27T01:00:00"]),
        ({"minute": "0,30"}, ["2026-11-26T03:00:00", "2026-11-26T03:30:00"]),
        ({"second": "0/30"}, ["2026-11-26T02:30:30", "2026-11-26T02:31:00"]),
        ({"second": "*"}, ["2026-11-26T02:30:16", "2026-11-26T02:30:17"]),
        ({"minute": "*/20", "hour": "[8-9]"}, ["2026-11-26T08:00:00", "2026-11-26T08:20:00", "2026-11-26T08:40:00", "2026-11-26T09:00:00"]),
        ({"dayOfMonth": "31"}, ["2026-12-31T00:00:00", "2027-01-31T00:00:00", "2027-03-31T00:00:00"]),
        ({"dayOfMonth": "29", "month": "2"}, ["2028-02-29T00:00:00", "2032-02-29T00:00:00"]),
        ({"dayOfWeek": "1"}, ["2026-11-30T00:00:00", "2026-12-07T00:00:00"]),
        ({"dayOfWeek": "7", "dayOfMonth": "[1-7]", "hour": "6"}, ["2026-12-06T06:00:00", "2027-01-03T06:00:00"]),  # every field has to fit
        ({"month": "[1-2],12", "dayOfMonth": "1"}, ["2026-12-01T00:00:00", "2027-01-01T00:00:00", "2027-02-01T00:00:00"]),
        ({"hour": "2", "minute": "30", "second": "16"}, ["2026-11-26T02:30:16"]),
        ({"hour": "2", "minute": "30", "second": "15"}, ["2026-11-27T02:30:15"]),
    ],
)
def test_a_schedule_comes_when_every_field_fits(given: dict[str, str], expected: list[str]):
    moment, found = THURSDAY, []
    for _ in expected:
        moment = following(read(given), moment)
        found.append(moment.isoformat().removesuffix("+00:00"))
    assert found == expected


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"minute": "60"}, "schedule.minute"),
        ({"hour": "24"}, "schedule.hour"),
        ({"hour": ""}, "schedule.hour"),
        ({"hour": "1,"}, "schedule.hour"),
        ({"hour": "five"}, "schedule.hour"),
        ({"hour": "[5-3]"}, "schedule.hour"),
        ({"hour": "[5-"}, "schedule.hour"),
        ({"hour": "*/0"}, "schedule.hour"),
        ({"hour": "-1"}, "schedule.hour"),
        ({"hour": "١"}, "schedule.hour"),
        ({"hour": "1," * 200 + "1"}, "schedule.hour"),
        ({"dayOfMonth": "0"}, "schedule.dayOfMonth"),
        ({"dayOfWeek": "8"}, "schedule.dayOfWeek"),
        ({"month": "13"}, "schedule.month"),
        ({"year": "2027"}, "schedule.year"),
        ({"dayOfMonth": "31", "month": "2,4,6"}, "schedule"),
        ({}, "schedule"),
    ],
)
def test_what_is_no_schedule_is_refused_by_its_field(given: dict[str, str], field: str):
    with pytest.raises(InvalidInput) as refused:
        read(given)
    assert refused.value.field == field
    assert refused.value.fix
