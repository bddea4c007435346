"""Holds in the console: what is frozen, by whom and why; and the forms that freeze a thing and let it go."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import ClassVar

from accounts.roles import Right
from api.console.event_rows import item_url
from api.console.frame import Frame
from api.console.paging import pager_of
from api.console.shown import Badge, Link, Moment, Option, Pager, link, moment, moment_or_none
from api.console.visit import Visit
from recall.holds import LONGEST
from recall.models import Hold
from records.lists.paging import Page

HOLDS = "/console/holds"
NEW = f"{HOLDS}/new"


@dataclass(frozen=True, slots=True)
class HoldLine:
    """One hold."""

    id: str
    code: str
    url: str
    state: Badge
    member: str
    reason: str
    placed_by: str
    placed: Moment
    release_reason: str
    released_by: str
    released: Moment | None
    release: str  # address of the form; empty: it is released, or the reader may not


@dataclass(frozen=True, slots=True)
class HoldsPage:
    """templates/console/holds.html"""

    template: ClassVar[str] = "console/holds.html"
    frame: Frame
    tabs: tuple[Option, ...]
    lines: tuple[HoldLine, ...]
    new: str  # address of the form; empty: the reader may not
    pager: Pager


@dataclass(frozen=True, slots=True)
class HoldForm:
    """templates/console/hold.html"""

    template: ClassVar[str] = "console/hold.html"
    frame: Frame
    action: str
    release: bool
    code: str
    url: str  # of the thing that is to be released
    reason: str
    problem: str
    longest: int


def holds_page(
    visit: Visit, found: Page[Hold], members: Mapping[int, str], own: int | None, *, everything: bool, cases: Collection[str] = ()
) -> HoldsPage:
    """A page of holds; `members` by number, `own` that of the reader, who may release its holds but for those of open recall `cases`."""
    words, may = visit.words, visit.may(Right.HOLD)
    tabs = (
        Option("", words.say("holds.standing"), not everything, HOLDS),
        Option("all", words.say("holds.all"), everything, link(HOLDS, show="all")),
    )
    return HoldsPage(
        frame=visit.frame(words.say("holds.title")),
        tabs=tabs,
        lines=tuple(_line(one, visit, members, may=may and one.member_id == own and one.case_id not in cases) for one in found.rows),
        new=NEW if may else "",
        pager=pager_of(HOLDS, visit.request.query_params, found, words),
    )


def place_form(visit: Visit, fields: Mapping[str, str], problem: str = "") -> HoldForm:
    """The form that freezes a thing, as it was typed so far."""
    return _form(visit, NEW, "holds.new.title", fields, problem)


def release_form(visit: Visit, one: Hold, fields: Mapping[str, str], problem: str = "") -> HoldForm:
    """The form that lets it go."""
    return _form(visit, release_url(one.id), "holds.release.title", {**fields, "code": one.code}, problem, release=True)


def release_url(hold_id: str) -> str:
    """Where a hold is released."""
    return f"{HOLDS}/{hold_id}/release"


def _form(visit: Visit, action: str, title: str, fields: Mapping[str, str], problem: str, *, release: bool = False) -> HoldForm:
    words, code = visit.words, fields.get("code", "")
    return HoldForm(
        frame=visit.frame(words.say(title), Link(HOLDS, words.say("holds.title"))),
        action=action,
        release=release,
        code=code,
        url=item_url(code) if release else "",
        reason=fields.get("reason", ""),
        problem=problem,
        longest=LONGEST,
    )


def _line(one: Hold, visit: Visit, members: Mapping[int, str], *, may: bool) -> HoldLine:
    words, stands = visit.words, one.released_at is None
    return HoldLine(
        id=one.id,
        code=one.code,
        url=item_url(one.code),
        state=Badge(words.say("holds.state.standing" if stands else "holds.state.released"), "bad" if stands else "quiet"),
        member=members.get(one.member_id, ""),
        reason=one.reason,
        placed_by=one.placed_name,
        placed=moment(one.placed_at, words),
        release_reason=one.release_reason or "",
        released_by=one.released_name or "",
        released=moment_or_none(one.released_at, words),
        release=release_url(one.id) if stands and may else "",
    )
