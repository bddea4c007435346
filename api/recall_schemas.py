"""The JSON of recall cases (docs/recall.md)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field

from api.account_schemas import Request
from api.hold_schemas import Sentence
from api.schemas import ItemUri, Reply
from recall.cases.opening import LONGEST_TITLE
from recall.suspicion.asked import LONGEST, MOST_VALUES
from recall.writing import LONGEST as LONGEST_SENTENCE

Texts = Annotated[list[Annotated[str, Field(max_length=LONGEST)]], Field(max_length=MOST_VALUES)]
Quantity = Annotated[float | None, Field(description="in `uom`; null: nobody said")]
State = Literal["here", "transit", "sold", "used", "ended", "unknown"]


class LimitIn(Request):
    """A sensor reading out of limits; one of the limits is enough."""

    type: Annotated[str, Field(max_length=60, examples=["Temperature"])]
    uom: Annotated[str, Field(max_length=4, description="UN/ECE Recommendation 20", examples=["CEL"])]
    below: float | None = None
    above: float | None = None


class SuspicionIn(Request):
    """What is suspected: all that is said has to hold of an event, of several values of a field any. Times are event times."""

    codes: Texts = Field(
        description="lots, items, containers, in any spelling", examples=[["(01)06901234567892(10)L7"]], default_factory=list
    )
    products: Texts = Field(description="trade items, by GTIN", default_factory=list)
    suppliers: Texts = Field(description="owners or places that goods came from, as events name them", default_factory=list)
    machines: Texts = Field(description="code (GIAI, place, device of a sensor), or value of the extension `machine`", default_factory=list)
    places: Texts = Field(description="places, with all places within", default_factory=list)
    operators: Texts = Field(description="code (GSRN), or value of the extension `operator`", default_factory=list)
    since: AwareDatetime | None = None
    before: AwareDatetime | None = None
    reading: LimitIn | None = None


class PreviewIn(Request):
    """A suspicion that is to be tried."""

    suspicion: SuspicionIn


class RecallIn(Request):
    """A case that is to be opened."""

    title: Annotated[str, Field(min_length=1, max_length=LONGEST_TITLE, examples=["抗生素残留 T7"])]
    reason: Annotated[Sentence, Field(examples=["antibiotics found in the retained sample"])]
    kind: Literal["recall", "drill"] = "recall"
    grade: Annotated[int, Field(ge=1, le=3, description="1: serious harm to health … 3: wrong label")] = 2
    aware_at: Annotated[AwareDatetime | None, Field(description="when the complaint came in; not in the future")] = None
    suspicion: SuspicionIn


class AccountIn(Request):
    """What became of units."""

    owner: Annotated[str, Field(max_length=20, pattern="^[0-9]+$", description="`owner` of a line of the case")]
    product: Annotated[str, Field(max_length=LONGEST)] = ""
    uom: Annotated[str, Field(max_length=8)] = ""
    outcome: Literal["returned", "destroyed", "consumed", "not_found"]
    quantity: Annotated[float, Field(gt=0, le=1e12)]
    note: Annotated[str, Field(max_length=LONGEST_SENTENCE)] = ""


class CloseIn(Request):
    """How a case ends."""

    conclusion: Sentence
    release: Annotated[bool, Field(description="let go what the case holds; false: the holds stay")]
    remainder_reason: Annotated[
        str, Field(max_length=LONGEST_SENTENCE, description="why some is not accounted for; needed where it is not")
    ] = ""


class FoundEvent(Reply):
    """An event that a suspicion finds."""

    record: int
    event_id: Annotated[str, Field(alias="eventID")]
    at: datetime
    type: str
    biz_step: str


class PreviewOut(Reply):
    """What a suspicion finds; nothing is decided by it."""

    events: int
    first_events: list[FoundEvent]
    things: int = Field(description="that came into being, were changed or stood there: a recall would start with them")
    first_things: list[ItemUri]
    unknown: list[ItemUri] = Field(description="codes that are not recorded here")


class EndOut(Reply):
    """Why the affected set may go on where nobody says (docs/trace.md, rule 9)."""

    why: str
    count: int
    first: list[dict[str, Any]] = Field(description="`code` of the thing, `event` id and `record` of the event, where there is one")


class DeadlineOut(Reply):
    """What is due by 食品召回管理办法."""

    what: Literal["start", "finish"]
    due: datetime
    done: datetime | None
    missed: bool


class LineOut(Reply):
    """One product of one owner, in one unit."""

    owner: str = Field(description="stands for the owner in `accounts` and `units`")
    member: int | None = Field(description="of the consortium; null: none of them")
    party: str = Field(description="code of an owner who is no member; empty: nobody knows")
    product: str
    uom: str
    affected: float = Field(description="what has to be accounted for: without what was used, or had ended before")
    here: float
    transit: float
    sold: float
    unknown: float
    used: float
    ended: float
    returned: float = Field(description="by events that arrived since the case was opened")
    destroyed: float = Field(description="as well")
    stated: dict[str, float] = Field(description="by outcome, as people state")
    left: float = Field(description="not accounted for")
    unsaid: int = Field(description="things of which nobody says how much they are")


class RecallOut(Reply):
    """A case."""

    id: str
    number: str = Field(examples=["R-2026-001"])
    code: ItemUri = Field(description="the case's own code: its events are verified like any item's")
    kind: Literal["recall", "drill"]
    member: int
    title: str
    reason: str
    grade: int
    suspicion: dict[str, Any]
    aware_at: Annotated[datetime | None, Field(description="when the complaint came in; null: nobody said")]
    opened_at: datetime
    opened_by: str
    opened_event_id: Annotated[str, Field(alias="openedEventID")]
    refreshed_at: datetime
    events: int
    starts: int
    units: int
    fresh: int = Field(description="things that the last refresh added")
    gone: int = Field(description="things that it found to be affected no longer")
    complete: bool = Field(description="whether the affected set is all there is; `ends` says what may be missing")
    ends: list[EndOut]
    sha256: str = Field(description="of the list of units; stands in the newest event that opened or refreshed the case")
    frozen_at: datetime | None
    frozen_by: str | None
    moving: Annotated[Literal["freeze", "release"] | None, Field(description="codes are being held, or let go, in portions; null: all are")]
    closed_at: datetime | None
    closed_by: str | None
    conclusion: str | None
    remainder_reason: str | None
    deadlines: list[DeadlineOut]


class RecallWhole(RecallOut):
    """A case with its accounting."""

    holds: int = Field(description="codes that it holds now")
    waiting: int = Field(description="codes that it does not hold: a freeze would, or is about to")
    effectiveness_percent: float | None = Field(description="returned or destroyed, of the product of which least was; null: no amounts")
    lines: list[LineOut]


class RecallsOut(Reply):
    """A page of cases."""

    recalls: list[RecallOut]
    next: Annotated[str | None, Field(description="give it as `after`; null: there is no more")]


class UnitOut(Reply):
    """How much of an affected thing is where."""

    number: int
    code: ItemUri
    product: str
    level: str
    how: str
    quantity: Quantity
    uom: str
    state: State
    outcome: str = Field(description="returned or destroyed since the case was opened, or empty")
    since: datetime
    place: str
    owner: str
    member: int | None
    party: str
    record: int = Field(description="that says so")
    seen_at: datetime


class UnitsOut(Reply):
    """A page of units, with what is said of the whole set."""

    units: list[UnitOut]
    complete: bool
    next: int | None = Field(description="give it as `after`; null: there is no more")


class AccountOut(Reply):
    """What somebody states."""

    id: str
    owner: str
    member: int | None
    party: str
    product: str
    uom: str
    outcome: str
    quantity: float
    note: str
    at: datetime
    by: str
    event_id: Annotated[str, Field(alias="eventID")]


class AccountsOut(Reply):
    """All statements of a case, oldest first."""

    accounts: list[AccountOut]


class FrozenOut(Reply):
    """What a freeze did."""

    held: int = Field(description="codes that it puts on hold, 1,000 at once and the others in portions (`moving`); 0 for a drill")
    recall: RecallOut
