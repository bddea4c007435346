"""One code: where it stands, of which order it is, and its life."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from api.console.codes.parts import LOOK_UP, order_url, rule_url, state_badge
from api.console.event_rows import item_url
from api.console.frame import Frame
from api.console.shown import Badge, Fact, Moment, Option, moment
from api.console.visit import Visit
from issuing.models import CodeState, CodingRule
from issuing.states import ACTIVATED, APPLIED, BY_HAND, LONGEST_REASON, NEXT, Found, Step


@dataclass(frozen=True, slots=True)
class StepShown:
    """One change in a code's life."""

    state: Badge
    at: Moment
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class CodePage:
    """templates/console/codes/code.html"""

    template: ClassVar[str] = "console/codes/code.html"
    frame: Frame
    here: str
    given: str
    problem: str
    code: str  # canonical; empty: nothing was looked up, or found
    printed: str
    state: Badge | None
    facts: tuple[Fact, ...]
    steps: tuple[StepShown, ...]
    moves: tuple[Option, ...]
    item: str  # address of what is recorded of it
    may_issue: bool
    longest_reason: int


def look_up_page(visit: Visit, given: str = "", problem: str = "") -> CodePage:
    """The field, and why nothing was found."""
    return CodePage(
        visit.frame(visit.words.say("codes.find")), LOOK_UP, given, problem, "", "", None, (), (), (), "", False, LONGEST_REASON
    )


def code_page(
    visit: Visit, found: Found, printed: str, rule: CodingRule, life: Sequence[Step], *, may_issue: bool, problem: str = ""
) -> CodePage:
    """A code that was issued here."""
    words, order = visit.words, found.order
    moves = [one for one in NEXT[found.state] if one in BY_HAND and not (found.state == ACTIVATED and one == APPLIED)]
    return CodePage(
        frame=visit.frame(words.say("codes.find")),
        here=LOOK_UP,
        given=printed,
        problem=problem,
        code=found.row.code,
        printed=printed,
        state=state_badge(found.state, words),
        facts=(
            Fact(words.say("codes.rule"), rule.name, url=rule_url(rule.id)),
            Fact(words.say("codes.order"), words.say("codes.order.number", number=order.id), url=order_url(order.id)),
            Fact(words.say("codes.place"), words.number(found.row.number + 1)),
            Fact(words.say("codes.holder"), order.holder),
        ),
        steps=tuple(
            StepShown(state_badge(CodeState(one.state), words), moment(one.at, words), one.by or words.say("codes.by.capture"), one.reason)
            for one in life
        ),
        moves=tuple(Option(one, words.say(f"codes.move.{one}"), chosen=False) for one in moves),
        item=item_url(found.row.code),
        may_issue=may_issue,
        longest_reason=LONGEST_REASON,
    )
