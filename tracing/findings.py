"""What contradicts itself in the records of the things of a trace: all findings, from one reading of what is known of them.

The asker is told nothing by a sum that the single records would not tell: what rests on a hidden one is told as `withheld` instead.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from indexer.audiences import members_of_keys
from records.audiences import View
from tracing import read
from tracing.answer import Finding, Thing
from tracing.balance import balances
from tracing.conservation import conserved
from tracing.facts import Facts, Transformation, facts, transformations
from tracing.nesting import out_of_order, packed_twice, rings, used_twice
from tracing.products import product_of, products
from tracing.visible import sees

JUDGED = 2_000  # things for one answer, nearest first


def findings(session: Session, things: Sequence[Thing], view: View, upto: int | None = None) -> tuple[tuple[Finding, ...], int]:
    """The findings on the first of the things of a trace, in their order; and how many things were looked at."""
    numbers = [thing.number for thing in things[:JUDGED]]
    known = facts(session, numbers, sees(view), upto)
    found = [*_told(session, known, transformations(session, known, sees(view)))]
    place = {number: order for order, number in enumerate(numbers)}
    return tuple(sorted(found, key=lambda one: place.get(one.thing, len(place)))), len(numbers)


def _told(session: Session, known: Facts, made: Sequence[Transformation]) -> Iterator[Finding]:
    twice, ringed = list(packed_twice(session, known)), list(rings(known, made))
    named = {row.thing for one in made for row in (*one.inputs, *one.outputs)} | set(known.rows) | known.hidden
    codes = read.codes(session, {*named, *(number for _, others in (*twice, *ringed) for number in others)})
    about = products(session, {product_of(codes[number]) for number in named})
    members = members_of_keys(session)
    yield from balances(known, codes, about, lambda key: members.get(key, key))
    for one in made:
        yield from conserved(one, known.said, codes, about, known.rows)
    for finding, others in (*twice, *ringed):
        yield replace(finding, others=tuple(codes[number] for number in others))
    yield from out_of_order(known)
    yield from used_twice(known, codes, made)
