"""The JSON of `GET /search`."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from api.schemas import EventId, ItemUri, Reply


class Group(Reply):
    """What every group says of itself."""

    more: bool = Field(description="whether there are, or may be, others: ask with `group` and a higher `limit`, or more precisely")


class RecognisedOut(Reply):
    """What the text is to a scanner."""

    code: ItemUri
    spelling: str = Field(description="digital-link, element-string, gtin … (see docs/scan.md)")
    recorded: bool = Field(description="whether anything about that very item is recorded here")
    page: str = Field(description="path of the item's page for everybody")
    console: str = Field(description="path of the item's page in the console")


class FoundEvent(Reply):
    """The record whose event id or hash the text is."""

    event_id: Annotated[EventId, Field(alias="eventID")]
    record: int
    console: str


class FoundItem(Reply):
    """An item whose code holds the text."""

    code: ItemUri
    name: str = Field(description="as companies state it, of the item or its product; empty without")
    last_step: str = Field(description="business step of its latest record, or the event's type")
    last_time: datetime = Field(description="event time of that record")
    console: str


class FoundItems(Group):
    """Items."""

    found: list[FoundItem]


class FoundName(Reply):
    """What master data call so: their writer's word, not anchored."""

    code: str = Field(examples=["https://id.gs1.org/414/6901234000047"])
    name: str
    text: str = Field(description="the text in which the words stand; empty: they stand in the code")
    console: str


class FoundNames(Group):
    """Products, or places and parties."""

    found: list[FoundName]


class FoundMember(Reply):
    """A member of the consortium."""

    id: int
    name: str
    console: str


class FoundMembers(Group):
    """Members."""

    found: list[FoundMember]


class FoundDocument(Reply):
    """A business document that events name, as far as the asker may see it."""

    type: str = Field(examples=["po"])
    id: str = Field(examples=["https://acme.example/po/4711"])
    latest: datetime = Field(description="event time of the newest event that names it, among those looked at")
    console: str


class FoundDocuments(Group):
    """Business documents."""

    found: list[FoundDocument]


class PassageOut(Reply):
    """A text in which words stand."""

    property: str = Field(description="top-level property of the event", examples=["acme:note"])
    field: str = Field(description="name of the field that holds the text")
    text: str


class FoundRecord(Reply):
    """An event in whose texts all words stand."""

    event_id: Annotated[EventId, Field(alias="eventID")]
    record: int
    type: str
    biz_step: str
    event_time: datetime
    declaration: bool = Field(description="whether it declares an earlier event wrong")
    member: str = Field(description="who recorded it; empty while the mirror does not know")
    where: list[PassageOut] = Field(description="where the words stand")
    console: str


class FoundRecords(Group):
    """Events, the newest record first."""

    found: list[FoundRecord]
    unread: int = Field(description="records that were not looked at, because they are in no index yet")


class SearchOut(Reply):
    """What a text finds."""

    query: str
    recognised: RecognisedOut | None
    event: FoundEvent | None
    items: FoundItems
    products: FoundNames
    places: FoundNames
    members: FoundMembers
    documents: FoundDocuments
    records: FoundRecords
    complete: bool = Field(description="whether every group that was asked for is told whole")


GroupName = Literal["items", "products", "places", "members", "documents", "records"]
