"""How far a thing is affected: the spans of time in which what is traced was in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from tracing.answer import How

EVER = 2**62  # beyond every moment, in microseconds


class Span(NamedTuple):
    """From `since` to `until`, both included, microseconds since 1970."""

    since: int = -EVER
    until: int = EVER

    def holds(self, at: int) -> bool:
        """Whether that moment lies within."""
        return self.since <= at <= self.until

    def within(self, other: Span) -> Span:
        """What both have; empty (`since` after `until`) where they have nothing."""
        if other.since <= self.since and self.until <= other.until:
            return self
        return Span(max(self.since, other.since), min(self.until, other.until))


ALWAYS = Span()


@dataclass(slots=True)
class Reach:
    """How the walk came to a thing first, and the spans in which it is affected. A carrier only holds something affected."""

    depth: int
    how: How
    spans: list[Span] = field(default_factory=list)
    carrier: bool = False

    def widened(self, span: Span, *, carrier: bool) -> bool:
        """Take a span in; whether that tells anything new. What is affected itself is no carrier any more."""
        if any(known.since <= span.since and span.until <= known.until for known in self.spans) and (carrier or not self.carrier):
            return False
        self.spans = [known for known in self.spans if not (span.since <= known.since and known.until <= span.until)] + [span]
        self.carrier = self.carrier and carrier
        return True

    def holds(self, at: int) -> bool:
        """Whether the thing is affected at that moment."""
        for since, until in self.spans:  # noqa: SIM110 (asked a million times)
            if since <= at <= until:
                return True
        return False

    def cut(self, moments: Sequence[int]) -> None:
        """End each span at the first of these moments within it, when all that it held was taken out."""
        for at in moments:
            self.spans = [Span(span.since, at) if span.since < at < span.until else span for span in self.spans]

    @property
    def since(self) -> int:
        """The earliest moment."""
        return min(span.since for span in self.spans)

    @property
    def until(self) -> int:
        """The latest moment."""
        return max(span.until for span in self.spans)
