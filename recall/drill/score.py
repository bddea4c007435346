"""Points for the figures of a drill: one table, whose rules are told in docs/recall.md. Pure functions of whole numbers.

Sources, as far as they could be read: BRCGS Food Safety issue 9, 3.9.3 (traceability within 4 hours, tested at least yearly, as quoted by
IFSQN) and 3.11.3 (recall tested at least yearly); SQF edition 9, 2.6.3 (tested at least yearly). The points are our own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

TABLE = "1"  # of the rules below: goes up when one of them changes
HOURS = 3600
TRACED_WITHIN = 4 * HOURS  # seconds
NOTIFIED_WITHIN = 4 * HOURS
ENOUGH = 80  # points, of 100

Figures = Mapping[str, int]  # name -> whole number; what did not happen is left out


class Line(NamedTuple):
    """What one criterion brought."""

    criterion: str
    points: int
    most: int


class Score(NamedTuple):
    """All of it. `passed`: enough points, traced in time, and every unit located."""

    lines: tuple[Line, ...]
    points: int
    most: int
    passed: bool


def score(found: Figures) -> Score:
    """The points for some figures."""
    lines = tuple(Line(name, rule(found, most), most) for name, most, rule in RULES)
    points = sum(line.points for line in lines)
    musts = _traced(found, 1) == 1 and found.get("unitsLocated", 0) == found.get("unitsAffected", 0)
    return Score(lines, points, sum(line.most for line in lines), passed=points >= ENOUGH and musts)


def _traced(found: Figures, most: int) -> int:
    """All within four hours, half within a day."""
    seconds = found.get("secondsToAffectedSet")
    if seconds is None or seconds > 24 * HOURS:
        return 0
    return most if seconds <= TRACED_WITHIN else most // 2


def _complete(found: Figures, most: int) -> int:
    return most if found.get("openEnds", 0) == 0 else 0


def _located(found: Figures, most: int) -> int:
    return _share(found.get("unitsLocated", 0), found.get("unitsAffected", 0), most)


def _notified(found: Figures, most: int) -> int:
    return _share(found.get("ownersNotifiedInTime", 0), found.get("owners", 0), most)


def _answered(found: Figures, most: int) -> int:
    return _share(found.get("ownersAnsweredInTime", 0), found.get("owners", 0), most)


def _adds_up(found: Figures, most: int) -> int:
    return _share(found.get("amountsAddingUp", 0), found.get("amountsToCount", 0), most)


def _share(part: int, whole: int, most: int) -> int:
    """Rounded down: full points for all of it only."""
    return most * min(part, whole) // whole if whole > 0 else most


Rule = Callable[[Figures, int], int]
RULES: tuple[tuple[str, int, Rule], ...] = (
    ("traced", 20, _traced),
    ("complete", 10, _complete),
    ("located", 25, _located),
    ("notified", 15, _notified),
    ("answered", 15, _answered),
    ("adds_up", 15, _adds_up),
)
