"""The list of cases, and the form that opens one: what is suspected, what it finds, and then the case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from accounts.roles import Right
from api.console.event_rows import event_url, item_text, item_url
from api.console.frame import Frame
from api.console.notices.parts import RECALLS, kind_of
from api.console.paging import pager_of
from api.console.recalls.known import Known
from api.console.shown import Badge, Link, Moment, Option, Pager, link, moment
from api.console.visit import Visit
from api.console.words import ConsoleWords
from api.pages.words import bare
from recall.cases.opening import LONGEST_TITLE
from recall.cases.preview import Preview
from recall.models import RecallCase
from recall.writing import LONGEST
from records.lists.paging import Page

NEW = f"{RECALLS}/new"
GRADES = ("1", "2", "3")
MEASURED = ("Temperature", "RelativeHumidity", "Pressure", "Time")
UNITS = ("CEL", "P1", "KPA", "SEC")


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One case in the list."""

    url: str
    number: str
    title: str
    kind: Badge
    state: Badge
    units: str
    member: str
    opened: Moment
    opened_by: str


@dataclass(frozen=True, slots=True)
class CasesPage:
    """templates/console/recalls/list.html"""

    template: ClassVar[str] = "console/recalls/list.html"
    frame: Frame
    tabs: tuple[Option, ...]
    lines: tuple[CaseLine, ...]
    new: str  # address of the form; empty: the reader may not
    pager: Pager


@dataclass(frozen=True, slots=True)
class Found:
    """What the suspicion finds."""

    headline: str
    tone: str
    events: tuple[Link, ...]
    things: tuple[Link, ...]
    more: str
    unknown: str


@dataclass(frozen=True, slots=True)
class CaseForm:
    """templates/console/recalls/new.html"""

    template: ClassVar[str] = "console/recalls/new.html"
    frame: Frame
    action: str
    fields: Mapping[str, str]
    kinds: tuple[Option, ...]
    grades: tuple[Option, ...]
    places: tuple[str, ...]
    products: tuple[str, ...]
    measured: tuple[str, ...]
    units: tuple[str, ...]
    others: bool  # something beside codes is typed: that part of the form is open
    found: Found | None
    problem: str
    longest_title: int
    longest: int


def cases_page(visit: Visit, found: Page[RecallCase], members: Mapping[int, str], *, everything: bool) -> CasesPage:
    """A page of cases; `members` by number."""
    words = visit.words
    tabs = (
        Option("", words.say("recalls.standing"), not everything, RECALLS),
        Option("all", words.say("recalls.all"), everything, link(RECALLS, show="all")),
    )
    return CasesPage(
        frame=visit.frame(words.say("recalls.title")),
        tabs=tabs,
        lines=tuple(_line(one, members, words) for one in found.rows),
        new=NEW if visit.may(Right.HOLD) else "",
        pager=pager_of(RECALLS, visit.request.query_params, found, words),
    )


def case_form(visit: Visit, fields: Mapping[str, str], names: Known, found: Preview | None = None, problem: str = "") -> CaseForm:
    """The form as it was typed so far, with what it finds."""
    words = visit.words
    kind, grade = fields.get("kind", "recall"), fields.get("grade", "2")
    return CaseForm(
        frame=visit.frame(words.say("recalls.new.title"), Link(RECALLS, words.say("recalls.title"))),
        action=NEW,
        fields=fields,
        kinds=tuple(Option(one, words.say(f"recalls.kind.{one}"), one == kind) for one in ("recall", "drill")),
        grades=tuple(Option(one, words.say(f"recalls.grade.{one}"), one == grade) for one in GRADES),
        places=tuple(sorted(names.places)),
        products=tuple(sorted(names.products)),
        measured=MEASURED,
        units=UNITS,
        others=any(fields.get(name) for name in _OTHERS),
        found=_found(found, words) if found else None,
        problem=problem,
        longest_title=LONGEST_TITLE,
        longest=LONGEST,
    )


_OTHERS = ("products", "suppliers", "machines", "places", "operators", "since", "until", "below", "above")


def state_of(case: RecallCase, words: ConsoleWords) -> Badge:
    """How far it is."""
    if case.closed_at is not None:
        return Badge(words.say("recalls.state.closed"), "quiet")
    if case.moving:
        return Badge(words.say("recalls.state.freezing"), "warn")
    if case.frozen_at is not None and case.kind == "recall":
        return Badge(words.say("recalls.state.frozen"), "warn")
    return Badge(words.say("recalls.state.open"), "bad")


def _line(case: RecallCase, members: Mapping[int, str], words: ConsoleWords) -> CaseLine:
    return CaseLine(
        url=f"{RECALLS}/{case.id}",
        number=case.number,
        title=case.title,
        kind=kind_of(case, words),
        state=state_of(case, words),
        units=words.number(case.units),
        member=members.get(case.member_id, ""),
        opened=moment(case.opened_at, words),
        opened_by=case.opened_name,
    )


def _found(found: Preview, words: ConsoleWords) -> Found:
    said = "recalls.found" if found.events else "recalls.found.things"
    nothing = not found.things
    events = tuple(
        Link(event_url(one.event_id, one.record), f"{words.clock(one.time)} {words.term('step', bare(one.step)) if one.step else one.type}")
        for one in found.first_events
    )
    more = found.things - len(found.first_things)
    return Found(
        headline=words.say("recalls.found.none" if nothing else said, events=words.number(found.events), things=words.number(found.things)),
        tone="bad" if nothing else "wait",
        events=events,
        things=_links(found.first_things),
        more=words.say("recalls.found.more", count=words.number(more)) if more else "",
        unknown=words.say("recalls.found.unknown", codes=", ".join(map(item_text, found.unknown[:10]))) if found.unknown else "",
    )


def _links(codes: Sequence[str]) -> tuple[Link, ...]:
    return tuple(Link(item_url(code), item_text(code)) for code in codes)
