"""What a trace answers: things, the steps at which they met, and where the trace ends although there may be more (docs/trace.md)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal, NamedTuple

Direction = Literal["forward", "backward"]
Level = Literal["lot", "item", "pallet", "asset", "product", "other"]
How = Literal["start", "made", "used", "member", "lot", "contents", "carrier"]
Kind = Literal[
    "transformed", "split", "merged", "packed", "unpacked", "associated", "dissociated", "moved", "returned", "made", "observed", "ended"
]
StepVerdict = Literal["verified", "pending", "altered", "erased", "not checked"]


class Why(StrEnum):
    """Why a trace stops somewhere."""

    LIMIT = "limit"  # more things than were asked for
    DEPTH = "depth"  # more levels than were asked for
    WITHHELD = "withheld"  # a member does not show this asker all that took part
    ALTERED = "altered"  # the record behind a step is not what was anchored
    ERASED = "erased"  # the record behind a step was erased
    UNDRAWN = "undrawn"  # records that came from a backup are not drawn yet
    ORIGIN = "origin"  # nobody recorded how this thing came into being
    CUSTODY = "custody"  # it was sent, and nobody recorded its arrival
    LEFT = "left"  # it was sent to somebody who is no member, where nothing more is recorded
    TIME = "time"  # it was used before it was made, by the clocks of those who say so; it is followed all the same


@dataclass(frozen=True, slots=True)
class End:
    """One place where a trace stops, or may. `thing` and `step` are numbers of those in the answer."""

    why: Why
    thing: int | None = None
    step: int | None = None


class Thing(NamedTuple):
    """What the trace came to; a tuple, because there may be a hundred thousand.

    `how`: by which tie; a carrier only held something affected. `depth`: ties from the start.
    """

    number: int
    code: str  # canonical item code
    level: Level
    product: str  # code of its trade item, without lot or serial; "" if it has none
    depth: int
    how: How


@dataclass(frozen=True, slots=True)
class Party:
    """An end of a transfer: owner and place as the event names them (EPCIS 2.0 7.3.5.5); "" where it does not."""

    owner: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """An event in which things of the trace took part. Of one that is not checked, the words are empty."""

    record: int
    event_id: str
    at: datetime
    kind: Kind
    type: str
    biz_step: str
    signer: bytes
    verdict: StepVerdict
    declared: bool  # in error, later: it is shown, and not followed
    disposition: str = ""  # bare word of CBV 2.0 7.2, else as it is written
    place: str = ""  # readPoint
    location: str = ""  # bizLocation
    source: Party = Party()
    destination: Party = Party()
    withheld: bool = False  # the asker is not shown all that took part


class Link(NamedTuple):
    """A thing took part in a step; a tuple, because there are even more of them.

    `quantity` in `uom` (UN/ECE Recommendation 20, "" = pieces); None: one single thing, or not said.
    """

    thing: int
    step: int
    role: str  # object, parent, child, input, output, lot
    action: str  # ADD, OBSERVE, DELETE, or empty
    quantity: float | None = None
    uom: str = ""


class What(StrEnum):
    """What is wrong with the records of a thing (docs/trace.md, findings)."""

    OVERDRAWN = "overdrawn"  # more of a lot was used, ended and sent than there was
    SURPLUS = "surplus"  # more came out of a transformation than went in, or than the product's yield allows
    SHORTFALL = "shortfall"  # less came out than the product's yield allows
    UNITS = "units"  # units of different kinds, which cannot be added: nothing can be judged
    USED_TWICE = "used twice"  # one single thing went into two transformations
    PACKED_TWICE = "packed twice"  # one single thing was in two places at once
    OWN_ANCESTOR = "own ancestor"  # it is in itself, or was made of itself
    ORDER = "order"  # used or packed before it was made
    WITHHELD = "withheld"  # the asker is not shown all that concerns it: its quantities cannot be judged


@dataclass(frozen=True, slots=True)
class Evidence:
    """An event that a finding rests on; it need not be a step of the trace."""

    record: int
    event_id: str
    at: datetime
    biz_step: str


@dataclass(frozen=True, slots=True)
class Finding:
    """Records of a thing that contradict each other. `had` and `took` are the two sides, in `uom`; None where nothing is counted."""

    what: What
    thing: int
    events: tuple[Evidence, ...] = ()  # first the one that shows it, then those that it contradicts
    had: float | None = None
    took: float | None = None
    uom: str = ""
    others: tuple[str, ...] = ()  # codes: both parents, the ring
    units: tuple[str, ...] = ()  # those that cannot be added

    @property
    def step(self) -> int | None:
        """The record of the event that shows it."""
        return self.events[0].record if self.events else None


@dataclass(frozen=True, slots=True)
class Trace:
    """The whole answer; things nearest first, steps by time."""

    start: int
    direction: Direction
    things: tuple[Thing, ...]
    steps: tuple[Step, ...]
    links: tuple[Link, ...]
    ends: tuple[End, ...]
    checked: int  # steps whose records were hashed again for this answer
    findings: tuple[Finding, ...] = ()
    judged: int = 0  # things, nearest first, whose records were looked through for findings

    @property
    def complete(self) -> bool:
        """Whether nothing is known to be missing; what is followed in spite of its clocks is not, nor what left the consortium."""
        return all(end.why in (Why.TIME, Why.LEFT) for end in self.ends)
