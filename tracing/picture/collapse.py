"""A trace -> a picture that stays legible: boxes of things, of the steps that made or packed them, and of the places they came to.

Places are boxes of a forward picture only: backwards the question is what went in. Arrows point in the direction of time. Pure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from tracing.answer import Step, Thing, Trace
from tracing.picture.flows import Stretch, flows
from tracing.picture.fold import fold
from tracing.picture.groups import boxes_of, drawn
from tracing.picture.shapes import FINEST, Amount, Arrow, Box, By, Picture, Sort, worst
from tracing.picture.ways import ways


def fitting(trace: Trace, most: int) -> Picture:
    """The finest picture of at most so many boxes, else the coarsest."""
    for by in FINEST[:-1]:
        if len(set(boxes_of(trace, by).values())) <= most and len((picture := collapse(trace, by)).boxes) <= most:
            return picture
    return collapse(trace, FINEST[-1])


def collapse(trace: Trace, by: By = "alike") -> Picture:
    """The picture of a trace, as much collapsed as `by` says (`grouping`)."""
    things, box_of = drawn(trace), boxes_of(trace, by)
    stretches = flows(trace, box_of, by) + (ways(trace, box_of) if trace.direction == "forward" else [])
    arrows: dict[tuple[str, str], list[Stretch]] = defaultdict(list)
    at: dict[str, list[Stretch]] = defaultdict(list)
    for stretch in stretches:
        if not (stretch.source == stretch.target and stretch.source.startswith("p")):
            arrows[stretch.source, stretch.target].append(stretch)
        for end in (stretch.source, stretch.target):
            if not end.startswith("t"):
                at[end].append(stretch)
    boxes = [*_thing_boxes(trace, things, box_of), *(_other_box(key, held) for key, held in at.items())]
    drawn_arrows = tuple(_arrow(pair, held, things, box_of) for pair, held in arrows.items() if not all(one.inside for one in held))
    return fold(Picture(by, tuple(boxes), drawn_arrows, len(trace.things) - len(things)))


def _thing_boxes(trace: Trace, things: Mapping[int, Thing], box_of: Mapping[int, str]) -> Iterable[Box]:
    steps = {step.record: step for step in trace.steps}
    took: dict[str, dict[int, Step]] = defaultdict(dict)
    for link in trace.links:
        if link.thing in box_of and link.step in steps:
            took[box_of[link.thing]][link.step] = steps[link.step]
    members: dict[str, list[int]] = defaultdict(list)
    for number, key in box_of.items():
        members[key].append(number)
    for key, numbers in members.items():
        one = things[numbers[0]]
        yield _box(key, "things", numbers, took[key].values(), level=one.level, product=one.product, starts=trace.start in numbers)


def _other_box(key: str, held: Sequence[Stretch]) -> Box:
    numbers, steps = [one.thing for one in held], [one.step for one in held]
    if key.startswith("p"):
        return _box(key, "place", numbers, steps, place=key[1:])
    one = steps[0]
    return _box(key, "step", numbers, steps, kind=one.kind, biz_step=one.biz_step, place=one.place)


def _box(key: str, sort: Sort, things: Iterable[int], steps: Iterable[Step], **more: str | bool) -> Box:
    ordered = sorted({step.record: step for step in steps}.values(), key=lambda step: (step.at, step.record))
    return Box(
        key=key,
        sort=sort,
        things=tuple(dict.fromkeys(things)),
        steps=tuple(step.record for step in ordered),
        verdict=worst(step.verdict for step in ordered),
        first=ordered[0].at if ordered else None,
        last=ordered[-1].at if ordered else None,
        declared=bool(ordered) and all(step.declared for step in ordered),
        withheld=any(step.withheld for step in ordered),
        **more,  # type: ignore[arg-type]
    )


def _arrow(pair: tuple[str, str], held: Sequence[Stretch], things: Mapping[int, Thing], box_of: Mapping[int, str]) -> Arrow:
    return Arrow(
        *pair,
        amounts=_amounts([one for one in held if not one.inside], things),
        inside=_amounts([one for one in held if one.inside], things),
        things=tuple(dict.fromkeys(box_of[one.thing] for one in held)),
        steps=tuple(dict.fromkeys(one.step.record for one in held)),
        verdict=worst(one.step.verdict for one in held),
        declared=all(one.step.declared for one in held),
    )


def _amounts(held: Iterable[Stretch], things: Mapping[int, Thing]) -> tuple[Amount, ...]:
    """Sums by product, level and unit; single things count as one piece, a lot whose quantity nobody told as nothing."""
    totals: dict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    for one in held:
        thing = things[one.thing]
        quantity = one.quantity if one.quantity is not None else Decimal(thing.level != "lot")
        totals[thing.product, thing.level, one.uom] += quantity
    return tuple(Amount(product, level, quantity, uom) for (product, level, uom), quantity in totals.items() if quantity)
