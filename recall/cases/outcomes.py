"""What events say became of units since a case began: sent back, or destroyed. Pure.

An event that was recorded after the case began and has the disposition `returned` or `recalled` (CBV 2.0 7.2) sends its things back; one
after which its things are gone, destroys them. Two steps that tell of one return, sent and received, are one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from ledger_client.units import measure
from tracing.answer import Step, Trace
from tracing.movements import carried, happened
from tracing.stay import Stay

RETURNED = frozenset({"returned", "recalled"})
_BACK = ("here", "transit", "unknown")


class Outcome(NamedTuple):
    """So much of a stay, and what became of it: returned, destroyed, or "" for nothing yet."""

    quantity: float | None
    outcome: str


def told_apart(trace: Trace, stays: Mapping[int, Sequence[Stay]], after: int | None) -> Callable[[Stay], Iterator[Outcome]]:
    """A function that parts a stay by its outcomes; `after`: the record with which the case began, None: it begins now."""
    steps = {step.record: step for step in trace.steps if after is not None and step.record > after and not step.declared}
    back = _back(trace, steps) if any(step.disposition in RETURNED for step in steps.values()) else {}
    left = {thing: _shared(stays.get(thing, ()), *told) for thing, told in back.items()}

    def apart(stay: Stay) -> Iterator[Outcome]:
        quantity = None if stay.quantity is None else float(stay.quantity)
        if stay.state == "ended" and stay.step in steps:
            yield Outcome(quantity, "destroyed")
            return
        returned = left.get(stay.thing, {}).get(id(stay))
        if returned is None:
            yield Outcome(quantity, "")
        elif stay.quantity is None or returned >= stay.quantity:
            yield Outcome(quantity, "returned")
        else:
            yield Outcome(float(returned), "returned")
            yield Outcome(float(stay.quantity - returned), "")

    return apart


def _back(trace: Trace, steps: Mapping[int, Step]) -> dict[int, tuple[datetime, Decimal | None]]:
    """Thing -> since when, and how much of it was sent back, in the base unit; None: all of it."""
    begun: dict[int, datetime] = {}
    by_step: dict[int, dict[str, Decimal | None]] = defaultdict(dict)
    for stop in carried(trace, happened(trace)):
        if stop.step.record in steps and stop.step.disposition in RETURNED:
            begun.setdefault(stop.thing, stop.step.at)
            so_far = by_step[stop.thing].get(stop.step.biz_step, Decimal())
            told = None if stop.quantity is None else measure(stop.quantity, stop.uom).amount
            by_step[stop.thing][stop.step.biz_step] = None if told is None or so_far is None else so_far + told
    return {thing: (begun[thing], _most(list(found.values()))) for thing, found in by_step.items()}


def _most(amounts: Sequence[Decimal | None]) -> Decimal | None:
    known = [one for one in amounts if one is not None]
    return max(known) if len(known) == len(amounts) else None


def _shared(stays: Sequence[Stay], begun: datetime, amount: Decimal | None) -> dict[int, Decimal]:
    """What was sent back is what moved last, and not before it was sent: stay -> how much of it."""
    found: dict[int, Decimal] = {}
    rest = amount
    here = [stay for stay in stays if stay.until is None and stay.since >= begun and stay.state in _BACK]
    for stay in sorted(here, key=lambda stay: stay.since, reverse=True):
        if rest is not None and rest <= 0:
            break
        taken = stay.quantity if stay.quantity is not None else Decimal(1)
        found[id(stay)] = taken if rest is None else min(rest, taken)
        rest = Decimal() if rest is None else rest - taken
    return found
