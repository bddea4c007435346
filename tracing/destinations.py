"""Where the goods of a forward trace came to, and how much of them: the answer to "which shops got it". Pure.

What a pallet did, the goods in it did. Quantities are summed by business step, product and unit, never across them: what a shop received
and what it sold are the same goods.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from tracing.answer import Thing, Trace, Why
from tracing.movements import LOOKING, Stop, carried, stops
from tracing.picture.shapes import Amount, worst
from tracing.whereabouts import whereabouts

# Some was last heard of here; it was sent here, and nothing says that it came; the same, and who lives here is no member, so that nothing
# could; it was made into something here; all went on from here.
STATES = ("stayed", "bound", "left", "used", "passed")
_LAST_HEARD_OF = frozenset({"here", "sold", "ended"})


@dataclass(frozen=True, slots=True)
class Tally:
    """What happened to how much, at a place."""

    biz_step: str
    amounts: tuple[Amount, ...]


@dataclass(frozen=True, slots=True)
class Destination:
    """A place that goods came to or were sent to, and what was heard of them there (`state`, one of `STATES`).

    `place` "": nobody said where they were sent.
    """

    place: str
    owner: str  # that a shipment names; may be empty
    state: str
    tallies: tuple[Tally, ...]
    things: tuple[int, ...]
    first: datetime
    last: datetime
    steps: tuple[int, ...]
    verdict: str


def destinations(trace: Trace, shown: Trace | None = None) -> tuple[Destination, ...]:
    """Every such place: first where goods stayed, then what is on its way, then where they were used or passed; each by time.

    The place where a thing was made is none unless it came there from elsewhere. `shown`: a part of the trace (`narrow`), whose steps and
    things alone are told; what stayed is judged by the whole.
    """
    things = {thing.number: thing for thing in trace.things}
    goods = [stop for stop in carried(trace, stops(trace)) if things[stop.thing].level != "asset"]
    stayed = {(stay.thing, stay.place) for stay in whereabouts(trace) if stay.state in _LAST_HEARD_OF}
    at: dict[str, list[Stop]] = defaultdict(list)
    sent: dict[str, list[Stop]] = defaultdict(list)
    for stop in goods:
        at[stop.place].append(stop)
        if stop.way == "left" and stop.bound != stop.place:
            sent[stop.bound].append(stop)
    left = {end.step for end in trace.ends if end.why == Why.LEFT}
    used = {link.thing for link in trace.links if link.role == "input"}
    found, keep = [], _shown(shown)
    for place in dict.fromkeys([*at, *sent]):
        came = _came(at[place], sent[place]) if place else []
        abroad = bool(sent[place]) and all(stop.step.record in left for stop in sent[place])
        state = _state(place, came, used, stayed) if came else "left" if abroad else "bound"
        seen, bound = keep(came), keep(sent[place])
        if seen or bound:
            found.append(_destination(place, state, seen or bound, bound, things))
    return tuple(sorted(found, key=lambda one: (STATES.index(one.state), one.first, one.place)))


def _state(place: str, came: Sequence[Stop], used: Collection[int], stayed: Collection[tuple[int, str]]) -> str:
    goods = {stop.thing for stop in came}
    if goods <= set(used):
        return "used"
    return "stayed" if any((thing, place) in stayed for thing in goods - set(used)) else "passed"


def _shown(shown: Trace | None) -> Callable[[Sequence[Stop]], Sequence[Stop]]:
    """Keeps the stops that are told."""
    if shown is None:
        return lambda held: held
    steps, things = {step.record for step in shown.steps}, {thing.number for thing in shown.things}
    return lambda held: [stop for stop in held if stop.step.record in steps and stop.thing in things]


def _came(here: Sequence[Stop], sent: Sequence[Stop]) -> list[Stop]:
    """The stops by which things came; where none says so, what else was done there with what had been sent there."""
    told = [stop for stop in here if stop.way in ("arrived", "gone")]
    bound = {stop.thing for stop in sent}
    return told or [stop for stop in here if stop.way == "seen" and stop.thing in bound and stop.step.biz_step not in LOOKING]


def _destination(place: str, state: str, came: Sequence[Stop], sent: Sequence[Stop], things: Mapping[int, Thing]) -> Destination:
    by_step: dict[str, list[Stop]] = defaultdict(list)
    for stop in came:
        by_step[stop.step.biz_step].append(stop)
    owners = [one.step.destination.owner for one in sent if one.step.destination.owner]
    return Destination(
        place=place,
        owner=owners[-1] if owners else "",
        state=state,
        tallies=tuple(Tally(name, _sum(held, things)) for name, held in by_step.items()),
        things=tuple(dict.fromkeys(stop.thing for stop in came)),
        first=min(stop.step.at for stop in came),
        last=max(stop.step.at for stop in came),
        steps=tuple(dict.fromkeys(stop.step.record for stop in (*sent, *came))),
        verdict=worst(stop.step.verdict for stop in (*sent, *came)),
    )


def _sum(held: Iterable[Stop], things: Mapping[int, Thing]) -> tuple[Amount, ...]:
    """Each single thing once; lots as their events say."""
    totals: dict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    counted = set()
    for stop in held:
        thing = things[stop.thing]
        if thing.level != "lot":
            if stop.thing not in counted:
                totals[thing.product, thing.level, ""] += 1
            counted.add(stop.thing)
        elif stop.quantity is not None:
            totals[thing.product, "lot", stop.uom] += stop.quantity
    return tuple(Amount(product, level, quantity, uom) for (product, level, uom), quantity in totals.items())
