"""From one thing, or several, to all that they went into, or came from: level by level over who took part in what.

`walk` loads what the things of a level took part in (`level`), keeps as links what happened while they were affected, and lets `rules` say
where each leads. A thing that turns out to be affected earlier, or longer, is walked again, so the order in which ties are found does not
matter, and a cycle ends by itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from ledger_client.epcis.document import no_collection
from ledger_client.genealogy import Action, Role
from tracing import level as levels
from tracing.answer import Direction, End, Why
from tracing.containers import emptied
from tracing.level import Level, Sees, creates
from tracing.reach import Reach, Span
from tracing.read import Row, Said
from tracing.rules import WANTED, Tie, ties

MOST = 5_000  # things, where nobody says otherwise
DEEPEST = 200  # levels
ROWS_EACH = 20  # that are read of a level for each thing that may be told: a lot may have a million children
Starts = Mapping[int, Sequence[Span]]
_PASSED_OVER: dict[Direction, frozenset[Role]] = {  # of a thing's own parts: how it was made is not where it went, and the reverse
    "forward": frozenset({Role.OUTPUT}),
    "backward": frozenset({Role.INPUT, Role.LOT}),
}


@dataclass(slots=True)
class Walked:
    """What a walk found: things, links by record and place, what their records say, and where it ended."""

    start: int
    direction: Direction
    reached: dict[int, Reach]
    links: dict[int, dict[int, Row]] = field(default_factory=lambda: defaultdict(dict))
    said: dict[int, Said] = field(default_factory=dict)
    ends: dict[tuple[Why, int | None, int | None], End] = field(default_factory=dict)
    made: set[int] = field(default_factory=set)  # things of which somebody recorded how they came into being

    def end(self, why: Why, thing: int | None = None, step: int | None = None) -> None:
        """The trace ends here for that reason; told once."""
        self.ends.setdefault((why, thing, step), End(why, thing, step))


def walk(
    session: Session,
    start: int,
    direction: Direction,
    sees: Sees,
    *,
    most: int = MOST,
    deepest: int = DEEPEST,
    upto: int | None = None,
) -> Walked:
    """Everything that a thing leads to by the records up to that number, at most `most` things and `deepest` ties away from it; where it
    was cut is among the ends.
    """
    return walk_from(session, {start: [Span()]}, direction, sees, most=most, deepest=deepest, upto=upto)


def walk_from(
    session: Session,
    starts: Starts,
    direction: Direction,
    sees: Sees,
    *,
    most: int = MOST,
    deepest: int = DEEPEST,
    upto: int | None = None,
) -> Walked:
    """The same from several things at once, each affected in its own spans of time; `Walked.start` is the first of them."""
    walked = Walked(next(iter(starts)), direction, {thing: Reach(0, "start", list(spans)) for thing, spans in starts.items()})
    frontier, depth = set(starts), 0
    with no_collection():
        while frontier:
            depth += 1
            level = levels.load(session, frontier, WANTED[direction], walked.said, sees, most * ROWS_EACH, upto)
            if level.cut:
                walked.end(Why.LIMIT)
            _tell_withheld(walked, level)
            frontier = _arrive(walked, _followed(walked, level), depth, most, deepest)
    return walked


def _tell_withheld(walked: Walked, level: Level) -> None:
    """Of the things on the way it is told which one is concerned; of others only that there are some."""
    for row in level.withheld:
        walked.end(Why.WITHHELD, row.thing if row.thing in walked.reached else None, row.record)


def _followed(walked: Walked, level: Level) -> list[Tie]:
    """Keep the links of a level's things themselves, and say where they lead."""
    if walked.direction == "backward":
        walked.made |= level.begun.keys()
    for thing, times in emptied(level).items():
        if walked.reached[thing].carrier:
            walked.reached[thing].cut(times)
    found, declared = ties(walked.direction, level, walked.reached, _counted(walked, level)), level.declared
    return [tie for tie in found if tie[0].record not in declared]


def _counted(walked: Walked, level: Level) -> dict[int, list[Row]]:
    """Role -> those rows of the level's things that lead on; what belongs to the trace becomes a link."""
    passed, links, declared, reached = _PASSED_OVER[walked.direction], walked.links, level.declared, walked.reached
    found: dict[int, list[Row]] = {role: [] for role in Role}
    for row in level.own:
        thing, at, record, place, role, action, _, _ = row
        reach = reached[thing]
        since, until = reach.spans[0]
        within = since <= at <= until or reach.holds(at) or _out_of_order(walked, level, reach, row)
        if within and role not in passed and not (role == Role.PARENT and reach.carrier):
            links[record][place] = row
        if (within or role == Role.PARENT or action == Action.DELETE) and record not in declared:
            found[role].append(row)
    return found


def _out_of_order(walked: Walked, level: Level, reach: Reach, row: Row) -> bool:
    """Used before it was made, or made after it was used, by the clocks of those who say so: followed all the same, and told."""
    begun = level.begun.get(row.thing)
    if reach.carrier or begun is None:
        return False
    if walked.direction == "forward":
        wrong = row.at < begun and row.at < reach.since
    else:
        wrong = creates(row) and row.at > reach.until and begun > reach.until
    if wrong and reach.how != "lot":
        walked.end(Why.TIME, row.thing, row.record)
    return wrong


def _arrive(walked: Walked, found: Sequence[Tie], depth: int, most: int, deepest: int) -> set[int]:
    """Take in what was reached, with its links; the things that have to be walked from there."""
    again, reached, links = set[int](), walked.reached, walked.links
    for row, how, span in found:
        thing, carrier = row.thing, how == "carrier"
        reach = reached.get(thing)
        if reach is None and len(reached) >= most:
            walked.end(Why.LIMIT)
        elif reach is None and depth > deepest:
            walked.end(Why.DEPTH, step=row.record)
        else:
            links[row.record][row.place] = row
            if reach is None:
                reached[thing] = Reach(depth, how, [span], carrier)
            if reach is None or reach.widened(span, carrier=carrier):
                again.add(thing)
    return again
