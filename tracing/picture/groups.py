"""Which things of a trace are drawn as one box.

`alike`: those that share product, level and all their steps; a lot stays by itself. `lot`: also all units of one lot. `level`: all of a
product's level, lots too. The thing that was asked for stays by itself unless by level.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping

from tracing.answer import Link, Thing, Trace
from tracing.picture.shapes import By

NOT_DRAWN = frozenset({"asset", "document", "place"})  # trucks and containers come again and again; the table has them


def drawn(trace: Trace) -> dict[int, Thing]:
    """The things that are drawn, by number."""
    return {thing.number: thing for thing in trace.things if thing.level not in NOT_DRAWN or thing.number == trace.start}


def boxes_of(trace: Trace, by: By) -> dict[int, str]:
    """Thing -> key of its box."""
    things = drawn(trace)
    links = [link for link in trace.links if link.thing in things]
    took: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for link in links:
        took[link.thing].append((link.step, link.role))
    lots = _lots(links, things) if by == "lot" else {}
    groups: dict[Hashable, list[int]] = defaultdict(list)
    for number, thing in things.items():
        groups[_group(thing, trace.start, by, took[number], lots.get(number))].append(number)
    named = ((f"t{min(group)}", group) for group in groups.values())
    return {number: key for key, group in named for number in group}


def _lots(links: Iterable[Link], things: Mapping[int, Thing]) -> dict[int, int]:
    """Unit -> the lot that the event which made it names."""
    made: dict[int, list[int]] = defaultdict(list)
    named: dict[int, list[int]] = defaultdict(list)
    for link in links:
        (named if link.role == "lot" else made)[link.step].append(link.thing)
    return {
        unit: lot
        for step, lots in named.items()
        for lot in lots
        for unit in made[step]
        if unit != lot and things[unit].product == things[lot].product
    }


def _group(thing: Thing, start: int, by: By, took: list[tuple[int, str]], lot: int | None) -> Hashable:
    kind = (thing.level, thing.product, thing.how == "carrier")
    if by == "level":
        return kind
    if thing.number == start or thing.level == "lot":
        return thing.number
    if by == "lot" and lot is not None:
        return (*kind, lot)
    return (*kind, frozenset(took))
