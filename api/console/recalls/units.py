"""The units of a case, page by page, and the two forms that bring it to its end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from api.console.event_rows import item_text
from api.console.frame import Frame
from api.console.notices.parts import RECALLS, trail
from api.console.recalls.lines import Names
from api.console.shown import Badge, Moment, Option, link, moment_or_none
from api.console.visit import Visit
from recall.cases.accounting import OUTCOMES, Line
from recall.cases.affected import NEVER
from recall.cases.digest import amount
from recall.models import RecallCase, RecallUnit
from recall.writing import LONGEST

ROWS = 100
STATES = ("here", "transit", "sold", "unknown", "used", "ended")
_TONES = {"here": "good", "transit": "wait", "sold": "warn", "unknown": "bad"}


@dataclass(frozen=True, slots=True)
class UnitLine:
    """How much of a thing is where."""

    code: str
    url: str  # of its trace
    product: str
    quantity: str
    state: Badge
    outcome: str
    place: str
    owner: str
    since: Moment | None


@dataclass(frozen=True, slots=True)
class UnitsPage:
    """templates/console/recalls/units.html"""

    template: ClassVar[str] = "console/recalls/units.html"
    frame: Frame
    tabs: tuple[Option, ...]
    lines: tuple[UnitLine, ...]
    note: str
    next: str


@dataclass(frozen=True, slots=True)
class ActForm:
    """templates/console/recalls/act.html: `account` states what became of units, else the case is closed."""

    template: ClassVar[str] = "console/recalls/act.html"
    frame: Frame
    action: str
    account: bool
    owner: str
    product: str
    left: str
    outcomes: tuple[Option, ...]
    fields: Mapping[str, str]
    open_lines: str  # what is not accounted for, in a sentence; empty: everything is
    problem: str
    longest: int


def units_page(
    visit: Visit,
    case: RecallCase,
    rows: Sequence[RecallUnit],
    places: Mapping[int, str],
    owners: Mapping[int, str],
    names: Names,
    *,
    owner: str,
    state: str,
) -> UnitsPage:
    """`rows`: one more than are shown where there are more; `places`: names of places by key, `owners`: codes of parties by key."""
    words, here = visit.words, f"{RECALLS}/{case.id}/units"
    tabs = [Option("", words.say("recalls.units.all"), not state, link(here, owner=owner or None))]
    tabs += [Option(one, words.say(f"recalls.where.{one}"), one == state, link(here, owner=owner or None, state=one)) for one in STATES]
    shown = rows[:ROWS]
    more = link(here, owner=owner or None, state=state or None, after=shown[-1].number) if len(rows) > ROWS else ""
    return UnitsPage(
        frame=visit.frame(words.say("recalls.units.of", number=case.number), *trail(case, words)),
        tabs=tuple(tabs),
        lines=tuple(_unit(row, places, owners, names) for row in shown),
        note="" if case.complete else words.say("recalls.units.cut"),
        next=more,
    )


def account_form(visit: Visit, case: RecallCase, line: Line, names: Names, fields: Mapping[str, str], problem: str = "") -> ActForm:
    """What became of what one owner has of a product."""
    words = visit.words
    chosen = fields.get("outcome", "returned")
    return ActForm(
        frame=visit.frame(words.say("recalls.account.title"), *trail(case, words)),
        action=link(f"{RECALLS}/{case.id}/account", owner=str(line.key), product=line.product, uom=line.uom),
        account=True,
        owner=names.owner(line.member_id, line.party),
        product=names.product(line.product),
        left=names.amount(line.left, line.uom),
        outcomes=tuple(Option(one, words.say(f"recalls.outcome.{one}"), one == chosen) for one in OUTCOMES),
        fields={"quantity": amount(line.left), "note": ""} | dict(fields),
        open_lines="",
        problem=problem,
        longest=LONGEST,
    )


def close_form(visit: Visit, case: RecallCase, lines: Sequence[Line], fields: Mapping[str, str], problem: str = "") -> ActForm:
    """The end of a case."""
    words = visit.words
    left = sum(bool(line.left or line.unsaid) for line in lines)
    return ActForm(
        frame=visit.frame(words.say("recalls.close.title", number=case.number), *trail(case, words)),
        action=f"{RECALLS}/{case.id}/close",
        account=False,
        owner="",
        product="",
        left="",
        outcomes=tuple(Option(one, words.say(f"recalls.close.{one}"), one == fields.get("holds", "release")) for one in ("release", "keep"))
        if case.kind == "recall"
        else (),
        fields={"conclusion": "", "remainder": ""} | dict(fields),
        open_lines=words.say("recalls.close.left", count=left) if left else "",
        problem=problem,
        longest=LONGEST,
    )


def _unit(row: RecallUnit, places: Mapping[int, str], owners: Mapping[int, str], names: Names) -> UnitLine:
    words = names.words
    return UnitLine(
        code=item_text(row.code),
        url=link("/console/trace", text=row.code, direction="forward"),
        product=names.product(row.product) if row.product else words.say(f"trace.level.{row.level}"),
        quantity=words.say("recalls.amount.unsaid") if row.quantity is None else names.amount(row.quantity, row.uom),
        state=Badge(words.say(f"recalls.where.{row.state}"), _TONES.get(row.state, "quiet")),
        outcome=words.say(f"recalls.outcome.{row.outcome}") if row.outcome else "",
        place=places.get(row.place_key, ""),
        owner=names.owner(row.owner_member_id, owners.get(row.owner_key, "")),
        since=moment_or_none(None if row.since == NEVER else row.since, words),
    )
