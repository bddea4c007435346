"""The last day of goods, as the ilmd of the event says that made them (CBV 2.0 section 9.2 lot and instance attributes)."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from typing import Any

_EPOCH = date(1970, 1, 1).toordinal()
ATTRIBUTES = ("itemExpirationDate", "bestBeforeDate", "sellByDate")  # the first that is there counts


def expiry_of(ilmd: Mapping[str, Any]) -> date | None:
    """A date, or the day of a moment as it is written; under any prefix. What is no date is passed over."""
    told = {name.rpartition(":")[2].rpartition("/")[2]: value for name, value in ilmd.items()}
    for name in ATTRIBUTES:
        with suppress(ValueError):
            return date.fromisoformat(str(told.get(name, ""))[:10])
    return None


def day_of(day: date) -> int:
    """A date as the tables have it: days since 1970, to be compared with moments by a division."""
    return day.toordinal() - _EPOCH


def date_of(day: int) -> date:
    """The reverse."""
    return date.fromordinal(day + _EPOCH)
