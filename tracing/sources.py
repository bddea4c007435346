"""What something was made from: the answer of a backward trace in one row for each material, with where it came from. Pure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from tracing.answer import Link, Step, Thing, Trace
from tracing.picture.shapes import Amount, worst
from tracing.quantities import exact

_MAKING = frozenset({"output", "lot"})


@dataclass(frozen=True, slots=True)
class Source:
    """A material. `place` and `owner`: where it was first recorded and whose it was, as far as steps say; `signer`: who recorded that."""

    thing: Thing
    used: tuple[Amount, ...]  # as the steps say that used it
    origin: bool  # nothing says what it was made from
    place: str
    owner: str
    signer: bytes
    first: datetime | None
    steps: tuple[int, ...]
    verdict: str


def sources(trace: Trace, shown: Trace | None = None) -> tuple[Source, ...]:
    """Every thing that went into another, the ones from which nothing leads further back first; then by time.

    `shown`: a part of the trace (`narrow`), whose things alone are told.
    """
    told = {thing.number for thing in (shown or trace).things}
    steps = {step.record: step for step in trace.steps if not step.declared}
    links: dict[int, list[Link]] = defaultdict(list)
    for link in trace.links:
        if link.step in steps:
            links[link.thing].append(link)
    found = [
        _source(thing, links[thing.number], steps)
        for thing in trace.things
        if thing.number in told - {trace.start} and any(link.role in ("input", "lot") for link in links[thing.number])
    ]
    return tuple(sorted(found, key=lambda one: (not one.origin, one.first.timestamp() if one.first else 0.0, one.thing.code)))


def _source(thing: Thing, links: list[Link], steps: dict[int, Step]) -> Source:
    totals: dict[str, Decimal] = defaultdict(Decimal)
    for link in links:
        if link.role == "input":
            totals[link.uom] += exact(link.quantity) if link.quantity is not None else Decimal(thing.level != "lot")
    mine = sorted((steps[number] for number in {link.step for link in links}), key=lambda step: (step.at, step.record))
    begun = mine[0] if mine else None
    return Source(
        thing=thing,
        used=tuple(Amount(thing.product, thing.level, quantity, uom) for uom, quantity in totals.items() if quantity),
        origin=not any(link.role in _MAKING for link in links if link.role != "lot"),
        place=(begun.place or begun.location) if begun else "",
        owner=next((step.source.owner for step in mine if step.source.owner), ""),
        signer=begun.signer if begun else b"",
        first=begun.at if begun else None,
        steps=tuple(step.record for step in mine),
        verdict=worst(step.verdict for step in mine),
    )
