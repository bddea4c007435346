"""The JSON of holds."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from api.account_schemas import Request
from api.schemas import ItemUri, Reply
from recall.holds import LONGEST

Sentence = Annotated[str, Field(min_length=1, max_length=LONGEST)]


class HoldIn(Request):
    """What is to be frozen, and why."""

    code: Annotated[str, Field(min_length=1, max_length=2048, description="a lot, an item, a container … in any spelling")]
    reason: Annotated[Sentence, Field(description="stands in the event", examples=["antibiotics found in the retained sample"])]


class ReleaseIn(Request):
    """Why it may go again."""

    reason: Annotated[Sentence, Field(description="stands in the event", examples=["second method found nothing"])]


class HoldOut(Reply):
    """A hold, and what became of it."""

    id: str
    code: ItemUri
    member: int
    recall: str | None = Field(description="id of the recall case that placed it, and releases it; null: none")
    reason: str
    placed_at: datetime
    placed_by: str
    placed_event_id: Annotated[str, Field(alias="placedEventID", description="the event that says so on the chain")]
    release_reason: str | None
    released_at: datetime | None = Field(description="null: it stands")
    released_by: str | None
    released_event_id: Annotated[str | None, Field(alias="releasedEventID")]


class HoldsOut(Reply):
    """A page of holds."""

    holds: list[HoldOut]
    next: Annotated[str | None, Field(description="give it as `after`; null: there is no more")]
