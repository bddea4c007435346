"""The JSON of coding rules, orders and codes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field

from api.account_schemas import Request
from api.schemas import ItemUri, Reply
from issuing.models import CodeState, OrderState, Purpose
from issuing.orders import LONGEST_HOLDER, LONGEST_KEY, LONGEST_NOTE, MOST
from issuing.rules import LONGEST_NAME, LONGEST_REASON
from issuing.schemes import SCHEMES
from issuing.segments import FIELDS, WIDEST
from issuing.states import MOST_AT_ONCE

_SEGMENTS = "; ".join(f"{kind}: {', '.join(names)}" for kind, names in FIELDS.items())
Segments = Annotated[
    list[dict[str, str | int]],
    Field(
        min_length=1,
        max_length=12,
        description=f"in the order in which they stand, each with its `kind` and what that kind takes ({_SEGMENTS}); "
        f"see docs/codes.md. A segment has at most {WIDEST} characters",
        examples=[
            [
                {"kind": "date", "part": "YY"},
                {"kind": "counter", "width": 7, "alphabet": "digits", "reset": "year", "start": 1},
                {"kind": "random", "width": 4, "alphabet": "clear"},
            ]
        ],
    ),
]
Number = Annotated[int, Field(ge=1, le=2**62)]
Confirmed = Annotated[list[str], Field(default_factory=list, max_length=20, description="names of warnings that are meant so")]


class DefinitionIn(Request):
    """What one version of a rule says."""

    scheme: Annotated[str, Field(description=f"{', '.join(SCHEMES)}", examples=["sgtin"])]
    level: Annotated[str, Field(description="item, case, pallet, lot, asset, place", examples=["item"])]
    base: Annotated[str, Field(max_length=200, description="your own key, never changed", examples=["06901234567892"])]
    segments: Segments
    yearly: Annotated[int, Field(description="codes a year, as expected", examples=[600_000])]
    only_issued: Annotated[bool, Field(description="capture refuses codes of this rule that were never issued")] = False


class RuleIn(DefinitionIn):
    """A rule to be made."""

    name: Annotated[str, Field(min_length=1, max_length=LONGEST_NAME, examples=["Fresh milk 1 l, bottles"])]
    confirmed: Confirmed
    reason: Annotated[str, Field(max_length=LONGEST_REASON)] = ""


class VersionIn(DefinitionIn):
    """A new version of a rule."""

    based_on: Annotated[int, Field(ge=1, le=2**31 - 1, description="version that it was made from")]
    confirmed: Confirmed
    reason: Annotated[str, Field(min_length=1, max_length=LONGEST_REASON, description="why the rule changes")]


class WarningOut(Reply):
    """A choice that is costly to change later."""

    name: str = Field(examples=["countable"])
    text: str


class ExampleOut(Reply):
    """A code as it might come out."""

    code: ItemUri
    printed: str = Field(examples=["(01)06901234567892(21)260000001K7QP"])


class PreviewOut(Reply):
    """A definition at a glance. Nothing of it is kept, no example is issued."""

    examples: list[ExampleOut]
    length: int = Field(description="characters of the generated part")
    statement: str = Field(examples=["9,999,999 codes a year; one guess in 810,000 hits a code that was issued"])
    until: int | None = Field(description="last year for which it is enough; null: no end in sight, or not enough")
    warnings: list[WarningOut]


class VersionOut(Reply):
    """A version, as it was made."""

    version: int
    definition: dict[str, Any]
    confirmed: list[str]
    reason: str
    made_at: datetime
    made_by: str


class RuleOut(Reply):
    """A rule and all its versions."""

    id: int
    name: str
    version: int = Field(description="the newest, by which codes are ordered")
    scheme: str
    level: str
    stem: str = Field(description="how every code of it begins", examples=["https://id.gs1.org/01/06901234567892/21/"])
    only_issued: bool
    statement: str
    versions: list[VersionOut] = Field(description="newest first; empty in lists")


class RulesOut(Reply):
    """Every rule of the caller's member, by name."""

    rules: list[RuleOut]


class OrderIn(Request):
    """Codes that are wanted."""

    rule: Number
    quantity: Annotated[int, Field(ge=1, le=MOST)]
    key: Annotated[
        str, Field(max_length=LONGEST_KEY, description="your own name for this order: sent again it is the same order", examples=["PO-17"])
    ] = ""
    purpose: Annotated[Purpose, Field(description="range: reserved for a co-packer or a line that is offline")] = Purpose.OWN
    holder: Annotated[str, Field(max_length=LONGEST_HOLDER, description="of a range: who has it")] = ""
    day: Annotated[date | None, Field(description="date that the codes bear; today if left out")] = None
    names: Annotated[
        dict[str, Annotated[str, Field(max_length=WIDEST)]],
        Field(default_factory=dict, max_length=3, description="what `product`, `line` and `shift` segments hold", examples=[{"line": "3"}]),
    ]
    note: Annotated[str, Field(max_length=LONGEST_NOTE)] = ""


class IntervalOut(Reply):
    """The counter values of an order: what an offline line needs to number by itself."""

    period: str = Field(description="2026, 2026-11 …; empty where the counter never begins again")
    first: int
    last: int


class OrderOut(Reply):
    """An order, and how far it is."""

    id: int
    key: str
    rule: int
    rule_name: str
    version: int
    quantity: int
    purpose: Purpose
    holder: str
    day: date
    names: dict[str, str]
    note: str
    state: OrderState
    done: int = Field(description="codes that are made")
    problem: str | None
    interval: IntervalOut | None = Field(description="null for a rule without a counter")
    states: dict[CodeState, int] = Field(description="how many codes stand where; empty in lists")
    asked_at: datetime
    asked_by: str
    finished_at: datetime | None


class OrdersOut(Reply):
    """A page of orders."""

    orders: list[OrderOut]
    next: int | None = Field(description="give it as `before`; null: there is no more")


class OrderChange(Request):
    """What became of all codes of an order that are not further already."""

    state: Annotated[CodeState, Field(description="printed, applied or void")]
    reason: Annotated[str, Field(max_length=LONGEST_REASON, description="needed for void")] = ""


class CodesChange(OrderChange):
    """What became of some codes."""

    codes: Annotated[
        list[Annotated[str, Field(max_length=2048)]], Field(min_length=1, max_length=MOST_AT_ONCE, description="in any spelling")
    ]
    order: Annotated[int | None, Field(ge=1, le=2**62, description="refused unless all of them are of this order")] = None


class MovedOut(Reply):
    """How many codes were moved on."""

    state: CodeState
    codes: int


class CodeStepOut(Reply):
    """One change in a code's life."""

    state: CodeState
    at: datetime
    by: str = Field(description="account; empty: a captured event, whose id is the reason")
    reason: str


class CodeOut(Reply):
    """A code that was issued here."""

    code: ItemUri
    printed: str
    state: CodeState
    order: int
    number: int = Field(description="in its order, from 0")
    rule: int
    holder: str
    event_id: Annotated[str | None, Field(alias="eventID", description="of the event that activated it")]
    history: list[CodeStepOut] = Field(description="oldest first")
