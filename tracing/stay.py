"""What is said of where a thing is, and what a stop makes of it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Literal, NamedTuple

from tracing.movements import Stop

# At a place; sent, and not received yet; with a consumer; made into something; destroyed or its code ended; nobody says where.
State = Literal["here", "transit", "sold", "used", "ended", "unknown"]
Where = tuple[State, str]
SELLING = frozenset({"retail_selling", "dispensing"})  # CBV 2.0 7.1


class Stay(NamedTuple):
    """How much of a thing was somewhere, from when until when; a tuple, because there may be several for each of a hundred thousand.

    What was in one place and left it in parts is several stays.
    """

    thing: int  # number in the trace
    state: State
    place: str  # of what is in transit: where, or to whom, it is bound; "" nobody said
    owner: str  # party that the last transfer named, "" nobody said
    quantity: Decimal | None  # in `uom`; None: one single thing, or not said
    uom: str  # base unit of its kind (ledger_client.units); "" pieces
    since: datetime
    until: datetime | None  # None: it still is
    step: int  # the newest record that says so
    through: int | None  # the container it lies in
    over: int | None = None  # the record that ended it


def state_of(stop: Stop) -> Where:
    """Where a thing is after a stop."""
    if stop.way == "left":
        return "transit", stop.bound
    if stop.way == "used":
        return "used", stop.place
    if stop.way == "gone":
        return ("sold" if stop.step.biz_step in SELLING else "ended"), stop.place
    return ("here", stop.place) if stop.place else ("unknown", "")


def owner_of(stop: Stop, before: str) -> str:
    """Whose it is after a stop: what its transfer says, else whose it was."""
    return stop.step.destination.owner or before
