"""The JSON of stock (docs/stock.md)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from api.schemas import ItemUri, Reply

State = Literal["here", "transit", "sold", "used", "ended", "unknown"]
Amount = Annotated[float, Field(description="in `uom`; of what is said without an amount, nothing")]
Unit = Annotated[str, Field(description="KGM, LTR, empty for pieces, or the events' own unit")]
LastDay = Annotated[date | None, Field(description="the last day, as its ilmd says; null: it does not say one")]


class StockLot(Reply):
    """So much of a lot at a place."""

    code: ItemUri = Field(description="the lot, or what has none")
    product: ItemUri
    expires: LastDay
    state: State
    place: str = Field(description="as an event writes it; of what is in transit: where it is bound for; empty: nobody said")
    amount: Amount
    uom: Unit
    unsaid: bool = Field(description="of some of it, no event says how much")
    on_hold: bool
    since: datetime | None = Field(description="how long the oldest of it is there; null for what is sold, used or ended")


class Behind(Reply):
    """What is not counted yet."""

    records: int = Field(description="records that were not looked at yet")
    lots: int = Field(description="lots of which new records speak, and that were not counted again yet")


class StockOut(Reply):
    """A page of stock."""

    lots: list[StockLot]
    complete: bool = Field(description="nothing is withheld, nothing waits, and this is the last page")
    withheld: int = Field(description="lots that are left out, because not every event of theirs is shown to this reader")
    behind: Behind
    next: str | None = Field(description="give it as `after`; null: there is no more")


class PickOut(Reply):
    """Take so much of a lot."""

    lot: StockLot
    take: float


class KeptOut(Reply):
    """So much of a lot may not be taken: capture would refuse to ship it."""

    lot: StockLot
    amount: float
    held: ItemUri = Field(description="what is on hold: the lot, items of it, or what they lie in")


class PicksOut(Reply):
    """First expired, first out."""

    picks: list[PickOut]
    short: float = Field(description="what is wanted and not there")
    uom: Unit
    expired: list[StockLot] = Field(description="past their last day: never advised")
    on_hold: list[KeptOut] = Field(description="passed over because of a hold, as far as its turn came")
    unsaid: list[StockLot] = Field(description="of these no event says how much there is")
    complete: bool
    withheld: int
    behind: Behind


class OvertakenLot(Reply):
    """A lot that should have gone first."""

    code: ItemUri
    expires: date
    amount: float | None = Field(description="that lay there; null: nobody said")


class ViolationOut(Reply):
    """A lot left a place before one that expires earlier."""

    at: datetime
    event_id: Annotated[str, Field(alias="eventID")]
    record: int
    what: Literal["shipped", "sold"]
    code: ItemUri
    product: ItemUri
    expires: date
    place: str
    amount: float | None
    uom: Unit
    earlier: list[OvertakenLot] = Field(description="at most five, the first to expire first")


class ViolationsOut(Reply):
    """A page, newest first."""

    violations: list[ViolationOut]
    since: datetime
    complete: bool
    withheld: int
    behind: Behind
    next: str | None = Field(description="give it as `after`; null: there is no more")
