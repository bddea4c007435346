"""Points for the figures of a drill: one table, whose rules are told in docs/recall.md. Pure functions of figures and amounts.

Sources, as far as they could be read: BRCGS Food Safety issue 9, 3.9.3 (traceability within 4 hours, tested at least yearly, as quoted by
IFSQN) and 3.11.3 (recall tested at least yearly); SQF edition 9, 2.6.3 (tested at least yearly). The points are our own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from recall.drill.quantity import Quantity, of_json

TABLE = "2"  # of the rules below: goes up when one of them changes. Table 1 counted things and whole amounts, and passed with less
HOURS = 3600
TRACED_WITHIN = 4 * HOURS  # seconds
NOTIFIED_WITHIN = 4 * HOURS
ENOUGH: Mapping[str, int] = {"1": 80, "2": 90}  # table -> points, of 100, with which a drill passes

Counts = Mapping[str, int]  # name -> whole number; what did not happen is left out


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


def score(found: Counts, amounts: Sequence[Quantity] = (), table: str = TABLE) -> Score:
    """The points for some figures, and amounts by unit of measure, by one of `RULES`."""
    lines = tuple(Line(name, rule(found, amounts, most), most) for name, most, rule in RULES[table])
    points = sum(line.points for line in lines)
    musts = _traced(found, amounts, 1) == 1 and found.get("unitsLocated", 0) == found.get("unitsAffected", 0)
    return Score(lines, points, sum(line.most for line in lines), passed=points >= ENOUGH[table] and musts)


def follows(facts: Mapping[str, Any]) -> bool:
    """Whether the points that a closing event tells, if it does, are those of its figures and quantities, by a table that is known here."""
    if "points" not in facts:
        return True
    table = str(facts.get("table", ""))
    amounts = of_json(facts.get("quantities", [] if table == "1" else None))  # table 1 had none
    if table not in RULES or amounts is None:
        return False
    found = score({name: value for name, value in facts.items() if type(value) is int}, amounts, table)
    return bool(facts["points"] == found.points) and facts.get("passed") == ("yes" if found.passed else "no")


def _traced(found: Counts, _: Sequence[Quantity], most: int) -> int:
    """All within four hours, half within a day."""
    seconds = found.get("secondsToAffectedSet")
    if seconds is None or seconds > 24 * HOURS:
        return 0
    return most if seconds <= TRACED_WITHIN else most // 2


def _complete(found: Counts, _: Sequence[Quantity], most: int) -> int:
    return most if found.get("openEnds", 0) == 0 else 0


def _located(_: Counts, amounts: Sequence[Quantity], most: int) -> int:
    """Of the unit of measure of which least is somewhere."""
    return min((_share(one.located, one.affected, most) for one in amounts), default=most)


def _notified(found: Counts, _: Sequence[Quantity], most: int) -> int:
    return _share(found.get("ownersNotifiedInTime", 0), found.get("owners", 0), most)


def _answered(found: Counts, _: Sequence[Quantity], most: int) -> int:
    return _share(found.get("ownersAnsweredInTime", 0), found.get("owners", 0), most)


def _adds_up(_: Counts, amounts: Sequence[Quantity], most: int) -> int:
    """Of the unit of measure of which least adds up."""
    return min((_share(one.adding_up, one.to_count, most) for one in amounts), default=most)


def _things_located(found: Counts, _: Sequence[Quantity], most: int) -> int:
    return _share(found.get("unitsLocated", 0), found.get("unitsAffected", 0), most)


def _amounts_add_up(found: Counts, _: Sequence[Quantity], most: int) -> int:
    return _share(found.get("amountsAddingUp", 0), found.get("amountsToCount", 0), most)


def _share(part: Decimal | int, whole: Decimal | int, most: int) -> int:
    """Rounded down: full points for all of it only."""
    return int(most * min(part, whole) // whole) if whole > 0 else most


Rule = tuple[str, int, Callable[[Counts, Sequence[Quantity], int], int]]
_SAME: tuple[Rule, ...] = (("traced", 20, _traced), ("complete", 10, _complete))
_OWNERS: tuple[Rule, ...] = (("notified", 15, _notified), ("answered", 15, _answered))
RULES: Mapping[str, tuple[Rule, ...]] = {  # table -> its rules; certificates by an older one stay checkable
    "1": (*_SAME, ("located", 25, _things_located), *_OWNERS, ("adds_up", 15, _amounts_add_up)),
    "2": (*_SAME, ("located", 25, _located), *_OWNERS, ("adds_up", 15, _adds_up)),
}
