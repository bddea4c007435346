"""What the console says, in one language and in the reader's time zone.

Texts are data: `texts/<area>.json`, each key `<area>.…` with its zh and en. CBV terms, dates and spans are read as on the other pages.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from api.pages.words import TERMS, Language, Words, zone

FOLDER = Path(__file__).parent / "texts"
_UNITS = (("years", timedelta(days=365)), ("days", timedelta(days=1)), ("hours", timedelta(hours=1)), ("minutes", timedelta(minutes=1)))


@dataclass(frozen=True, slots=True)
class ConsoleWords(Words):
    """The console's words at one moment. Moments are told in `zone`, how long ago is counted from `now`."""

    zone: tzinfo = UTC
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def texts(self) -> Mapping[str, str]:
        """Every text of the console by its key."""
        return texts()[self.language]

    def clock(self, when: datetime) -> str:
        """`2026-09-01 06:10` in the reader's zone: sorts by eye, reads in any language."""
        return f"{when.astimezone(self.zone):%Y-%m-%d %H:%M}"

    def exact(self, when: datetime) -> str:
        """To the second, with the zone."""
        local = when.astimezone(self.zone)
        return f"{local:%Y-%m-%d %H:%M:%S} {zone(local)}"

    def ago(self, when: datetime) -> str:
        """How long before now, or from now, in the largest unit; within a minute it is just now."""
        passed = self.now - when
        name, count = next(((name, abs(passed) // unit) for name, unit in _UNITS if abs(passed) >= unit), ("now", 0))
        if name == "now":
            return self.say("frame.ago.now")
        return self.say(f"frame.ago.{name}" if passed > timedelta() else f"frame.in.{name}", count=count)

    def zone_name(self) -> str:
        """What the page's foot says of its times: `Asia/Shanghai (UTC+8)`."""
        offset = zone(self.now.astimezone(self.zone))
        return f"{self.zone.key} ({offset})" if isinstance(self.zone, ZoneInfo) and self.zone.key != offset else offset

    def number(self, value: int) -> str:
        """Digits in groups of three."""
        return f"{value:,}"

    def amount(self, quantity: Decimal | str, uom: str) -> str:
        """`8,916 kg`; without a unit pieces: `432 件`."""
        number, unit = f"{Decimal(quantity):,f}", TERMS["unit"].get(uom, uom)
        return f"{number} {unit}" if unit else self.say("frame.pieces", count=number)


@cache
def texts() -> Mapping[Language, Mapping[str, str]]:
    """Language -> key -> text, out of all files."""
    return merged(FOLDER.glob("*.json"))


def merged(files: Iterable[Path]) -> dict[Language, dict[str, str]]:
    """The texts of some files; each key begins with its file's name, so no two files hold the same. ValueError where that fails."""
    found: dict[Language, dict[str, str]] = {"zh": {}, "en": {}}
    for path in sorted(files):
        for key, text in json.loads(path.read_text()).items():
            if not key.startswith(path.stem + "."):
                raise ValueError(f"{path.name}: {key} must begin with {path.stem}.")
            for language, known in found.items():
                known[key] = text[language]
    return found
