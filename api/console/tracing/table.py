"""The steps of a trace in their order, in words: for screen readers, for print, and for who would rather read."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from api.console.event_rows import event_url, item_url
from api.console.shown import Badge, Moment, moment
from api.console.tracing.named import Names
from tracing.answer import Link, Step, Thing, Trace
from tracing.picture.shapes import Amount
from tracing.quantities import exact

MOST, MOST_THINGS = 200, 5  # rows on the page, things in a row
_SIDES = {"input": "in", "child": "in", "lot": "in", "object": "in", "output": "out", "parent": "out"}
_TURNED = {"unpacked": {"child": "out", "parent": "in"}, "dissociated": {"child": "out", "parent": "in"}}


@dataclass(frozen=True, slots=True)
class Part:
    """A thing in a step, with how much of it."""

    text: str
    url: str
    amount: str


@dataclass(frozen=True, slots=True)
class Row:
    """One step: what went in or was seen, and what came out."""

    when: Moment
    step: str
    url: str
    place: str
    to: str
    taken: tuple[Part, ...]
    given: tuple[Part, ...]
    more: str
    member: str
    verdict: Badge
    note: str
    struck: bool


def rows(trace: Trace, names: Names, most: int = MOST) -> tuple[Row, ...]:
    """The first steps by time."""
    things = {thing.number: thing for thing in trace.things}
    links: dict[int, list[Link]] = defaultdict(list)
    for link in trace.links:
        links[link.step].append(link)
    return tuple(_row(step, links[step.record], things, names) for step in trace.steps[:most])


def _row(step: Step, links: list[Link], things: dict[int, Thing], names: Names) -> Row:
    words = names.words
    sides: dict[str, list[Link]] = {"in": [], "out": []}
    for link in links:
        sides[_TURNED.get(step.kind, {}).get(link.role) or _SIDES.get(link.role, "in")].append(link)
    taken, given = ([_part(link, things[link.thing], names) for link in some[:MOST_THINGS]] for some in sides.values())
    left_out = sum(max(0, len(some) - MOST_THINGS) for some in sides.values())
    return Row(
        when=moment(step.at, words),
        step=names.step(step.kind, step.biz_step),
        url=event_url(step.event_id, step.record),
        place=names.place(step.place or step.location) if step.place or step.location else "",
        to=names.place(step.destination.place or step.destination.owner) if step.destination.place or step.destination.owner else "",
        taken=tuple(taken),
        given=tuple(given),
        more=words.say("trace.row.more", count=left_out) if left_out else "",
        member=names.member(step),
        verdict=names.verdict(step.verdict),
        note=words.say("trace.declared") if step.declared else words.say("trace.withheld") if step.withheld else "",
        struck=step.declared,
    )


def _part(link: Link, thing: Thing, names: Names) -> Part:
    amount = names.amount(Amount(thing.product, thing.level, exact(link.quantity), link.uom)) if link.quantity is not None else ""
    return Part(names.thing(thing), item_url(thing.code), amount)
