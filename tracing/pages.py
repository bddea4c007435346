"""An answer page by page: links in the order of time, each page with the steps and things that its links name first. Pure.

What a page names is on it or on an earlier one, and all pages together are the answer. What is said of the whole (`complete`, ends,
findings, totals) is the same on every page.
"""

from __future__ import annotations

import zlib
from array import array
from dataclasses import dataclass

from tracing.answer import Link, Step, Thing, Trace


@dataclass(frozen=True, slots=True)
class Page:
    """A part of an answer. `after`: how many links there are up to its end; None: it is the last."""

    things: tuple[Thing, ...]  # nearest first
    steps: tuple[Step, ...]
    links: tuple[Link, ...]
    after: int | None


def mark(trace: Trace) -> int:
    """A checksum of its things and of which steps they took part in, by which another answer is told apart; 32 bits."""
    things = array("q", (thing.number for thing in trace.things))
    return zlib.crc32(array("q", (number for link in trace.links for number in link[:2])), zlib.crc32(things))


def page(trace: Trace, after: int, most: int) -> Page:
    """The page behind so many links; the first one has the things without links too, among them the start."""
    before, links = trace.links[:after], trace.links[after : after + most]
    told = {link.thing for link in before} if after else {thing.number for thing in trace.things} - {link.thing for link in trace.links}
    things = {link.thing for link in links} - told if after else {link.thing for link in links} | told | {trace.start}
    steps = {link.step for link in links} - {link.step for link in before[-1:]}
    return Page(
        things=tuple([thing for thing in trace.things if thing.number in things]),
        steps=tuple([step for step in trace.steps if step.record in steps]),
        links=links,
        after=after + most if after + most < len(trace.links) else None,
    )
