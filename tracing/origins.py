"""How the things that a forward trace starts with came into being.

The trace goes from them onwards and leaves this out; who asks where all of it is has to know where it began, and how much it was.
"""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session

from ledger_client.genealogy import Role
from records.audiences import View
from tracing import read
from tracing.answer import Link, Trace
from tracing.steps import steps
from tracing.visible import sees


def with_origins(session: Session, trace: Trace, view: View) -> Trace:
    """The same with the steps that made what it starts with, as far as the asker is told of them."""
    starts = {thing.number for thing in trace.things if thing.how == "start"}
    made = [row for row in read.of_things(session, starts) if row.role == Role.OUTPUT]
    known = {(link.thing, link.step, link.role) for link in trace.links if link.thing in starts}
    said, seen = read.said(session, {row.record for row in made}), sees(view)
    new = [row for row in made if seen(said[row.record], row.role) and (row.thing, row.record, "output") not in known]
    there = {step.record for step in trace.steps}
    told = steps(session, said, {row.record: {row.place: row} for row in new if row.record not in there}, view)
    links = [Link(row.thing, row.record, "output", "", row.quantity, row.uom) for row in new]
    return replace(trace, steps=tuple(sorted([*trace.steps, *told], key=lambda step: (step.at, step.record))), links=(*links, *trace.links))
