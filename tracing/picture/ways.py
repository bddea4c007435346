"""From where to where things went: places as boxes, a shipment as an arrow to where it was sent, a single thing's places in their order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from tracing.answer import Trace
from tracing.loads import TAKEN_OUT
from tracing.movements import Stop, carried, stops
from tracing.picture.flows import Stretch


def ways(trace: Trace, box_of: Mapping[int, str]) -> list[Stretch]:
    """The stretches between things and places (keys with "p"; "p" alone: nobody said where to); to itself: it was there already.

    A thing in a carrier went with it. A lot can be at several places: it leads on from one that it is known to have come to. What of it
    leaves a place where some of it only passed in a carrier, none of which was opened yet, comes from the lot itself.
    """
    own = [stop for stop in stops(trace) if stop.thing in box_of and (stop.way != "seen" or stop.step.kind in TAKEN_OUT)]
    with_contents = [stop for stop in carried(trace, own) if stop.through is not None and stop.thing in box_of]
    many = {thing.number for thing in trace.things if thing.level == "lot"}
    been: dict[int, dict[str, None]] = defaultdict(dict)  # thing -> places, in the order of time
    passed: dict[int, set[str]] = defaultdict(set)  # lot -> places where some of it was in a carrier
    opened: set[int] = set()  # lots that were taken out of a carrier
    moves: dict[tuple[int, int], list[Stretch]] = defaultdict(list)  # of a carrier at a step
    found: list[Stretch] = []
    for stop in sorted(own + with_contents, key=lambda one: (one.step.at, one.step.record, one.through is not None)):
        place, here = f"p{stop.place}", been[stop.thing]
        if stop.through is not None:
            taken = moves[stop.through, stop.step.record]
            found += [Stretch(one.source, one.target, stop.thing, stop.step, stop.quantity, stop.uom, inside=True) for one in taken]
            for key in (place, *(one.target for one in taken)):
                if stop.thing in many:
                    passed[stop.thing].add(key)
                else:
                    _go(here, key)
            continue
        if stop.step.kind in TAKEN_OUT:
            opened.add(stop.thing)
        if stop.way == "seen":
            continue
        there = place in here or (place in passed[stop.thing] and (stop.way != "left" or stop.thing in opened))
        made = [_stretch(place if stop.thing in many and there else next(reversed(here), box_of[stop.thing]), place, stop)]
        _go(here, place)
        if stop.way == "left" and stop.bound != stop.place:
            bound = f"p{stop.bound}"
            made.append(_stretch(place, bound, stop))
            if stop.bound:
                _go(here, bound)
            if stop.thing in many:  # the rest of it is still here
                _go(here, place)
        moves[stop.thing, stop.step.record] = made
        found += made
    return found


def _go(here: dict[str, None], place: str) -> None:
    """The last of the places is where it is."""
    here.pop(place, None)
    here[place] = None


def _stretch(source: str, target: str, stop: Stop) -> Stretch:
    return Stretch(source, target, stop.thing, stop.step, stop.quantity, stop.uom)
