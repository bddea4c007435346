"""The JSON of recall notices, of the score of a drill and of certificates."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from api.account_schemas import Request
from api.schemas import ItemUri, Reply
from recall.notices.send import LEAST, LONGEST, MONTHS
from recall.writing import LONGEST as LONGEST_NOTE

Hours = Annotated[float, Field(ge=LEAST, le=MONTHS)]
Amounts = Annotated[
    dict[str, str],
    Field(
        description="unit of measure (UN/ECE Rec 20) -> amount; `units` counts single things", examples=[{"units": "300", "KGM": "19.5"}]
    ),
]
Action = Literal["stop_using", "quarantine", "return", "destroy"]


class NoticesIn(Request):
    """What the owners are told to do, and until when they answer."""

    actions: Annotated[list[Action], Field(min_length=1, max_length=4)]
    words: Annotated[str, Field(max_length=LONGEST, description="in your own words; may be empty")] = ""
    due_hours: Annotated[Hours, Field(description="until the answer is due")] = 24
    remind_after_hours: Annotated[Hours, Field(description="until the first reminder")] = 2
    remind_every_hours: Annotated[Hours, Field(description="between the later reminders")] = 4


class AnswerIn(Request):
    """What an owner found, and what it has to say."""

    found: Annotated[
        dict[str, Decimal],
        Field(max_length=50, description="how much of it is here, in each unit of the notice", examples=[{"units": 300, "KGM": 19.5}]),
    ]
    note: Annotated[str, Field(max_length=LONGEST_NOTE)] = ""
    answered_by: Annotated[
        str, Field(max_length=100, description="of an outside party: who of its people said so; the member that recalls writes it down")
    ] = ""


class NoticeOut(Reply):
    """A notice, and what became of it."""

    id: str
    case: Annotated[str, Field(description="number of the recall or drill")]
    kind: Literal["recall", "drill"]
    number: Annotated[int, Field(description="within the case")]
    reason: str
    recalling_member: int
    member: Annotated[int | None, Field(description="to whom; null: an outside party")]
    party: Annotated[str, Field(description="the outside party, as the records name it; empty for a member")]
    units: Annotated[int, Field(description="things that it has, or had sold")]
    amounts: Amounts
    actions: list[Action]
    words: str
    sent_at: datetime
    sent_by: str
    due_at: datetime
    overdue: bool
    reminders: int
    reminded_at: datetime | None
    replaced_at: Annotated[datetime | None, Field(description="when a newer notice to the same owner took its place")]
    acknowledged_at: Annotated[datetime | None, Field(description="null: there is no answer")]
    acknowledged_by: str | None
    entered_by: Annotated[str | None, Field(description="who wrote down what an outside party said")]
    found: Amounts | None
    note: str | None
    event_ids: Annotated[list[str], Field(alias="eventIDs", description="of the events on the case's code: the sending, then the answer")]


class NoticesOut(Reply):
    """A page of notices."""

    notices: list[NoticeOut]
    next: Annotated[str | None, Field(description="give it as `after`; null: there is no more")]


class NoticeUnit(Reply):
    """How much of an affected thing is where, as far as the records say."""

    code: ItemUri
    quantity: Annotated[str | None, Field(description="null: nobody said")]
    uom: Annotated[str, Field(description="empty: it is one single thing")]
    state: Annotated[str, Field(description="here, transit, sold, used, ended or unknown")]
    since: datetime


class NoticeUnitsOut(Reply):
    """A page of an owner's units."""

    units: list[NoticeUnit]
    next: Annotated[int | None, Field(description="give it as `after`; null: there is no more")]


class PointsOut(Reply):
    """What one criterion brought."""

    criterion: str
    points: int
    most: int


class QuantityOut(Reply):
    """Amounts of a case in one unit of measure."""

    uom: Annotated[
        str, Field(description="UN/ECE Rec 20; `units` for pieces, `unsaid` counts things of which nobody says how much they are")
    ]
    affected: Annotated[Decimal, Field(description="without what was used, or had ended before")]
    located: Annotated[Decimal, Field(description="of it what is somewhere")]
    accounted: Annotated[Decimal, Field(description="of it what came back, was destroyed, or is stated to be")]
    to_count: Annotated[Decimal, Field(description="that owners were told they should have")]
    adding_up: Annotated[Decimal, Field(description="of it what they found")]


class ScoreOut(Reply):
    """The figures of a case by now, and the points for them."""

    case: str
    kind: Literal["recall", "drill"]
    final: Annotated[bool, Field(description="the case is closed, and its figures stand in its closing event")]
    figures: Annotated[dict[str, int], Field(description="whole numbers; a time is missing while what it measures has not happened")]
    quantities: list[QuantityOut]
    lines: list[PointsOut]
    points: int
    most: int
    passed: bool
    table: Annotated[str, Field(description="version of the table of points")]


class FactOut(Reply):
    """One fact of a certificate, as told and as the chain proves it."""

    name: str
    told: Annotated[str | int | None, Field(description="what is neither text nor whole number, as JSON; null: nothing")]
    proven: str | int | None
    matches: bool


class CertificateCheck(Reply):
    """Whether a certificate says what the chain proves."""

    genuine: Annotated[bool, Field(description="every fact matches, and the proof holds on the live chain")]
    item: ItemUri
    event_id: Annotated[str, Field(alias="eventID")]
    member: Annotated[str, Field(description="whose key signed the event; empty: unknown")]
    anchored_at: datetime | None
    facts: list[FactOut]
    problems: Annotated[list[str], Field(description="chain, item, event, event_id, points: what else does not hold")]
