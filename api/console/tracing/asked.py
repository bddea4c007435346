"""What the page is asked for: a text in any spelling, a direction, what narrows the answer. What cannot be read is left out, and told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import get_args

from tracing.answer import Direction
from tracing.narrow import Narrow
from tracing.picture.shapes import By

LONGEST = 2048


@dataclass(frozen=True, slots=True)
class Asked:
    """`typed`: as it stands in the form; `wrong`: fields that could not be read; `by` "": as much collapsed as it takes."""

    text: str
    direction: Direction
    by: By | None
    narrow: Narrow
    typed: Mapping[str, str]
    wrong: Mapping[str, str] = field(default_factory=dict)


def asked_in(query: Mapping[str, str], zone: tzinfo) -> Asked:
    """What an address asks for; days are those of the reader's zone, and `until` is included."""
    typed = {name: text for name in ("since", "until", "place", "product", "step") if (text := query.get(name, "").strip()[:LONGEST])}
    days: dict[str, datetime] = {}
    wrong: dict[str, str] = {}
    for name in ("since", "until"):
        try:
            if name in typed:
                days[name] = datetime.combine(date.fromisoformat(typed[name]), time(), zone).astimezone(UTC)
                days[name] += timedelta(days=name == "until")
        except (ValueError, OverflowError):
            wrong[name] = typed[name][:20]
    return Asked(
        text=query.get("text", "").strip(" \t\r\n")[:LONGEST],
        direction="backward" if query.get("direction") == "backward" else "forward",
        by=next((one for one in get_args(By) if one == query.get("by")), None),
        narrow=Narrow(days.get("since"), days.get("until"), typed.get("place", ""), typed.get("product", ""), typed.get("step", "")),
        typed=typed,
        wrong=wrong,
    )
