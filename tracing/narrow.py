"""A part of a trace: steps of a time, a place, a business step, things of a product. The walk behind it is whole, and so are its ends."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from tracing.answer import Step, Trace


@dataclass(frozen=True, slots=True)
class Narrow:
    """Which steps and things are asked for; empty fields ask for all. `before` is not included; `product` is a code as `Thing.product`."""

    since: datetime | None = None
    before: datetime | None = None
    place: str = ""
    product: str = ""
    biz_step: str = ""

    def holds(self, step: Step) -> bool:
        """Whether a step is asked for."""
        places = (step.place, step.location, step.source.place, step.destination.place)
        return (
            (self.since is None or step.at >= self.since)
            and (self.before is None or step.at < self.before)
            and self.place in ("", *places)
            and self.biz_step in ("", step.biz_step)
        )


def narrowed(trace: Trace, asked: Narrow) -> Trace:
    """The steps that are asked for, and the things that took part in them; what the trace began with stays."""
    if asked == Narrow():
        return trace
    steps = {step.record: step for step in trace.steps if asked.holds(step)}
    products = {thing.number for thing in trace.things if asked.product in ("", thing.product) or thing.number == trace.start}
    links = tuple(link for link in trace.links if link.step in steps and link.thing in products)
    kept = {link.thing for link in links} | {trace.start}
    told = {link.step for link in links}
    return replace(
        trace,
        things=tuple(thing for thing in trace.things if thing.number in kept),
        steps=tuple(step for step in trace.steps if step.record in told),
        links=links,
    )
