"""By when a recall has to begin and to end: 食品召回管理办法 (Measures for Food Recalls, 2015, amended 2020). Pure.

Article 13: a recall begins within 24, 48 or 72 hours of knowing the risk, by its grade. Article 18: it is done within 10, 20 or 30 working
days of its announcement. The case counts the first from when its risk was known, where who opened it said so, and the second from its
opening; working days are Monday to Friday, public holidays are not known here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from recall.models import RecallCase

HOURS = {1: 24, 2: 48, 3: 72}
WORKING_DAYS = {1: 10, 2: 20, 3: 30}
_CHINA = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Deadline:
    """What is due when, and when it was done; None: not yet."""

    what: Literal["start", "finish"]
    due: datetime
    done: datetime | None

    def is_missed(self, moment: datetime) -> bool:
        """Whether it was done too late, or is too late now."""
        return (self.done or moment) > self.due


def deadlines(case: RecallCase) -> tuple[Deadline, Deadline]:
    """Begun is a recall when everything is frozen, or all of it ended before."""
    start = known_at(case) + timedelta(hours=HOURS[case.grade])
    return (
        Deadline("start", start, case.frozen_at or case.closed_at),
        Deadline("finish", after_working_days(case.opened_at, WORKING_DAYS[case.grade]), case.closed_at),
    )


def known_at(case: RecallCase) -> datetime:
    """When the complaint came in, where somebody said so; else the opening."""
    return case.aware_at or case.opened_at


def after_working_days(begun: datetime, days: int) -> datetime:
    """The end of that working day in China."""
    day = begun.astimezone(_CHINA).replace(hour=0, minute=0, second=0, microsecond=0)
    while days:
        day += timedelta(days=1)
        days -= day.weekday() < 5
    return day + timedelta(days=1)
