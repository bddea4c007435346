"""The JSON of erasures."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from api.account_schemas import Request
from api.schemas import Hex, Reply
from records.erasure import LONGEST
from records.erasure_models import ErasureState

Sentence = Annotated[str, Field(min_length=1, max_length=LONGEST)]


class ErasureIn(Request):
    """What is to be erased, and why."""

    event_id: Annotated[str, Field(alias="eventID", min_length=1, max_length=2048)]
    record: Annotated[int | None, Field(ge=1, le=2**62, description="number of the record, where several share the event id")] = None
    ordered_by: Annotated[
        Sentence, Field(description="on whose order; stands on the receipt", examples=["Data subject, letter of 2026-11-02"])
    ]
    reason: Annotated[Sentence, Field(description="stands on the receipt", examples=["the driver's name stood in a note"])]


class ErasureOut(Reply):
    """A request, and what became of it."""

    id: str
    state: ErasureState
    event_id: Annotated[str, Field(alias="eventID")]
    record: int
    commitment: Hex
    ordered_by: str
    reason: str
    asked_at: datetime
    asked_by: str
    decided_at: datetime | None
    decided_by: str | None
    receipt_item: Annotated[str | None, Field(description="item code of the receipt; its bundle is downloaded like any item's")]
    receipt_event_id: Annotated[str | None, Field(alias="receiptEventID")]


class ErasuresOut(Reply):
    """A page of requests."""

    erasures: list[ErasureOut]
    next: Annotated[str | None, Field(description="give it as `after`; null: there is no more")]
