"""The JSON that leaves this server. Names are camelCase as in EPCIS 2.0; bytes are hex with 0x.

Pydantic is used here and nowhere below: each reply is shaped from plain values by its route.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

Hex = Annotated[str, Field(pattern="^0x[0-9a-f]*$", examples=["0x5f16f4c7f149ac4f9510d9cf8cf384038ad348b3bcdc01915f95de12df9d1b02"])]
ItemUri = Annotated[str, Field(examples=["https://id.gs1.org/01/06901234567892/21/A1"])]
EventId = Annotated[str, Field(examples=["ni:///sha-256;df7bb3c352fef055578554f09f5e2aa41782150ced7bd0b8af24dd3ccb30ba69?ver=CBV2.0"])]


class Reply(BaseModel):
    """Base of all replies."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class Health(Reply):
    """The process is alive and its database answers."""

    status: Literal["ok"] = "ok"


class EpcOut(Reply):
    """What an RFID tag holds."""

    hex: str = Field(examples=["3074257BF7194E4000001A85"])
    scheme: str = Field(examples=["sgtin-96"])
    filter: int = Field(description="0 to 7: how the item is packed")
    prefix_length: int = Field(description="digits of the GS1 company prefix")
    pure_identity: str = Field(examples=["urn:epc:id:sgtin:0614141.812345.6789"])
    tag_uri: str = Field(alias="tagURI", examples=["urn:epc:tag:sgtin-96:3.0614141.812345.6789"])


class ScanOut(Reply):
    """What a scanned text is."""

    text: str = Field(description="as it was given")
    scheme: str = Field(description="gs1, drug20, ecode, own (a company's rule) or uri")
    code: ItemUri
    key: str = Field(description="application identifier of the GS1 key, or the scheme of another code")
    parts: dict[str, str] = Field(description="all that the text says, by application identifier or by name; attributes too")
    titles: dict[str, str] = Field(description="what each part is called")
    spelling: str = Field(description="digital-link, element-string, gtin, sscc, epc-hex …: see docs/scan.md")
    carrier: str = Field(description="the symbol, if the scanner told it by a symbology identifier")
    rule: str = Field(description="the company's rule that recognised it, or empty")
    epc: EpcOut | None = Field(description="for a text from an RFID tag")
    item_id: Hex
    notes: list[str] = Field(description="what was assumed or left out")
    page: str = Field(description="path of the item's page for everybody")
    console: str = Field(description="path of the item's page in the console")


class EmbeddedOut(Reply):
    """How much the embedded chain carries, and whether it is time to move to a network."""

    anchors: int = Field(description="anchors on the chain, so at most this many items")
    seconds_per_block: float | None = Field(description="of late; grows with the number of items")
    advice: str


class ChainOut(Reply):
    """The chain node's word now, or what was last known of it."""

    reachable: bool
    chain_id: int | None
    head: int | None = Field(description="number of the newest block; while the node is away, the last one that was seen")
    head_hash: Hex | None = None
    head_time: int | None = Field(default=None, description="Unix seconds")
    problem: str | None = None
    away_since: str | None = Field(default=None, description="since when the node does not answer")
    embedded: EmbeddedOut | None = Field(default=None, description="only for the embedded chain of one machine")


class MirrorOut(Reply):
    """The SQL copy of the chain."""

    state: str = Field(description="new, catching_up, following, waiting, doubting or stopped")
    problem: str | None
    block: int | None = Field(description="nothing is missing up to this block")
    lag: int | None = Field(description="blocks behind the chain's head, as last seen")
    anchors: int
    confirmed: int = Field(description="of these, how many agree with the heads on the chain")
    items: int
    rewinds: int
    checked_at: str | None


class LaneOut(Reply):
    """How publishing for one signer goes."""

    signer: Hex
    state: str = Field(description="ready, waiting, stuck, paused or wrong_chain")
    since: datetime
    problem: str | None


class QueueOut(Reply):
    """What was accepted and is not on the chain yet."""

    depth: int = Field(description="anchors that were accepted and are in no block yet")
    waiting: int = Field(description="of these, not signed yet")
    underway: int = Field(description="of these, signed and given to the chain")
    oldest: datetime | None = Field(description="since when the oldest of them waits")
    captures_running: int
    lanes: list[LaneOut]


class StatusOut(Reply):
    """How far everything is."""

    chain: ChainOut
    mirror: MirrorOut
    queue: QueueOut


class SignerOut(Reply):
    """A key that writes, or once wrote, for a member."""

    address: Hex
    active_from: int = Field(description="Unix seconds")
    active_until: int = Field(description="Unix seconds; 0 while it is active")


class MemberOut(Reply):
    """An organisation of the consortium."""

    id: int
    name: str
    endpoint: str
    roles: list[str]
    suspended: bool
    since: int = Field(description="Unix seconds")
    anchors: int = Field(description="how many anchors it has written")
    signers: list[SignerOut]


class MembersOut(Reply):
    """All members, as of a block."""

    members: list[MemberOut]
    block: int | None


class FailureOut(Reply):
    """Which rule an event breaks, where, and how to mend it."""

    path: str = Field(examples=["$.epcisBody.eventList[3].action"])
    problem: str
    rule: str = ""
    fix: str = ""
    others: list[FailureOut] = Field(default=[], description="further rules that the same event breaks")


