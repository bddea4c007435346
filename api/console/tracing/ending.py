"""Whether a trace is complete, in a sentence; else where it ends and why, each with where to look."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from api.console.event_rows import event_url, item_url
from api.console.tracing.named import Names
from tracing.answer import End, Step, Thing, Trace, Why
from tracing.destinations import Destination
from tracing.sources import Source

MOST = 5  # of one reason, one by one
TONES = {Why.ALTERED: "bad", Why.TIME: "warn", Why.ORIGIN: "quiet", Why.LEFT: "quiet"}


@dataclass(frozen=True, slots=True)
class Place:
    """A thing or a step at which the trace ends."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Ending:
    """One reason, with the places that it holds for."""

    reason: str
    tone: str
    places: tuple[Place, ...]
    more: str


@dataclass(frozen=True, slots=True)
class Told:
    """The first that is said of a trace."""

    headline: str
    sentence: str
    tone: str
    endings: tuple[Ending, ...]


def told(trace: Trace, names: Names, went: Sequence[Destination], came: Sequence[Source]) -> Told:
    """`went`: where goods came to (forward), `came`: the materials (backward). Goods without a known arrival are no gap in the records that
    were followed, and yet nobody may take such a trace for the whole story.
    """
    lost = [one for one in went if one.state == "bound"]
    places = len([one for one in went if one.state == "stayed"]) + len([one for one in came if one.origin])
    words = names.words
    start = next(thing for thing in trace.things if thing.number == trace.start)
    sentence = words.say(
        f"trace.sentence.{trace.direction}",
        thing=names.thing(start),
        things=words.number(len(trace.things) - 1),
        steps=words.number(len(trace.steps)),
        places=words.number(places),
    )
    cut = {end.why for end in trace.ends} - {Why.TIME, Why.LEFT}
    only_origins = cut == {Why.ORIGIN}
    state = ("open" if lost else "complete") if trace.complete else "origins" if only_origins else "truncated"
    tone = {"complete": "good", "open": "warn", "origins": "quiet"}.get(state, "bad" if Why.ALTERED in cut else "warn")
    return Told(words.say(f"trace.{state}"), sentence, tone, (*_endings(trace, names), *_lost([] if Why.CUSTODY in cut else lost, names)))


def _lost(lost: Sequence[Destination], names: Names) -> Iterator[Ending]:
    """Goods that were sent, and of whose arrival there is no record."""
    if lost:
        told = [f"{names.place(one.place)} {names.amounts(one.tallies[-1].amounts)}" for one in lost]
        more = names.words.say("trace.end.more", count=len(lost) - MOST) if len(lost) > MOST else ""
        yield Ending(names.words.say("trace.lost"), "warn", tuple(Place(text, "#summary") for text in told[:MOST]), more)


def _endings(trace: Trace, names: Names) -> tuple[Ending, ...]:
    things = {thing.number: thing for thing in trace.things}
    steps = {step.record: step for step in trace.steps}
    by_reason: dict[Why, list[End]] = defaultdict(list)
    for end in trace.ends:
        by_reason[end.why].append(end)
    order = sorted(by_reason, key=lambda why: {"bad": 0, "warn": 1}.get(TONES.get(why, "warn"), 2))
    return tuple(_ending(why, by_reason[why], things, steps, names) for why in order)


def _ending(why: Why, ends: list[End], things: Mapping[int, Thing], steps: Mapping[int, Step], names: Names) -> Ending:
    words = names.words
    places = tuple(dict.fromkeys(place for end in ends if (place := _place(end, things, steps, names))))
    more = words.say("trace.end.more", count=len(places) - MOST) if len(places) > MOST else ""
    return Ending(words.say(f"trace.end.{why}"), TONES.get(why, "warn"), places[:MOST], more)


def _place(end: End, things: Mapping[int, Thing], steps: Mapping[int, Step], names: Names) -> Place | None:
    """The step, where there is one: its page tells what is wrong."""
    step, thing = steps.get(end.step or 0), things.get(end.thing or 0)
    if step:
        what = f"{names.words.clock(step.at)} {names.step(step.kind, step.biz_step)}"
        return Place(f"{what} · {names.thing(thing)}" if thing else what, event_url(step.event_id, step.record))
    return Place(names.thing(thing), item_url(thing.code)) if thing else None
