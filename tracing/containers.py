"""How long a thing stayed in what it was packed in or put on (EPCIS 2.0 7.4.3, 7.4.5)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ledger_client.genealogy import Action, Role
from tracing.level import Level
from tracing.reach import EVER, Span
from tracing.read import Row


def stays(level: Level, rows: Sequence[Row]) -> Iterator[tuple[Row, Span]]:
    """(its parent's row, how long it was in it) for each time that a thing was put, or seen, in a parent. `rows`: the thing's, by time."""
    ties = [(row, parent) for row in rows if row.role == Role.CHILD for parent in level.in_role(row.record, Role.PARENT)]
    for place, (row, parent) in enumerate(ties):
        if row.action != Action.DELETE:
            left = next((later.at for later, other in ties[place + 1 :] if _leaves(row, parent, later, other)), EVER)
            yield parent, Span(row.at, left)


def emptied(level: Level, rows: Sequence[Row]) -> list[int]:
    """When a parent was unpacked as a whole: a DELETE that names no child (EPCIS 2.0 7.4.3)."""
    whole = [row for row in rows if row.role == Role.PARENT and row.action == Action.DELETE]
    return [row.at for row in whole if not level.in_role(row.record, Role.CHILD)]


def contents(level: Level, rows: Sequence[Row]) -> Iterator[tuple[Row, Span]]:
    """(the child's row, how long it was inside) of all that a parent ever held. `rows`: the parent's, by time."""
    gone, whole = dict[int, int](), EVER
    for row in reversed([row for row in rows if row.role == Role.PARENT]):
        children = level.in_role(row.record, Role.CHILD)
        if row.action != Action.DELETE:
            yield from ((child, Span(row.at, gone.get(child.thing, whole))) for child in children)
        elif children:
            gone |= {child.thing: row.at for child in children}
        else:
            gone, whole = {}, row.at


def _leaves(row: Row, parent: Row, later: Row, other: Row) -> bool:
    """Whether a later tie ends this one. A single thing is in one place; parts of a lot may be in many."""
    if later.action == Action.DELETE:
        return other.thing == parent.thing and (row.quantity is None or later.quantity is None or later.quantity >= row.quantity)
    return later.action == Action.ADD and row.quantity is None and other.thing != parent.thing
