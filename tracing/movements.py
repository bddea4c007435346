"""What happened to the things of a trace, one after the other: out of the links of its steps, pure.

A step is read by its business step (CBV 2.0 section 7.1): goods leave a place, arrive at one, or are gone; and by what it did with them:
they were made, used, packed, unpacked. What a pallet or a truck did, the things in it did: `contents` says what was in it at a time.
`whereabouts` makes of this where everything was and is.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal, NamedTuple

from tracing.answer import Link, Step, Trace

Way = Literal["made", "numbered", "packed", "left", "arrived", "kept", "used", "gone", "seen"]
LEAVING = frozenset({"shipping", "consigning"})
ARRIVING = frozenset({"receiving", "accepting", "collecting", "arriving", "unloading", "storing", "stocking", "void_shipping"})
LOOKING = frozenset({"inspecting", "sampling", "sensor_reporting", "stock_taking", "cycle_counting"})  # moves nothing
GONE = frozenset({"retail_selling", "dispensing", "destroying", "decommissioning", "killing"})
PUT_IN, TAKEN_OUT = frozenset({"packed", "associated"}), frozenset({"unpacked", "dissociated"})
MOST_NESTED = 12  # carriers in carriers
UNSAID = 0  # the box that something was taken out of


class Stop(NamedTuple):
    """What a step did with a thing, at a place; a tuple, because there may be several for each of a hundred thousand.

    `quantity` None: one single thing, or not said. `bound`: where, or to whom, it was sent, empty: nobody said. Ways: `kept`: no arrival,
    but the step says where it stays (EPCIS 2.0 7.4.2 bizLocation); `numbered`: so many pieces of a lot got codes of their own.
    """

    thing: int
    step: Step
    way: Way
    place: str
    bound: str
    quantity: Decimal | None
    uom: str
    through: int | None = None  # the carrier that the step speaks of
    box: int | None = None  # what it was packed into, or taken out of; of what a carrier did, which one it lay in


def stops(trace: Trace) -> list[Stop]:
    """Where things were seen, came to and left, in the order of time, those of carriers too."""
    told = (stop._replace(way="seen") if stop.way == "kept" else stop for stop in happened(trace))
    return [stop for stop in told if stop.way in ("left", "arrived", "gone", "seen")]


def happened(trace: Trace) -> list[Stop]:
    """Everything in the order of time, also what was made, used and packed; what was declared wrong did not happen."""
    steps = {step.record: step for step in trace.steps if not step.declared}
    named = {place for step in steps.values() for place in (step.destination.place, step.place if way_of(step) == "left" else "")}
    told = {record: (step, way_of(step), _where(step, named)) for record, step in steps.items()}
    parents = {link.step: link.thing for link in trace.links if link.role == "parent"}
    found = [stop for link in trace.links if link.step in told for stop in _stop(link, *told[link.step], parents.get(link.step))]
    return sorted([*found, *_numbered(trace, told)], key=_by_time)


def carried(trace: Trace, made: Sequence[Stop], loads: Mapping[int, Sequence[Load]] | None = None) -> list[Stop]:
    """The stops of things that are no carriers: their own, and those of the carriers that they were in. `loads`: `contents`, if known."""
    carriers = {thing.number for thing in trace.things if thing.how == "carrier"}
    held = contents(trace) if loads is None else loads
    own = {(stop.thing, stop.step.record) for stop in made}
    told: set[tuple[int, int]] = set()  # a load in a pallet in a truck, of a step that names both
    found = [stop for stop in made if stop.thing not in carriers]
    for stop in made:
        if stop.thing in held and stop.way in _CARRIED:
            carrier, step, way, place, bound, *_ = stop
            for box, one in _within(held, carrier, step.at, MOST_NESTED):
                thing, record = one.thing, step.record
                if thing not in carriers and (thing, record) not in own and (id(one), record) not in told:
                    told.add((id(one), record))
                    found.append(Stop(thing, step, way, place, bound, one.quantity, one.uom, carrier, box))
    return sorted(found, key=_by_time)


_CARRIED = frozenset({"left", "arrived", "kept", "used", "gone"})


def _by_time(stop: Stop) -> tuple[datetime, int]:
    return stop.step.at, stop.step.record


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
                _take_out(open_[link.thing], parents, link, step)
                continue
            for parent in parents:
                load = Load(link.thing, step.at, amount(link), link.uom, amount(link))
                held[parent].append(load)
                open_[link.thing][id(load)] = parent, load
    return held


def _take_out(loads: dict[int, tuple[int, Load]], parents: Collection[int], link: Link, step: Step) -> None:
    """From the load that was put in last; it ends when nothing of it is left."""
    load = next((one for parent, one in reversed(loads.values()) if not parents or parent in parents), None)
    if load is None:
        return
    taken = amount(link)
    load.left = load.left - taken if load.left is not None and taken is not None else None
    if load.left is None or load.left <= 0:
        load.out, load.over = step.at, step.record
        del loads[id(load)]


def exact(quantity: float | Decimal) -> Decimal:
    """A quantity as it is written, so that sums of tenths are tenths."""
    found = Decimal(str(quantity))
    return found.quantize(Decimal(1)) if found == found.to_integral_value() else found.normalize()


def amount(link: Link) -> Decimal | None:
    """Of a link; None: one single thing, or not said."""
    return None if link.quantity is None else exact(link.quantity)


def _within(held: Mapping[int, Sequence[Load]], carrier: int, at: datetime, deep: int) -> Iterator[tuple[int, Load]]:
    """(what it lies in, the load) of all that a carrier held at a moment."""
    for load in held.get(carrier, ()):
        if load.put <= at and (load.out is None or at <= load.out):
            yield carrier, load
            if deep and load.thing in held:
                yield from _within(held, load.thing, at, deep - 1)


def _where(step: Step, named: Collection[str]) -> str:
    """`named`: places that goods left or were sent to; a gate (readPoint) that is none of them is told by where it leads (bizLocation)."""
    return step.place if step.place in named else step.location or step.place or step.destination.place


def _stop(link: Link, step: Step, way: Way, place: str, parent: int | None) -> Iterator[Stop]:
    role, thing = link.role, link.thing
    if role == "object" or (role == "child" and step.kind in TAKEN_OUT):
        box = (parent or UNSAID) if role == "child" else None
        if way == "left":
            bound = step.destination.place or step.destination.owner
            yield Stop(thing, step, way, step.place or step.source.place, bound, amount(link), link.uom, None, box)
        else:
            yield Stop(thing, step, way, place, "", amount(link), link.uom, None, box)
    elif role == "child" and step.kind in PUT_IN and parent != thing:
        yield Stop(thing, step, "packed", place, "", amount(link), link.uom, None, parent)
    elif role == "output":
        yield Stop(thing, step, "made", step.location or step.place, "", amount(link), link.uom)
    elif role == "input":
        yield Stop(thing, step, "used", place, "", amount(link), link.uom)


def _numbered(trace: Trace, told: Mapping[int, tuple[Step, Way, str]]) -> Iterator[Stop]:
    """Pieces of a lot that got codes of their own by an event that makes nothing else (CBV 2.0 commissioning with a lotNumber)."""
    lots = [link for link in trace.links if link.role == "lot" and link.step in told and told[link.step][1] == "made"]
    if not lots:
        return
    product, marked = {thing.number: thing.product for thing in trace.things}, {link.step for link in lots}
    single = Counter((link.step, product[link.thing]) for link in trace.links if link.step in marked and link.role == "object")
    for link in lots:
        step, _, place = told[link.step]
        yield Stop(link.thing, step, "numbered", place, "", Decimal(single[link.step, product[link.thing]]), "")


def way_of(step: Step) -> Way:
    """What the step says of where its objects are. A truck that departs has left for somewhere only where the step says so."""
    name = step.biz_step
    if name in LEAVING or (name == "departing" and (step.destination.place or step.destination.owner)):
        return "left"
    if name in ARRIVING:
        return "arrived"
    if name in GONE or step.kind == "ended":
        return "gone"
    return "made" if step.kind == "made" else "kept" if step.location and name not in LOOKING else "seen"
