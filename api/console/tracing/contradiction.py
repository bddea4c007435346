"""What the records of a trace's things contradict (docs/trace.md, findings), in words, with the events that say so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from api.console.event_rows import event_url, item_text, item_url
from api.console.shown import Link
from api.console.tracing.named import Names
from api.pages.words import TERMS
from tracing.answer import Finding, Thing, Trace, What
from tracing.picture.shapes import Amount
from tracing.quantities import exact

MOST, MOST_OTHERS = 10, 4
_UNCLEAR = frozenset({What.UNITS, What.WITHHELD})


@dataclass(frozen=True, slots=True)
class Contradiction:
    """One finding."""

    thing: str
    thing_url: str
    text: str
    events: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """What contradicts itself; apart from that, of what nothing can be judged, and why."""

    wrong: tuple[Contradiction, ...]
    unclear: tuple[Contradiction, ...]
    more: str  # contradictions that are not listed


def judged(trace: Trace, names: Names) -> Judged:
    """The first of each kind."""
    things = {thing.number: thing for thing in trace.things}
    wrong = [one for one in trace.findings if one.what not in _UNCLEAR]
    unclear = [one for one in trace.findings if one.what in _UNCLEAR]
    told = [tuple(_told(one, things, names) for one in some[:MOST]) for some in (wrong, unclear)]
    return Judged(told[0], told[1], names.words.say("trace.finding.more", count=len(wrong) - MOST) if len(wrong) > MOST else "")


def _told(finding: Finding, things: Mapping[int, Thing], names: Names) -> Contradiction:
    thing, words = things[finding.thing], names.words
    had, took = (
        names.amount(Amount(thing.product, thing.level, exact(round(one, 6)), finding.uom)) if one is not None else "?"
        for one in (finding.had, finding.took)
    )
    others = ", ".join(map(item_text, finding.others[:MOST_OTHERS]))
    units = ", ".join(TERMS["unit"].get(one, one) or words.say("trace.pieces") for one in finding.units)
    text = words.say(f"trace.finding.{finding.what.replace(' ', '_')}", had=had, took=took, units=units, others=others)
    events = tuple(
        Link(event_url(one.event_id, one.record), f"{words.clock(one.at)} {names.step('observed', one.biz_step)}") for one in finding.events
    )
    return Contradiction(names.thing(thing), item_url(thing.code), text, events)
