"""From one thing to all that it went into, or came from: level by level over who took part in what.

`walk` loads what the things of a level took part in (`level`), keeps as links what happened while they were affected, and lets `rules` say
where each leads. A thing that turns out to be affected earlier, or longer, is walked again, so the order in which ties are found does not
matter, and a cycle ends by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from ledger_client.genealogy import Action, Role
from tracing import level as levels
from tracing.answer import Direction, End, Why
from tracing.containers import emptied
from tracing.level import Level
from tracing.reach import Reach, Span
from tracing.read import Row, Said
from tracing.rules import WANTED, Tie, ties

MOST = 5_000  # things, where nobody says otherwise
DEEPEST = 200  # levels
Sees = Callable[[Said, int], bool]  # whether the asker may be told who took part in a record in that role
_PASSED_OVER: dict[Direction, frozenset[Role]] = {  # of a thing's own parts: how it was made is not where it went, and the reverse
    "forward": frozenset({Role.OUTPUT}),
    "backward": frozenset({Role.INPUT, Role.LOT}),
}


@dataclass(slots=True)
class Walked:
    """What a walk found: things, links by (record, place), what their records say, and where it ended."""

    start: int
    direction: Direction
    sees: Sees
    reached: dict[int, Reach] = field(default_factory=dict)
    links: dict[tuple[int, int], Row] = field(default_factory=dict)
    said: dict[int, Said] = field(default_factory=dict)
    ends: dict[tuple[Why, int | None, int | None], End] = field(default_factory=dict)
    made: set[int] = field(default_factory=set)  # things of which somebody recorded how they came into being

    def end(self, why: Why, thing: int | None = None, step: int | None = None) -> None:
        """The trace ends here for that reason; told once."""
        self.ends.setdefault((why, thing, step), End(why, thing, step))


def walk(session: Session, start: int, direction: Direction, sees: Sees, *, most: int = MOST, deepest: int = DEEPEST) -> Walked:
    """Everything that a thing leads to, at most `most` things and `deepest` ties away from it; where it was cut is among the ends."""
    walked = Walked(start, direction, sees, {start: Reach(0, "start", [Span()])})
    frontier, depth = {start}, 0
    while frontier:
        depth += 1
        level = levels.load(session, frontier, WANTED[direction], walked.said)
        found = [tie for thing in sorted(frontier) for tie in _expand(walked, level, thing)]
        frontier = _arrive(walked, found, depth, most, deepest)
    return walked


def _expand(walked: Walked, level: Level, thing: int) -> Iterator[Tie]:
    """Keep the links of a thing, and say where it leads."""
    reach, rows = walked.reached[thing], level.of.get(thing, [])
    shown = [row for row in rows if _shown(walked, row)]
    if reach.carrier:
        reach.cut(emptied(level, shown))
    counted = [row for row in _counting(walked, reach, shown) if not walked.said[row.record].declared]
    for row in shown:
        if _creates(row) and not walked.said[row.record].declared:
            walked.made.add(thing)
    for tie in ties(walked.direction, level, reach, counted):
        if walked.said[tie.row.record].declared:
            continue
        if not walked.sees(walked.said[tie.row.record], tie.row.role):
            walked.end(Why.WITHHELD, step=tie.row.record)
            continue
        walked.links[tie.row.record, tie.row.place] = tie.row
        yield tie


def _shown(walked: Walked, row: Row) -> bool:
    seen = walked.sees(walked.said[row.record], row.role)
    if not seen:
        walked.end(Why.WITHHELD, row.thing, row.record)
    return seen


def _counting(walked: Walked, reach: Reach, rows: Sequence[Row]) -> Iterator[Row]:
    """Those of a thing's rows that belong to the trace; they become links, save those that only make its picture fuller."""
    passed, begun = _PASSED_OVER[walked.direction], min((row.at for row in rows if _creates(row)), default=None)
    for row in rows:
        within = reach.holds(row.at) or _out_of_order(walked, reach, row, begun)
        if not within and not (row.role == Role.PARENT or row.action == Action.DELETE):
            continue
        if within and row.role not in passed and not (row.role == Role.PARENT and reach.carrier):
            walked.links[row.record, row.place] = row
        yield row


def _out_of_order(walked: Walked, reach: Reach, row: Row, begun: int | None) -> bool:
    """Used before it was made, or made after it was used, by the clocks of those who say so: followed all the same, and told."""
    if reach.carrier or begun is None:
        return False
    if walked.direction == "forward":
        wrong = row.at < begun and row.at < reach.since
    else:
        wrong = _creates(row) and row.at > reach.until and begun > reach.until
    if wrong and reach.how != "lot":
        walked.end(Why.TIME, row.thing, row.record)
    return wrong


def _creates(row: Row) -> bool:
    return row.role == Role.OUTPUT or (row.role == Role.OBJECT and row.action == Action.ADD)


def _arrive(walked: Walked, found: Sequence[Tie], depth: int, most: int, deepest: int) -> set[int]:
    """Take in what was reached; the things that have to be walked from there."""
    again: set[int] = set()
    for row, how, span in found:
        carrier, reach = how == "carrier", walked.reached.get(row.thing)
        if reach is None and len(walked.reached) >= most:
            walked.end(Why.LIMIT)
        elif reach is None and depth > deepest:
            walked.end(Why.DEPTH, row.thing)
        elif reach is None:
            walked.reached[row.thing] = Reach(depth, how, [span], carrier)
            again.add(row.thing)
        elif reach.widened(span, carrier=carrier):
            again.add(row.thing)
    return again
