"""What happened to the things of a trace, one after the other: out of the links of its steps, pure.

A step is read by its business step (CBV 2.0 section 7.1): goods leave a place, arrive at one, or are gone; and by what it did with them:
they were made, used, packed, unpacked. What a pallet or a truck did, the things in it did: `loads` says what was in it at a time.
`whereabouts` makes of this where everything was and is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Literal, NamedTuple

from tracing.answer import Link, Step, Trace
from tracing.loads import PUT_IN, TAKEN_OUT, Load, contents, within
from tracing.quantities import amount, by_step

Way = Literal["made", "numbered", "packed", "left", "arrived", "kept", "used", "gone", "seen"]
LEAVING = frozenset({"shipping", "consigning"})
ARRIVING = frozenset({"receiving", "accepting", "collecting", "arriving", "unloading", "storing", "stocking", "void_shipping"})
LOOKING = frozenset({"inspecting", "sampling", "sensor_reporting", "stock_taking", "cycle_counting"})  # moves nothing
GONE = frozenset({"retail_selling", "dispensing", "destroying", "decommissioning", "killing"})
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
    steps, links = [step for step in trace.steps if not step.declared], by_step(trace)
    named = {place for step in steps for place in (step.destination.place, step.place if way_of(step) == "left" else "")}
    product = {thing.number: thing.product for thing in trace.things}
    found: list[Stop] = []
    for step in steps:
        way, place, mine = way_of(step), _where(step, named), links[step.record]
        parent = next((link.thing for link in reversed(mine) if link.role == "parent"), None)
        found += [stop for link in mine if (stop := _stop(link, step, way, place, parent))]
        if way == "made":
            found += _numbered(mine, step, place, product)
    return found


def carried(trace: Trace, made: Sequence[Stop], loads: Mapping[int, Sequence[Load]] | None = None) -> list[Stop]:
    """The stops of things that are no carriers: their own, and those of the carriers that they were in. `loads`: `contents`, if known."""
    carriers = {thing.number for thing in trace.things if thing.how == "carrier"}
    held = contents(trace) if loads is None else loads
    moved = {stop.step.record for stop in made if stop.thing in held and stop.way in _CARRIED}
    own = {(stop.thing, record) for stop in made if (record := stop.step.record) in moved}
    told: set[tuple[int, int]] = set()  # a load in a pallet in a truck, of a step that names both
    found: list[Stop] = []
    for stop in made:
        carrier, step, way, place, bound, *_ = stop
        if carrier not in carriers:
            found.append(stop)
        if carrier in held and way in _CARRIED:
            for box, one in within(held, carrier, step.at):
                thing, record = one.thing, step.record
                if thing not in carriers and (thing, record) not in own and (id(one), record) not in told:
                    told.add((id(one), record))
                    found.append(_made_of((thing, step, way, place, bound, one.quantity, one.uom, carrier, box)))
    return found


_CARRIED = frozenset({"left", "arrived", "kept", "used", "gone"})
_made_of: Callable[[Iterable[object]], Stop] = partial(tuple.__new__, Stop)  # as `_make`, for hundreds of thousands of them


def _where(step: Step, named: Collection[str]) -> str:
    """`named`: places that goods left or were sent to; a gate (readPoint) that is none of them is told by where it leads (bizLocation)."""
    return step.place if step.place in named else step.location or step.place or step.destination.place


def _stop(link: Link, step: Step, way: Way, place: str, parent: int | None) -> Stop | None:
    """What the step did with the thing; None where it says nothing of where that was."""
    role, thing, bound, box = link.role, link.thing, "", None
    if role == "object" or (role == "child" and step.kind in TAKEN_OUT):
        box = (parent or UNSAID) if role == "child" else None
        if way == "left":
            place, bound = step.place or step.source.place, step.destination.place or step.destination.owner
    elif role == "child" and step.kind in PUT_IN and parent != thing:
        way, box = "packed", parent
    elif role == "output":
        way, place = "made", step.location or step.place
    elif role == "input":
        way = "used"
    else:
        return None
    return _made_of((thing, step, way, place, bound, amount(link), link.uom, None, box))


def _numbered(links: Sequence[Link], step: Step, place: str, product: Mapping[int, str]) -> Iterator[Stop]:
    """Pieces of a lot that got codes of their own by an event that makes nothing else (CBV 2.0 commissioning with a lotNumber)."""
    lots = [link.thing for link in links if link.role == "lot"]
    single = Counter(product[link.thing] for link in links if link.role == "object") if lots else Counter[str]()
    for lot in lots:
        yield Stop(lot, step, "numbered", place, "", Decimal(single[product[lot]]), "")


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
