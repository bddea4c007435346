"""Whether single things were in one place at a time, nothing is in itself or made of itself, and nothing was used before it was made."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from sqlalchemy.orm import Session

from ledger_client.genealogy import Action, Role, is_serial
from tracing import read
from tracing.answer import Finding, What
from tracing.facts import Facts, Transformation, evidence
from tracing.level import makes
from tracing.reach import EVER, Span
from tracing.read import Row, by_time

MOST_RINGS = 20
Stay = tuple[Row, int, Span]  # the row that put it there, the parent, how long
Edge = tuple[int, int]  # from what holds, or was used, to what is held, or was made; transformations have negative numbers


def packed_twice(session: Session, facts: Facts) -> Iterator[tuple[Finding, Collection[int]]]:
    """Single things that were put into a second parent before they left the first, with the numbers of both parents.

    A case and the pallet that it stands on are one place.
    """
    suspected = [pair for thing in facts.rows for pair in _overlaps(facts, thing)]
    if not suspected:
        return
    parents = {parent for pair in suspected for _, parent, _ in pair}
    emptied, inside = _about(session, parents, facts.upto)
    for first, second in suspected:
        (row, one, _), (later, other, _) = first, second
        gone = any(row.at <= at <= later.at for at in emptied.get(one, ()))
        if not gone and not ({(one, other), (other, one)} & inside):
            yield Finding(What.PACKED_TWICE, row.thing, evidence(facts.said, (later, row))), (one, other)


def _overlaps(facts: Facts, thing: int) -> Iterator[tuple[Stay, Stay]]:
    """Neighbouring stays of one thing that overlap, of one type of event."""
    by_type: dict[str, list[Row]] = defaultdict(list)
    for row in facts.rows[thing]:
        if row.role == Role.CHILD and row.quantity is None and row.record in facts.parents:
            by_type[facts.said[row.record].type].append(row)
    for rows in by_type.values():
        held = [stay for stay in stays(facts, rows) if stay[0].action == Action.ADD]
        for first, second in pairwise(held):
            if first[1] != second[1] and first[2].until > second[2].since:
                yield first, second


def stays(facts: Facts, rows: Sequence[Row]) -> Iterator[Stay]:
    """How long a thing was in each parent it was put into, until it was taken out of that one."""
    for place, row in enumerate(rows):
        parent = facts.parents[row.record]
        if row.action != Action.DELETE:
            gone = (later.at for later in rows[place + 1 :] if later.action == Action.DELETE and facts.parents[later.record] == parent)
            yield row, parent, Span(row.at, next(gone, EVER))


def _about(session: Session, parents: Collection[int], upto: int | None) -> tuple[dict[int, list[int]], set[Edge]]:
    """When parents were emptied as a whole (a DELETE without children), and which of them was ever inside which other."""
    rows = [row for row in read.of_things(session, parents, upto=upto) if row.role in (Role.PARENT, Role.CHILD)]
    emptying = {row.record for row in rows if row.role == Role.PARENT and row.action == Action.DELETE}
    partly = {row.record for row in read.of_records(session, emptying, Role.CHILD)}
    emptied: dict[int, list[int]] = defaultdict(list)
    for row in rows:
        if row.role == Role.PARENT and row.record in emptying - partly:
            emptied[row.thing].append(row.at)
    holder = {row.record: row.thing for row in rows if row.role == Role.PARENT}
    return emptied, {(holder[row.record], row.thing) for row in rows if row.role == Role.CHILD and row.record in holder}


def rings(facts: Facts, transformations: Iterable[Transformation]) -> Iterator[tuple[Finding, Sequence[int]]]:
    """Things that are in themselves or were made of themselves, with the numbers of the whole ring."""
    made: dict[Edge, Row] = {}
    for place, one in enumerate(one for one in transformations if one.whole):  # as a node of its own: a thousand may go into ten thousand
        made |= {(row.thing, -1 - place): row for row in one.inputs} | {(-1 - place, row.thing): row for row in one.outputs}
    for ring in _rings(made):
        ours = next((number for number in ring if number in facts.rows), None)
        if ours is not None:
            births = [row for row in (made[pair] for pair in pairwise(ring)) if row.role == Role.OUTPUT]
            yield Finding(What.OWN_ANCESTOR, ours, evidence(facts.said, births)), [row.thing for row in births]
    held = {(parent, row.thing): (row, span) for row, parent, span in _all_stays(facts)}
    for ring in _rings(held):
        ties = [held[pair] for pair in pairwise(ring)]
        if max(span.since for _, span in ties) <= min(span.until for _, span in ties):
            yield Finding(What.OWN_ANCESTOR, ring[0], evidence(facts.said, (row for row, _ in ties))), ring


def _all_stays(facts: Facts) -> Iterator[Stay]:
    for rows in facts.rows.values():
        yield from stays(facts, [row for row in rows if row.role == Role.CHILD and row.record in facts.parents])


def _rings(edges: Collection[Edge]) -> Iterator[list[int]]:
    """Rings of edges, each with its first thing again at the end; after each, one of its edges is left out."""
    left = set(edges)
    for _ in range(MOST_RINGS):
        order: TopologicalSorter[int] = TopologicalSorter()
        for before, after in sorted(left):
            order.add(after, before)
        try:
            order.prepare()
        except CycleError as cycle:
            ring: list[int] = cycle.args[1]
            left.remove((ring[0], ring[1]))
            yield ring
        else:
            return


def out_of_order(facts: Facts) -> Iterator[Finding]:
    """Things that were used or packed before they were made, by the clocks of those who say so."""
    for thing, rows in facts.rows.items():
        made = next((row for row in rows if makes(row, facts.said[row.record])), None)
        first = next((row for row in rows if row.role == Role.INPUT or (row.role == Role.CHILD and row.action == Action.ADD)), None)
        if made and first and first.at < made.at:
            yield Finding(What.ORDER, thing, evidence(facts.said, (first, made)))


def used_twice(facts: Facts, codes: Mapping[int, str], transformations: Iterable[Transformation]) -> Iterator[Finding]:
    """Single trade items that went into more than one transformation."""
    uses: dict[int, list[Row]] = defaultdict(list)
    for one in (one for one in transformations if one.whole):
        for thing in {row.thing for row in one.inputs if row.quantity is None and row.thing in facts.rows}:
            if is_serial(codes[thing]):
                uses[thing].append(next(row for row in one.inputs if row.thing == thing))
    for thing, rows in uses.items():
        if len(rows) > 1:
            later = sorted(rows, key=by_time, reverse=True)
            yield Finding(What.USED_TWICE, thing, evidence(facts.said, later), 1, len(rows))
