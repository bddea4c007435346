"""The notices to one's own company."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from api.console.frame import Frame
from api.console.notices.parts import HOME, Names, amounts, kind_of, owner_of, state_of
from api.console.paging import pager_of
from api.console.shown import Badge, Moment, Option, Pager, link, moment
from api.console.visit import Visit
from recall.models import RecallCase
from recall.notices.models import RecallNotice
from records.lists.paging import Page


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """One notice."""

    url: str
    case: str
    kind: Badge
    reason: str
    sender: str
    owner: str
    held: str
    sent: Moment
    due: Moment
    state: Badge


@dataclass(frozen=True, slots=True)
class NoticesPage:
    """templates/console/notices.html"""

    template: ClassVar[str] = "console/notices.html"
    frame: Frame
    tabs: tuple[Option, ...]
    lines: tuple[NoticeLine, ...]
    owners: bool  # of several companies: to whom each is stands there too
    pager: Pager


def notices_page(
    visit: Visit,
    found: Page[RecallNotice],
    cases: Mapping[str, RecallCase],
    names: Names,
    *,
    everything: bool,
    owners: bool,
) -> NoticesPage:
    """A page of notices; `cases` of them by id, `names` of members by number and of parties by code."""
    words = visit.words
    tabs = (
        Option("", words.say("notices.waiting"), not everything, HOME),
        Option("all", words.say("notices.all"), everything, link(HOME, show="all")),
    )
    return NoticesPage(
        frame=visit.frame(words.say("notices.title")),
        tabs=tabs,
        lines=tuple(_line(one, cases[one.case_id], names, visit) for one in found.rows),
        owners=owners,
        pager=pager_of(HOME, visit.request.query_params, found, words),
    )


def _line(one: RecallNotice, case: RecallCase, names: Names, visit: Visit) -> NoticeLine:
    words = visit.words
    return NoticeLine(
        url=f"{HOME}/{one.id}",
        case=case.number,
        kind=kind_of(case, words),
        reason=case.reason,
        sender=names.get(case.member_id, ""),
        owner=owner_of(one, names, words),
        held=amounts(one.amounts, words) or words.say("notices.held.none"),
        sent=moment(one.sent_at, words),
        due=moment(one.due_at, words),
        state=state_of(one, case, words),
    )
