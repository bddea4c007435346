"""The documented form of a trace (docs/trace.md)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from api.schemas import Hex, ItemUri, Reply
from tracing.answer import Direction, How, Kind, Level, StepVerdict, What, Why


class TraceThing(Reply):
    """Something that the trace came to."""

    number: int = Field(description="stands for it in `links` and `ends`")
    code: ItemUri
    level: Level
    product: str = Field(description="its trade item, without lot or serial; empty if it has none")
    depth: int = Field(description="ties from the start")
    how: How = Field(description="by which tie it was reached; a `carrier` only held something affected")


class TraceParty(Reply):
    """An end of a transfer, as the event names it; empty where it does not, or the asker is not shown it."""

    owner: str
    place: str


class TraceStep(Reply):
    """An event in which things of the trace took part."""

    record: int = Field(description="stands for it in `links` and `ends`")
    event_id: Annotated[str, Field(alias="eventID")]
    at: datetime
    kind: Kind
    type: str
    biz_step: str
    signer: Hex
    verdict: StepVerdict = Field(description="of its record, hashed again for this answer; `pending`: not known to the mirror yet")
    declared: bool = Field(description="declared to be in error later: it is shown and not followed")
    disposition: str
    place: str = Field(description="its read point")
    location: str = Field(description="its business location")
    source: TraceParty
    destination: TraceParty
    withheld: bool = Field(description="this reader is not shown all that took part")


class TraceLink(Reply):
    """A thing took part in a step."""

    thing: int
    step: int
    role: str = Field(examples=["input", "output", "parent", "child", "object", "lot"])
    action: str = Field(examples=["ADD", "OBSERVE", "DELETE", ""])
    quantity: float | None = Field(description="null: one single thing, or not said")
    uom: str = Field(description="UN/ECE Recommendation 20; empty: pieces")


class TraceEnd(Reply):
    """A place where the trace stops although there may be more."""

    why: Why
    thing: int | None
    step: int | None


class TraceEvidence(Reply):
    """An event that a finding rests on; it need not be among the trace's steps."""

    record: int
    event_id: Annotated[str, Field(alias="eventID")]
    at: datetime
    biz_step: str


class TraceFinding(Reply):
    """Records of a thing that contradict each other, or cannot be judged."""

    what: What
    thing: int
    step: int | None = Field(description="the record of the event that shows it")
    events: list[TraceEvidence] = Field(description="first the one that shows it, then those that it contradicts; at most 5")
    had: float | None = Field(description="how much there was, went in, or is allowed, in `uom`")
    took: float | None = Field(description="how much was taken, or came out, in `uom`")
    uom: str = Field(description="KGM, LTR, empty for pieces, or the events' own unit")
    others: list[str] = Field(description="codes of both parents, or of the ring")
    units: list[str] = Field(description="units that cannot be added up")


class TraceTotal(Reply):
    """How many there are on all pages."""

    things: int
    steps: int
    links: int


class TraceOut(Reply):
    """Where a thing went, or came from: a page of it, and what holds for the whole."""

    start: int
    direction: Direction
    complete: bool = Field(description="whether nothing is known to be missing; `ends` says what and where")
    total: TraceTotal
    next: str | None = Field(description="leads to the next page, as `after`; null: this is the last")
    things: list[TraceThing] = Field(description="those that the links of this page name first, nearest first")
    steps: list[TraceStep] = Field(description="the same, by time")
    links: list[TraceLink] = Field(description="by time")
    ends: list[TraceEnd] = Field(description="of the whole answer, as are `complete`, `checked`, `findings` and `judged`")
    checked: int = Field(description="steps whose records were hashed again for this answer")
    findings: list[TraceFinding]
    judged: int = Field(description="things, nearest first, that were looked through for findings")