class ResultOut(Reply):
    """What became of one event of a capture."""

    index: int = Field(description="place in the document's event list, from 0")
    outcome: Literal["stored", "duplicate", "invalid", "rolled_back"]
    event_id: Annotated[str | None, Field(alias="eventID")] = None
    problem: FailureOut | None = None


class CaptureErrorOut(Reply):
    """One event that could not be captured, as a problem document (RFC 9457)."""

    type: Literal["epcisException:ValidationException"] = "epcisException:ValidationException"
    title: str
    status: Literal[400] = 400
    detail: str
    instance: str = Field(description="where the event stands in the document")


class CaptureJobOut(Reply):
    """A capture job as EPCIS 2.0 has it."""

    capture_id: Annotated[str, Field(alias="captureID")]
    created_at: datetime
    finished_at: datetime | None
    running: bool
    success: bool = Field(description="no error so far; once it does not run any more, all events are captured")
    capture_error_behaviour: Literal["rollback", "proceed"]
    errors: list[CaptureErrorOut] = Field(description="the first 20")


class CaptureOut(CaptureJobOut):
    """A capture job with what became of each event."""

    error_behaviour: Literal["rollback", "proceed"] = Field(description="the same as captureErrorBehaviour")
    events_total: int
    events_done: int
    counts: dict[str, int] = Field(description="events by outcome, over the whole job")
    results: list[ResultOut] = Field(description="one page of results, in order of the document")
    next: int | None = Field(description="the `from` of the next page; null on the last one")


class AcceptedOut(Reply):
    """The document is stored; its events are being processed."""

    capture_id: Annotated[str, Field(alias="captureID")]
    events_total: int


class StoredOut(Reply):
    """One event is stored, or was already."""

    outcome: Literal["stored", "duplicate"]
    event_id: Annotated[str, Field(alias="eventID")]
    commitment: Hex
    items: list[ItemUri]


class EventOut(Reply):
    """One recorded event, as far as its reader may see it."""

    event_id: Annotated[str, Field(alias="eventID")]
    commitment: Hex
    signer: Hex
    captured_at: datetime
    state: Literal["pending", "sent", "anchored", "final"] = Field(description="that of its slowest anchor")
    items: list[ItemUri] = Field(description="what it was recorded for, as far as this reader is shown it, the first 100")
    items_total: int = Field(description="how many of them this reader is shown")
    withheld: int = Field(description="properties that this reader is not shown")
    erased: bool = Field(description="its content was destroyed; `event` is empty")
    event: dict[str, Any]


class EventsOut(Reply):
    """One page of events."""

    events: list[EventOut]
    next: str | None = Field(description="the `after` of the next page; null when this is the last one")
    complete: bool = Field(description="whether this page and those before it hold everything that was asked for")


class StepOut(Reply):
    """One numbered step of verification (spec 7.1)."""

    step: int
    part: str = Field(description="what was checked within the step", examples=["commitment"])
    outcome: Literal["passed", "failed", "not checked"]
    why: str
    expected: str = ""
    found: str = ""


class AnchoredOut(Reply):
    """One anchor, as the chain has it."""

    seq: int = Field(description="1, 2, 3 … within the item")
    time: int = Field(description="of its block, Unix seconds")
    block: int
    signer: Hex
    member: int
    member_name: str


class RecordVerdictOut(Reply):
    """What verification says of one record."""

    commitment: Hex
    event_id: Annotated[str | None, Field(alias="eventID")] = None
    verdict: Literal["verified", "altered", "missing", "unanchored", "erased", "withheld"]
    steps: list[StepOut] = Field(description="steps 1 to 4; 5 and 6 are the item's")
    anchors: list[AnchoredOut] = Field(description="its anchors for this item")


class BlockOut(Reply):
    """The block that a verdict stands on."""

    number: int
    hash: Hex
    time: int


class ItemVerdictOut(Reply):
    """What verification says of an item (spec 7.3)."""

    item: ItemUri = Field(description="its code; its item id (32 bytes, hex) where this reader is not shown which item it is")
    verdict: Literal["verified", "altered", "incomplete", "pending", "unknown"]
    complete: bool
    live: bool = Field(description="whether the chain was asked and has the block")
    block: BlockOut
    head: Hex
    count: int = Field(description="anchors of the item")
    newer_anchors: int | None = Field(description="anchors that the item got after that block; null when no node was asked")
    steps: list[StepOut]
    records: list[RecordVerdictOut]


class VerifyOut(Reply):
    """The verdict on an item, or on an event or a hash in each item that it was anchored for."""

    subject: dict[str, str] = Field(examples=[{"code": "https://id.gs1.org/01/06901234567892/21/A1"}])
    verdict: str
    items: list[ItemVerdictOut]
    truncated: bool = Field(description="whether it was anchored for more items than were checked")


class ActOut(Reply):
    """One thing that a request did, from the audit log."""

    at: datetime
    actor: str
    action: str
    subject: str


class CarriedOut(Reply):
    """Some anchors of one record, in one transaction; without one they wait in the queue."""

    record: int
    event_id: Annotated[str, Field(alias="eventID")]
    anchors: int
    transaction: Hex | None
    state: str | None = Field(description="of the transaction: signed, sent, mined, final or failed")
    block: int | None
    block_hash: Hex | None


class TrailOut(Reply):
    """Where everything went that a request brought."""

    request_id: Annotated[str, Field(alias="requestID")]
    acts: list[ActOut]
    captures: list[str] = Field(description="jobs, at /capture/{captureID}")
    anchors: list[CarriedOut] = Field(description="of the first 100 records of each act")
    truncated: bool
