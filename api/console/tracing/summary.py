"""The answer before any picture: where goods came to and how much of them, or what something was made from, where that came from."""

from __future__ import annotations

from dataclasses import dataclass

from api.console.event_rows import item_url
from api.console.shown import Badge, Moment, link, moment_or_none
from api.console.tracing.named import Names
from tracing.answer import Thing
from tracing.destinations import Destination, Tally
from tracing.sources import Source

MOST = 100  # lines on the page; the files have all
_CAME = ("receiving", "accepting", "collecting", "arriving", "unloading")  # one of these says enough, the first that there is
_PASSING = frozenset({*_CAME, "storing", "stocking", "unpacking"})
STATES = {"stayed": "wait", "bound": "warn", "left": "wait", "used": "quiet", "passed": "quiet"}


@dataclass(frozen=True, slots=True)
class Happened:
    """What happened to how much."""

    step: str
    amounts: str


@dataclass(frozen=True, slots=True)
class Whither:
    """A place that goods came to. `state`: whether they stayed, are on their way to it, or went on."""

    place: str
    owner: str
    state: Badge
    happened: tuple[Happened, ...]
    first: Moment | None
    verdict: Badge
    key: str  # of its box in the picture


@dataclass(frozen=True, slots=True)
class Whence:
    """A material."""

    name: str
    url: str
    used: str
    supplier: str
    place: str
    first: Moment | None
    origin: Badge | None
    verdict: Badge
    trace_url: str


def whither(found: tuple[Destination, ...], names: Names) -> tuple[Whither, ...]:
    """The lines of the places, `MOST` of them."""
    several = len({amount.product for one in found for tally in one.tallies for amount in tally.amounts}) > 1
    return tuple(
        Whither(
            place=names.place(one.place),
            owner=names.place(one.owner) if one.owner else "",
            state=Badge(names.words.say(f"trace.state.{one.state if one.place else 'unsaid'}"), STATES[one.state]),
            happened=tuple(
                Happened(names.step("observed", tally.biz_step), names.amounts(tally.amounts, products=several))
                for tally in _telling(one.tallies)
            ),
            first=moment_or_none(one.first, names.words),
            verdict=names.verdict(one.verdict),
            key=f"p{one.place}",
        )
        for one in found[:MOST]
    )


def whence(found: tuple[Source, ...], names: Names) -> tuple[Whence, ...]:
    """The lines of the materials, `MOST` of them."""
    return tuple(
        Whence(
            name=names.thing(one.thing),
            url=item_url(one.thing.code),
            used=names.amounts(one.used),
            supplier=names.place(one.owner) if one.owner else names.members.get(one.signer, ""),
            place=names.place(one.place) if one.place else "",
            first=moment_or_none(one.first, names.words),
            origin=Badge(names.words.say("trace.origin"), "quiet") if one.origin else None,
            verdict=names.verdict(one.verdict),
            trace_url=trace_url(one.thing, "forward"),
        )
        for one in found[:MOST]
    )


def trace_url(thing: Thing, direction: str) -> str:
    """The trace of another thing."""
    return link("/console/trace", text=thing.code, direction=direction)


def _telling(tallies: tuple[Tally, ...]) -> list[Tally]:
    """How goods came, once, and what became of them; unloading, receiving and shelving are one arrival."""
    by_step = {tally.biz_step: tally for tally in tallies}
    came = next((by_step[name] for name in (*_CAME, "stocking", "storing", "unpacking") if name in by_step), None)
    return [*([came] if came else []), *(tally for tally in tallies if tally.biz_step not in _PASSING)]
