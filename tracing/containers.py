"""How long things stayed in what they were packed in or put on (EPCIS 2.0 7.4.3, 7.4.5)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ledger_client.genealogy import Action, Role
from tracing.level import Level
from tracing.reach import EVER, Span
from tracing.read import Row, by_time


def stays(level: Level, children: Iterable[Row]) -> Iterator[tuple[Row, Row, Span]]:
    """(the child's row, its parent's, how long it was in it) for each time that a thing was put, or seen, in a parent."""
    for rows in by_thing(children):
        if len(rows) == 1:  # the most by far: packed once, and never taken out
            row = rows[0]
            if row.action != Action.DELETE:
                for parent in level.in_role(row.record, Role.PARENT):
                    yield row, parent, Span(row.at)
            continue
        ties = [(row, parent) for row in rows for parent in level.in_role(row.record, Role.PARENT)]
        for place, (row, parent) in enumerate(ties):
            if row.action != Action.DELETE:
                left = next((later.at for later, other in ties[place + 1 :] if _leaves(row, parent, later, other)), EVER)
                yield row, parent, Span(row.at, left)


def emptied(level: Level) -> Mapping[int, list[int]]:
    """When parents among the level's things were unpacked as a whole: a DELETE that names no child (EPCIS 2.0 7.4.3)."""
    found: dict[int, list[int]] = defaultdict(list)
    for row in level.own:
        if row.role == Role.PARENT and row.action == Action.DELETE and not level.in_role(row.record, Role.CHILD):
            found[row.thing].append(row.at)
    return found


def contents(level: Level, parents: Iterable[Row]) -> Iterator[tuple[Row, Row, Span]]:
    """(the parent's row, the child's, how long it was inside) of all that parents ever held."""
    for rows in by_thing(parents):
        gone, whole = dict[int, int](), EVER
        for row in reversed(rows):
            children = level.in_role(row.record, Role.CHILD)
            if row.action != Action.DELETE:
                yield from ((row, child, Span(row.at, gone.get(child.thing, whole))) for child in children)
            elif children:
                gone |= {child.thing: row.at for child in children}
            else:
                gone, whole = {}, row.at


def by_thing(rows: Iterable[Row]) -> Iterator[Sequence[Row]]:
    """The rows of each thing, by time."""
    of: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        of[row.thing].append(row)
    for some in of.values():
        yield some if len(some) == 1 else sorted(some, key=by_time)


def _leaves(row: Row, parent: Row, later: Row, other: Row) -> bool:
    """Whether a later tie ends this one. A single thing is in one place; parts of a lot may be in many."""
    if later.action == Action.DELETE:
        return other.thing == parent.thing and (row.quantity is None or later.quantity is None or later.quantity >= row.quantity)
    return later.action == Action.ADD and row.quantity is None and other.thing != parent.thing
