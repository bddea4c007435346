"""Where the things of a trace were, one after the other: out of the links of its steps, pure.

A step is read by its business step (CBV 2.0 section 7.1): goods leave a place, arrive at one, or are gone. What a pallet or a truck did,
the things in it did: `contents` says what was in it at a time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from tracing.answer import Link, Step, Trace

Way = Literal["left", "arrived", "gone", "seen"]
LEAVING = frozenset({"shipping", "consigning"})
ARRIVING = frozenset({"receiving", "accepting", "collecting", "arriving", "unloading", "storing", "stocking"})
GONE = frozenset({"retail_selling", "dispensing", "destroying", "decommissioning", "killing"})
PUT_IN, TAKEN_OUT = frozenset({"packed", "associated"}), frozenset({"unpacked", "dissociated"})
MOST_NESTED = 12  # carriers in carriers


@dataclass(frozen=True, slots=True)
class Stop:
    """A thing at a place. `quantity` None: one single thing, or not said; `bound`: where, or to whom, it was sent, empty: nobody said."""

    thing: int
    step: Step
    way: Way
    place: str
    bound: str
    quantity: Decimal | None
    uom: str
    through: int | None = None  # the carrier that the step speaks of


def stops(trace: Trace) -> list[Stop]:
    """Every stop in the order of time, those of carriers too; what was declared wrong did not happen."""
    steps = {step.record: step for step in trace.steps if not step.declared}
    named = {place for step in steps.values() for place in (step.destination.place, step.place if way_of(step) == "left" else "")}
    found = [stop for link in trace.links if link.step in steps for stop in _stop(link, steps[link.step], named)]
    return sorted(found, key=lambda stop: (stop.step.at, stop.step.record))


def carried(trace: Trace, made: Sequence[Stop]) -> list[Stop]:
    """The stops of things that are no carriers: their own, and those of the carriers that they were in."""
    carriers = {thing.number for thing in trace.things if thing.how == "carrier"}
    held = contents(trace)
    own = {(stop.thing, stop.step.record) for stop in made}
    told: set[tuple[int, int]] = set()  # a load in a pallet in a truck, of a step that names both
    found = [stop for stop in made if stop.thing not in carriers]
    for stop in made:
        if stop.thing in carriers and stop.way != "seen":
            for one in _within(held, stop.thing, stop.step.at, MOST_NESTED):
                if one.thing not in carriers and (one.thing, stop.step.record) not in own and (id(one), stop.step.record) not in told:
                    told.add((id(one), stop.step.record))
                    found.append(Stop(one.thing, stop.step, stop.way, stop.place, stop.bound, one.quantity, one.uom, stop.thing))
    return sorted(found, key=lambda stop: (stop.step.at, stop.step.record))


@dataclass(slots=True)
class Load:
    """A thing in a carrier, from when until when (None: it still is). `left`: what of the quantity was not taken out yet."""

    thing: int
    put: datetime
    quantity: Decimal | None
    uom: str
    left: Decimal | None
    out: datetime | None = None


def contents(trace: Trace) -> dict[int, list[Load]]:
    """Carrier -> what was put into it.

    Where a step takes things out and does not say of what, they leave the carrier that they were put into last. A carrier that is unpacked
    as a whole (EPCIS 2.0 7.4.3: without children) needs no ending: a trace follows it no further.
    """
    links: dict[int, list[Link]] = defaultdict(list)
    for link in trace.links:
        if link.role in ("parent", "child"):
            links[link.step].append(link)
    held: dict[int, list[Load]] = defaultdict(list)
    open_: dict[int, dict[int, tuple[int, Load]]] = defaultdict(dict)  # thing -> its loads that are still there, in the order of time
    for step in trace.steps:
        if step.declared or step.kind not in PUT_IN | TAKEN_OUT:
            continue
        parents = {link.thing for link in links[step.record] if link.role == "parent"}
        for link in links[step.record]:
            if link.role != "child" or link.thing in parents:
                continue
            if step.kind in TAKEN_OUT:
                _take_out(open_[link.thing], parents, link, step.at)
                continue
            for parent in parents:
                load = Load(link.thing, step.at, amount(link), link.uom, amount(link))
                held[parent].append(load)
                open_[link.thing][id(load)] = parent, load
    return held


def _take_out(loads: dict[int, tuple[int, Load]], parents: Collection[int], link: Link, at: datetime) -> None:
    """From the load that was put in last; it ends when nothing of it is left."""
    load = next((one for parent, one in reversed(loads.values()) if not parents or parent in parents), None)
    if load is None:
        return
    taken = amount(link)
    load.left = load.left - taken if load.left is not None and taken is not None else None
    if load.left is None or load.left <= 0:
        load.out = at
        del loads[id(load)]


def exact(quantity: float | Decimal) -> Decimal:
    """A quantity as it is written, so that sums of tenths are tenths."""
    found = Decimal(str(quantity))
    return found.quantize(Decimal(1)) if found == found.to_integral_value() else found.normalize()


def amount(link: Link) -> Decimal | None:
    """Of a link; None: one single thing, or not said."""
    return None if link.quantity is None else exact(link.quantity)


def _within(held: Mapping[int, Sequence[Load]], carrier: int, at: datetime, deep: int) -> Iterator[Load]:
    for load in held.get(carrier, ()):
        if load.put <= at and (load.out is None or at <= load.out):
            yield load
            if deep:
                yield from _within(held, load.thing, at, deep - 1)


def _stop(link: Link, step: Step, named: Collection[str]) -> Iterator[Stop]:
    """`named`: places that goods left or were sent to; a gate (readPoint) that is none of them is told by where it leads (bizLocation)."""
    if link.role == "object" or (link.role == "child" and step.kind in TAKEN_OUT):
        way = way_of(step)
        if way == "left":
            bound = step.destination.place or step.destination.owner
            yield Stop(link.thing, step, way, step.place or step.source.place, bound, amount(link), link.uom)
        else:
            place = step.place if step.place in named else step.location or step.place or step.destination.place
            yield Stop(link.thing, step, way, place, "", amount(link), link.uom)


def way_of(step: Step) -> Way:
    """What the step says of where its objects are. A truck that departs has left for somewhere only where the step says so."""
    name = step.biz_step
    if name in LEAVING or (name == "departing" and (step.destination.place or step.destination.owner)):
        return "left"
    return "arrived" if name in ARRIVING else "gone" if name in GONE else "seen"
