"""What lay in the carriers of a trace, from when until when: out of the links of its steps. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from tracing.answer import Link, Step, Trace
from tracing.quantities import amount, by_step

PUT_IN, TAKEN_OUT = frozenset({"packed", "associated"}), frozenset({"unpacked", "dissociated"})
MOST_NESTED = 12  # carriers in carriers


@dataclass(slots=True)
class Load:
    """A thing in a carrier, from when until when (None: it still is). `left`: what of the quantity was not taken out yet."""

    thing: int
    put: datetime
    quantity: Decimal | None
    uom: str
    left: Decimal | None
    out: datetime | None = None
    over: int = 0  # the record that says so


def contents(trace: Trace) -> dict[int, list[Load]]:
    """Carrier -> what was put into it.

    Where a step takes things out and does not say of what, they leave the carrier that they were put into last. A carrier that is unpacked
    as a whole (EPCIS 2.0 7.4.3: without children) needs no ending: a trace follows it no further.
    """
    links = by_step(trace)
    held: dict[int, list[Load]] = defaultdict(list)
    open_: dict[int, list[tuple[int, Load]]] = defaultdict(list)  # thing -> (carrier, load) of what is still there, in the order of time
    for step in trace.steps:
        if step.declared or step.kind not in _PACKING:
            continue
        mine = links[step.record]
        parents = {link.thing for link in mine if link.role == "parent"}
        for link in mine:
            if link.role != "child" or link.thing in parents:
                continue
            if step.kind in TAKEN_OUT:
                _take_out(open_[link.thing], parents, link, step)
                continue
            quantity = amount(link)
            for parent in parents:
                load = Load(link.thing, step.at, quantity, link.uom, quantity)
                held[parent].append(load)
                open_[link.thing].append((parent, load))
    return held


_PACKING = PUT_IN | TAKEN_OUT


def _take_out(loads: list[tuple[int, Load]], parents: Collection[int], link: Link, step: Step) -> None:
    """From the load that was put in last; it ends when nothing of it is left."""
    last = next((place for place in reversed(range(len(loads))) if not parents or loads[place][0] in parents), None)
    if last is None:
        return
    load, taken = loads[last][1], amount(link)
    load.left = load.left - taken if load.left is not None and taken is not None else None
    if load.left is None or load.left <= 0:
        load.out, load.over = step.at, step.record
        del loads[last]


def within(held: Mapping[int, Sequence[Load]], carrier: int, at: datetime, deep: int = MOST_NESTED) -> Iterator[tuple[int, Load]]:
    """(what it lies in, the load) of all that a carrier held at a moment."""
    for load in held.get(carrier, ()):
        if load.put <= at and (load.out is None or at <= load.out):
            yield carrier, load
            if deep and load.thing in held:
                yield from within(held, load.thing, at, deep - 1)
