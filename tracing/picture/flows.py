"""What became of what: inputs into a step and outputs out of it, children into what holds them, units out of their lot.

What was taken out of a carrier in which it was packed is not drawn back to where it came from: it would turn every way into a circle.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from tracing.answer import Link, Step, Trace
from tracing.loads import PUT_IN, TAKEN_OUT
from tracing.picture.shapes import By
from tracing.quantities import amount


@dataclass(frozen=True, slots=True)
class Stretch:
    """One thing on its way from one box to another at a step. `inside`: it was in a carrier that goes the same way."""

    source: str
    target: str
    thing: int
    step: Step
    quantity: Decimal | None
    uom: str
    inside: bool = False


def flows(trace: Trace, box_of: Mapping[int, str], by: By) -> list[Stretch]:
    """The stretches into and out of step boxes (keys with "s")."""
    links: dict[int, list[Link]] = defaultdict(list)
    for link in trace.links:
        if link.thing in box_of:
            links[link.step].append(link)
    packed = {pair for step in trace.steps if step.kind in PUT_IN for pair in _pairs(links[step.record])}
    found: list[Stretch] = []
    for step in trace.steps:
        into, out = _sides(step, links[step.record], packed)
        if into and out:
            key = _key(step, by, {box_of[one.thing] for one in into}, {box_of[one.thing] for one in out})
            found += [Stretch(box_of[one.thing], key, one.thing, step, amount(one), one.uom) for one in into]
            found += [Stretch(key, box_of[one.thing], one.thing, step, amount(one), one.uom) for one in out]
    return found


def _sides(step: Step, links: Sequence[Link], packed: set[tuple[int, int]]) -> tuple[list[Link], list[Link]]:
    """What goes into a step, and what comes out."""
    if step.kind in TAKEN_OUT:
        pairs = _pairs(links) - packed
        return [one for one in links if one.role == "parent" and any(one.thing == parent for _, parent in pairs)], [
            one for one in links if one.role == "child" and any(one.thing == child for child, _ in pairs)
        ]
    lots = any(one.role == "lot" for one in links)
    out = [one for one in links if one.role in ("output", "parent") or (lots and one.role == "object")]
    made = {one.thing for one in out}
    into = [one for one in links if one.role in ("input", "child") or (one.role == "lot" and one.thing not in made)]
    return into, out


def _pairs(links: Iterable[Link]) -> set[tuple[int, int]]:
    """Child and parent, of a step."""
    parents = [one.thing for one in links if one.role == "parent"]
    return {(one.thing, parent) for one in links if one.role == "child" for parent in parents}


def _key(step: Step, by: By, sources: set[str], targets: set[str]) -> str:
    """Of the step's box; collapsed, steps of one kind between the same boxes are one."""
    if by == "alike":
        return f"s{step.record}"
    return f"s{step.kind}/{step.biz_step}/{'' if by == 'level' else step.place}/{'+'.join(sorted(sources))}>{'+'.join(sorted(targets))}"
