"""The diary that the companies write into, and the dice that make their days differ.

Everything is a function of (start, seed): `at` gives times, `dice` gives a generator of random numbers for one named purpose,
so that a change in one corner of the story leaves the numbers of all others as they were.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from random import Random
from typing import Any

Event = dict[str, Any]
CHINA = timezone(timedelta(hours=8))
UPLOAD_MINUTES = {"farm": 180, "plant": 120, "carrier": 180, "retailer": 180}  # how often each company's system uploads
SERIAL_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # nothing that reads like something else


@dataclass(frozen=True, slots=True)
class Entry:
    """One upload: `document` is an EPCIS 2.0 document that `member` captured at `captured_at` (+08:00)."""

    member: str
    captured_at: datetime
    document: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Note:
    """One event in the diary, with the time of its upload."""

    member: str
    captured_at: datetime
    event: Event


@dataclass
class Diary:
    """Collects what happens; `start` is the first midnight in China, `marks` the codes that the showcase speaks of."""

    start: datetime
    seed: str
    notes: list[Note] = field(default_factory=list)
    marks: dict[str, str] = field(default_factory=dict)
    reserve: list[tuple[str, float, str]] = field(default_factory=list)  # that the distribution centre kept back until tomorrow

    def at(self, day: int, clock: str, spread: int = 8) -> datetime:
        """Day `day` (from 0) at about `clock` ("HH:MM"), up to `spread` minutes later."""
        hour, minute = clock.split(":")
        late = self.dice("at", day, clock).randrange(spread * 60 + 1) if spread else 0
        return self.start + timedelta(days=day, hours=int(hour), minutes=int(minute), seconds=late)

    def dice(self, *purpose: object) -> Random:
        """A generator for one purpose; equal purposes give equal numbers."""
        return Random("/".join(map(str, (self.seed, *purpose))))  # noqa: S311 - a story, not a secret

    def about(self, low: float, high: float, *purpose: object, digits: int = 1) -> float:
        """A number between `low` and `high`, most likely in the middle."""
        return round(self.dice(*purpose).triangular(low, high), digits)

    def serials(self, count: int, *purpose: object) -> list[str]:
        """`count` different serial numbers of ten characters that nobody can count on."""
        dice = self.dice("serials", *purpose)
        return ["".join(dice.choices(SERIAL_LETTERS, k=10)) for _ in range(count)]

    def write(self, member: str, event: Event, captured_at: datetime | None = None) -> Event:
        """Note `event`; without `captured_at` it goes with the company's next regular upload."""
        happened = datetime.fromisoformat(event["eventTime"])
        self.notes.append(Note(member, captured_at or self._next_upload(member, happened), event))
        return event

    def _next_upload(self, member: str, happened: datetime) -> datetime:
        minutes = UPLOAD_MINUTES[member]
        passed = (happened - self.start) // timedelta(minutes=minutes)
        return self.start + timedelta(minutes=minutes * (passed + 1) + 5)


def split(total: int, shares: Sequence[float]) -> list[int]:
    """`total` pieces in the proportion of `shares`; the last share takes the rest."""
    parts = [int(total * share / sum(shares)) for share in shares[:-1]]
    return [*parts, total - sum(parts)]
