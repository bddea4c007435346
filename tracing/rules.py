"""Which things a thing leads to, forward and backward, and for how long those are affected (docs/trace.md, rules 3 and 4).

Forward: inputs to outputs, a lot to its serial items, an affected container to what it holds, anything to the container that carries it.
Backward: outputs to inputs, a serial item to its lot, a container to what it held, anything to the container that carried it until then.
A carrier leads to larger carriers and, if it was poured into a transformation, to what came out; never to what else it carried.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ledger_client.genealogy import Action, Role
from tracing.answer import Direction, How
from tracing.containers import contents, stays
from tracing.level import Level, Wanted
from tracing.reach import EVER, Reach, Span
from tracing.read import Row


class Tie(NamedTuple):
    """A thing leads to another: the other's row, as what it is reached, and for how long it is affected."""

    row: Row
    how: How
    span: Span


WANTED: dict[Direction, Wanted] = {
    "forward": {
        Role.INPUT: (Role.PROCESS, Role.OUTPUT),
        Role.CHILD: (Role.PARENT,),
        Role.PARENT: (Role.CHILD,),
        Role.LOT: (Role.OBJECT, Role.OUTPUT),
    },
    "backward": {
        Role.OUTPUT: (Role.PROCESS, Role.INPUT, Role.LOT),
        Role.OBJECT: (Role.LOT,),
        Role.CHILD: (Role.PARENT,),
        Role.PARENT: (Role.CHILD,),
    },
}


def ties(direction: Direction, level: Level, reach: Reach, rows: Sequence[Row]) -> Iterator[Tie]:
    """What a thing leads to. `rows`: those of its rows that count, by time."""
    yield from _forward(level, reach, rows) if direction == "forward" else _backward(level, reach, rows)
    if direction == "forward" or reach.how == "used":
        yield from _carriers(level, reach, rows)
    elif reach.how != "lot":  # of a lot that is on many pallets, none says more of the one that is asked for
        yield from _carriers(level, reach, [row for row in rows if row.quantity is None])


def _forward(level: Level, reach: Reach, rows: Sequence[Row]) -> Iterator[Tie]:
    for row in rows:
        if row.role == Role.INPUT:
            yield from (Tie(out, "made", Span(out.at)) for out in level.in_role(row.record, Role.OUTPUT))
        elif row.role == Role.LOT:
            yield from (Tie(item, "member", Span()) for item in _items(level, row.record))
    if not reach.carrier:
        yield from (Tie(child, "contents", Span(stay.since)) for child, stay in contents(level, rows) if stay.until >= reach.since)


def _backward(level: Level, reach: Reach, rows: Sequence[Row]) -> Iterator[Tie]:
    for row in rows:
        if row.role == Role.OUTPUT:
            yield from (Tie(used, "used", Span(until=used.at)) for used in level.in_role(row.record, Role.INPUT))
        if row.role == Role.OUTPUT or (row.role == Role.OBJECT and row.action == Action.ADD):
            yield from (Tie(lot, "lot", Span(until=row.at)) for lot in level.in_role(row.record, Role.LOT))
    if not reach.carrier:
        held = contents(level, rows)
        yield from (Tie(child, "contents", Span(until=stay.since)) for child, stay in held if _counts(stay, reach.until))


def _counts(stay: Span, until: int) -> bool:
    """Of what went into a transformation, what it held then; of what is asked for itself, all that it ever held."""
    return until == EVER or stay.holds(until)


def _items(level: Level, record: int) -> Iterator[Row]:
    for role in (Role.OBJECT, Role.OUTPUT):
        yield from (row for row in level.in_role(record, role) if row.quantity is None)


def _carriers(level: Level, reach: Reach, rows: Sequence[Row]) -> Iterator[Tie]:
    for parent, stay in stays(level, rows):
        for both in map(stay.within, reach.spans):
            if both.since <= both.until:
                yield Tie(parent, "carrier", both)
