"""What a suspicion finds, before anything is decided: the events, and the things with which a recall would start."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from recall.suspicion.asked import Suspicion
from recall.suspicion.starts import begin
from records.audiences import View
from tracing import read
from tracing.read import Said

MOST_EVENTS, MOST_THINGS = 20, 200  # that are named


@dataclass(frozen=True, slots=True)
class Preview:
    """`events`, `things`: how many; the first of each by name. `unknown`: codes that were named and are not recorded here."""

    events: int
    first_events: Sequence[Said]
    things: int
    first_things: Sequence[str]
    unknown: Sequence[str]


def preview(session: Session, suspicion: Suspicion, view: View) -> Preview:
    """Nothing is kept of it. InvalidInput where it finds too much."""
    begun = begin(session, suspicion, view)
    some = begun.events[:MOST_EVENTS]
    said = read.said(session, some)
    codes = sorted(begun.codes.values())
    return Preview(len(begun.events), [said[number] for number in some], len(codes), codes[:MOST_THINGS], begun.unknown)
