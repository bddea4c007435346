"""The documented form of what was handed over and does not match (docs/custody.md)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from api.schemas import Hex, ItemUri, Reply
from api.trace_schemas import TraceParty
from tracing.custody.listing import State


class HandoverOut(Reply):
    """A shipping or a receiving. What this reader is not shown, and what the event does not say, is empty."""

    record: int
    event_id: Annotated[str, Field(alias="eventID")]
    at: datetime
    biz_step: str = Field(examples=["shipping", "receiving"])
    signer: Hex
    place: str = Field(description="where it was recorded")
    source: TraceParty
    destination: TraceParty
    disposition: str
    temperature: tuple[float, float] | None = Field(description="least and most of its readings, degrees Celsius")


class CustodyGoods(Reply):
    """One thing of a handover; a single thing is one piece."""

    code: ItemUri
    said: float = Field(description="by this handover")
    other: float = Field(description="by the other end")
    uom: str = Field(description="KGM, LTR, empty for pieces, or the events' own unit")


class CustodyLine(Reply):
    """A handover whose other end lacks or differs."""

    state: State
    handover: HandoverOut
    goods: list[CustodyGoods] = Field(description="at most 20 of `count`")
    count: int
    differences: list[Literal["quantity", "time", "temperature"]]
    counterpart: HandoverOut | None = Field(description="the first receipt, where something was received")


class CustodyOut(Reply):
    """A page, newest first."""

    lines: list[CustodyLine]
    since: datetime = Field(description="nothing older was looked at")
    looked: int = Field(description="handovers that were looked at for this page")
    complete: bool = Field(description="whether this page reaches back to `since`; if not, `older` goes on")
    undrawn: bool = Field(description="records from a backup are not read in yet: ends may seem to lack that do not")
    older: str | None = Field(description="send it as `older` for the next page")
