"""The notices of a case, for the member that recalls: who was told, who answered, who is late; and the form that sends more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from api.console.frame import Frame
from api.console.notices.parts import HOME, RECALLS, Names, amounts, kind_of, of_case_url, owner_of, state_of, trail
from api.console.shown import Badge, Moment, Option, moment, moment_or_none
from api.console.visit import Visit
from recall.models import RecallCase
from recall.notices.models import RecallNotice
from recall.notices.send import ACTIONS, LONGEST

MOST = 200
DEFAULTS = {"due": "24", "first": "2", "every": "4", "words": "", "action.stop_using": "on", "action.quarantine": "on"}


@dataclass(frozen=True, slots=True)
class SentLine:
    """One notice and its answer."""

    url: str
    number: int
    owner: str
    state: Badge
    held: str
    found: str
    differs: str
    by: str
    answered: Moment | None
    due: Moment
    reminders: str


@dataclass(frozen=True, slots=True)
class CaseNoticesPage:
    """templates/console/recall_notices.html"""

    template: ClassVar[str] = "console/recall_notices.html"
    frame: Frame
    kind: Badge
    lines: tuple[SentLine, ...]
    more: str
    action: str  # of the form; empty: the reader may not send, or the case is closed
    to_tell: int
    to_tell_text: str
    choices: tuple[Option, ...]
    fields: Mapping[str, str]
    problem: str
    longest: int
    score: str


def case_notices_page(
    visit: Visit,
    case: RecallCase,
    found: Sequence[RecallNotice],
    names: Names,
    to_tell: int,
    fields: Mapping[str, str] = DEFAULTS,
    problem: str = "",
    *,
    may: bool,
) -> CaseNoticesPage:
    """`found`: one more than are shown; `to_tell`: owners that a sending would reach now."""
    words = visit.words
    asked = words.say("notices.send.text", count=to_tell) if to_tell else words.say("notices.send.nobody")
    return CaseNoticesPage(
        frame=visit.frame(words.say("notices.of", number=case.number), *trail(case, words)),
        kind=kind_of(case, words),
        lines=tuple(_line(one, case, names, visit) for one in found[:MOST]),
        more=words.say("notices.of.more", count=MOST) if len(found) > MOST else "",
        action=of_case_url(case) if may and case.closed_at is None else "",
        to_tell=to_tell,
        to_tell_text=asked,
        choices=tuple(Option(f"action.{one}", words.say(f"notices.action.{one}"), f"action.{one}" in fields) for one in ACTIONS),
        fields={**dict.fromkeys(DEFAULTS, ""), **fields},
        problem=problem,
        longest=LONGEST,
        score=f"{RECALLS}/{case.id}/score",
    )


def _line(one: RecallNotice, case: RecallCase, names: Names, visit: Visit) -> SentLine:
    words = visit.words
    return SentLine(
        url=f"{HOME}/{one.id}",
        number=one.number,
        owner=owner_of(one, names, words),
        state=state_of(one, case, words),
        held=amounts(one.amounts, words) or words.say("notices.held.none"),
        found=amounts(one.found or {}, words),
        differs=words.say("notices.answered.differs") if one.found is not None and one.found != one.amounts else "",
        by=one.acknowledged_name or "",
        answered=moment_or_none(one.acknowledged_at, words),
        due=moment(one.due_at, words),
        reminders=words.say("notices.reminders.count", count=one.reminded) if one.reminded else "",
    )
