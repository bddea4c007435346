"""What the records of a trace's things contradict (docs/trace.md, findings), in words, with the events that say so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from api.console.event_rows import event_url, item_text, item_url
from api.console.shown import Link
from api.console.tracing.named import Names
from tracing.answer import Finding, Thing, Trace, What
from tracing.movements import exact
from tracing.picture.shapes import Amount

MOST, MOST_OTHERS = 10, 4
_QUIET = frozenset({What.UNITS, What.WITHHELD})


@dataclass(frozen=True, slots=True)
class Contradiction:
    """One finding."""

    thing: str
    thing_url: str
    text: str
    tone: str
    events: tuple[Link, ...]


def contradictions(trace: Trace, names: Names) -> tuple[Contradiction, ...]:
    """The first of them, those that are judged before those that cannot be."""
    things = {thing.number: thing for thing in trace.things}
    ordered = sorted(trace.findings, key=lambda one: one.what in _QUIET)
    found = [_told(one, things, names) for one in ordered[:MOST]]
    left = len(ordered) - MOST
    return (*found, Contradiction("", "", names.words.say("trace.finding.more", count=left), "quiet", ())) if left > 0 else tuple(found)


def _told(finding: Finding, things: Mapping[int, Thing], names: Names) -> Contradiction:
    thing, words = things[finding.thing], names.words
    had, took = (
        names.amount(Amount(thing.product, thing.level, exact(round(one, 6)), finding.uom)) if one is not None else "?"
        for one in (finding.had, finding.took)
    )
    others = ", ".join(map(item_text, finding.others[:MOST_OTHERS]))
    text = words.say(f"trace.finding.{finding.what.replace(' ', '_')}", had=had, took=took, units=", ".join(finding.units), others=others)
    events = tuple(
        Link(event_url(one.event_id, one.record), f"{words.clock(one.at)} {names.step('observed', one.biz_step)}") for one in finding.events
    )
    return Contradiction(names.thing(thing), item_url(thing.code), text, "quiet" if finding.what in _QUIET else "bad", events)
