"""One notice: what happened, what to do, the units, and the answer, or the form for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from api.console.event_rows import item_text, item_url
from api.console.frame import Frame
from api.console.notices.letter import amount, headline
from api.console.notices.parts import HOME, Names, amounts, kind_of, of_case_url, owner_of, state_of, trail, waits
from api.console.shown import Badge, Fact, Link, Moment, moment
from api.console.visit import Visit
from api.pages.words import TERMS
from recall.models import RecallCase, RecallUnit
from recall.notices.models import RecallNotice
from recall.notices.owners import SINGLE
from recall.writing import LONGEST

ROWS = 100


@dataclass(frozen=True, slots=True)
class Counted:
    """One amount to be counted, and what was typed."""

    name: str
    label: str
    hint: str
    value: str


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One unit."""

    code: str
    url: str
    amount: str
    state: str
    since: Moment


@dataclass(frozen=True, slots=True)
class NoticePage:
    """templates/console/notice.html"""

    template: ClassVar[str] = "console/notice.html"
    frame: Frame
    drill: str  # what stands over everything in a drill
    kind: Badge
    state: Badge
    facts: tuple[Fact, ...]
    asked: tuple[str, ...]
    own_words: str
    answered: tuple[Fact, ...]
    action: str  # of the form; empty: the reader does not answer
    outside: bool  # the reader writes down what an outside party said
    counted: tuple[Counted, ...]
    fields: Mapping[str, str]
    problem: str
    longest: int
    units: tuple[UnitLine, ...]
    more: str
    letter: str  # address; empty: not for the reader


def notice_page(
    visit: Visit,
    notice: RecallNotice,
    case: RecallCase,
    names: Names,
    own: int | None,
    rows: Sequence[RecallUnit],
    fields: Mapping[str, str],
    problem: str = "",
    *,
    may: bool,
) -> NoticePage:
    """The page for somebody of the member `own`; `may`: who has a key to answer with. `rows`: units, one more than are shown."""
    words, recalling = visit.words, own in (None, case.member_id)
    outside = bool(notice.party) and own == case.member_id and own != notice.member_id
    answers = may and waits(notice, case) and (outside or (own is not None and own == notice.member_id))
    inbox, own_case = (
        (Link(HOME, words.say("notices.title")),),
        (*trail(case, words), Link(of_case_url(case), words.say("recalls.notices"))),
    )
    return NoticePage(
        frame=visit.frame(f"{case.number} · {notice.number}", *(own_case if recalling else inbox)),
        drill=headline(case, words) if case.kind == "drill" else "",
        kind=kind_of(case, words),
        state=state_of(notice, case, words),
        facts=_facts(notice, case, names, visit),
        asked=tuple(words.say(f"notices.action.{action}") for action in notice.actions),
        own_words=notice.words,
        answered=_answered(notice, visit),
        action=f"{HOME}/{notice.id}" if answers else "",
        outside=outside,
        counted=tuple(_counted(uom, told, fields, visit) for uom, told in sorted(notice.amounts.items())) if answers else (),
        fields={"note": "", "answered_by": "", **fields},
        problem=problem,
        longest=LONGEST,
        units=tuple(_unit(one, visit) for one in rows[:ROWS]),
        more=words.say("notices.units.more", count=ROWS) if len(rows) > ROWS else "",
        letter=f"/notices/{notice.id}/letter" if recalling else "",
    )


def _facts(notice: RecallNotice, case: RecallCase, names: Names, visit: Visit) -> tuple[Fact, ...]:
    words = visit.words
    return (
        Fact(words.say("notices.from"), names.get(case.member_id, ""), note=notice.sent_name),
        Fact(words.say("notices.to"), owner_of(notice, names, words)),
        Fact(words.say("notices.sent"), moment=moment(notice.sent_at, words)),
        Fact(words.say("notices.due"), moment=moment(notice.due_at, words)),
        Fact(words.say("notices.held"), amounts(notice.amounts, words) or words.say("notices.held.none")),
        Fact(words.say("notices.things"), words.number(notice.units)),
        Fact(words.say("notices.reminders"), words.say("notices.reminders.count", count=notice.reminded)),
        Fact(words.say("notices.reason"), case.reason),
    )


def _answered(notice: RecallNotice, visit: Visit) -> tuple[Fact, ...]:
    words = visit.words
    if notice.acknowledged_at is None:
        return ()
    entered = words.say("notices.answered.entered", name=notice.entered_name) if notice.entered_name else ""
    differs = words.say("notices.answered.differs") if (notice.found or {}) != notice.amounts else ""
    return (
        Fact(words.say("notices.answered.by"), notice.acknowledged_name or "", note=entered),
        Fact(words.say("notices.answered.at"), moment=moment(notice.acknowledged_at, words)),
        Fact(words.say("notices.answered.found"), amounts(notice.found or {}, words), note=differs),
        Fact(words.say("notices.answer.note"), notice.note or ""),
    )


def _counted(uom: str, told: str, fields: Mapping[str, str], visit: Visit) -> Counted:
    words, name = visit.words, f"found.{uom}"
    label = words.say("notices.answer.found.units") if uom == SINGLE else words.say("notices.answer.found", uom=TERMS["unit"].get(uom, uom))
    return Counted(name, label, words.say("notices.answer.found.hint", amount=amounts({uom: told}, words)), fields.get(name, ""))


def _unit(one: RecallUnit, visit: Visit) -> UnitLine:
    words = visit.words
    return UnitLine(
        item_text(one.code), item_url(one.code), amount(one, words), words.say(f"notices.state.{one.state}"), moment(one.since, words)
    )
