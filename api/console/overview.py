"""The overview: is the chain well, what needs somebody, what happened lately."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from accounts.audit import Break
from accounts.roles import Right
from api.console.audit.health import HOME as LOG
from api.console.event_rows import EventLine, lines
from api.console.frame import Frame
from api.console.records import FAILED, RECORDS, counted, hindrances
from api.console.refusals import put
from api.console.sentinel import HOME as SENTINEL
from api.console.shown import Badge, Fact, link, unix_moment
from api.console.stock.lots import expiring_url
from api.console.visit import Visit
from api.console.words import ConsoleWords
from api.told_items import ALL, Tellable
from indexer.queries import Status
from records.lists.counts import MOST, Open
from records.lists.events import EventRow
from records.lists.paging import Page
from records.models import Lane
from sentinel.status import Status as Watched

_WELL = {"following": "good", "catching_up": "wait", "new": "quiet"}  # everything else is bad


@dataclass(frozen=True, slots=True)
class Need:
    """Something that somebody should look at."""

    tone: str
    icon: str
    text: str
    detail: str
    url: str


@dataclass(frozen=True, slots=True)
class Expiring:
    """Lots in stock: how many are past their last day, how many come to it within `days`."""

    expired: int = 0
    soon: int = 0
    days: int = 0


NONE_EXPIRES = Expiring()


@dataclass(frozen=True, slots=True)
class OverviewPage:
    """templates/console/overview.html"""

    template: ClassVar[str] = "console/overview.html"
    frame: Frame
    chain: Badge
    facts: tuple[Fact, ...]
    needs: tuple[Need, ...]
    events: tuple[EventLine, ...]


def overview_page(
    visit: Visit,
    status: Status,
    counts: Open,
    lanes: Sequence[Lane],
    watched: Watched,
    breaks: Sequence[Break],
    latest: Page[EventRow],
    names: Mapping[bytes, str],
    tellable: Tellable = ALL,
    expiring: Expiring = NONE_EXPIRES,
) -> OverviewPage:
    """The page, from what mirror, queue, sentinel, audit log and lists say."""
    words = visit.words
    return OverviewPage(
        frame=visit.frame(words.say("overview.title")),
        chain=chain_badge(status, words),
        facts=_facts(status, counts, words),
        needs=(
            *_no_key(visit, words),
            *_found(visit, watched, words),
            *_log(visit, breaks, words),
            *_mirror(status, words),
            *_lanes(lanes, names, words),
            *_failed(counts, words),
            *_expiring(expiring, words),
        ),
        events=lines(latest.rows, names, words, tellable),
    )


def chain_badge(status: Status, words: ConsoleWords) -> Badge:
    """How following the chain goes, in a word."""
    return Badge(words.say(f"overview.mirror.{status.state}"), _WELL.get(status.state, "bad"))


def _facts(status: Status, counts: Open, words: ConsoleWords) -> tuple[Fact, ...]:
    return (
        Fact(words.say("overview.block"), words.number(status.complete_block) if status.complete_block is not None else ""),
        Fact(words.say("overview.checked"), moment=unix_moment(status.checked_at, words) if status.checked_at else None),
        Fact(words.say("overview.items"), words.number(status.items)),
        Fact(
            words.say("overview.anchors"),
            words.number(status.anchors),
            note=words.say("overview.confirmed", count=words.number(status.confirmed)),
        ),
        Fact(words.say("overview.waiting"), counted(min(counts.pending + counts.sent, MOST + 1), words), url=RECORDS),
    )


def _no_key(visit: Visit, words: ConsoleWords) -> tuple[Need, ...]:
    """To somebody whose role records and whose account cannot: why the menu is so short."""
    if not (visit.caller and visit.caller.may(Right.WRITE)) or visit.may(Right.WRITE):
        return ()
    return (Need("warn", "lock", words.say("overview.no_key"), words.say("overview.no_key.text"), "/console/account"),)


def _found(visit: Visit, watched: Watched, words: ConsoleWords) -> tuple[Need, ...]:
    """What the sentinel says, to those who may see it."""
    if not (visit.caller and visit.caller.may(Right.AUDIT)):
        return ()
    count, told = sum(watched.unresolved.values()), []
    if count:
        told.append(
            Need("bad", "alert-triangle", words.say("overview.findings", count=count), words.say("overview.findings.text"), SENTINEL)
        )
    if watched.silent:
        told.append(Need("warn", "clock", words.say("sentinel.state.silent"), "", SENTINEL))
    return tuple(told)


def _log(visit: Visit, breaks: Sequence[Break], words: ConsoleWords) -> tuple[Need, ...]:
    """What the last walk through the audit log found, to those who may see it."""
    if not breaks or not (visit.caller and visit.caller.may(Right.AUDIT)):
        return ()
    return (Need("bad", "alert-triangle", words.say("overview.log"), words.say("overview.log.text"), LOG),)


def _mirror(status: Status, words: ConsoleWords) -> tuple[Need, ...]:
    if _WELL.get(status.state):
        return ()
    return (Need("bad", "alert-triangle", words.say(f"overview.mirror.{status.state}"), put(status.problem or "", words), "/status"),)


def _lanes(lanes: Sequence[Lane], names: Mapping[bytes, str], words: ConsoleWords) -> tuple[Need, ...]:
    return tuple(Need(one.tone, "clock", one.text, one.todo, RECORDS) for one in hindrances(lanes, names, words))


def _failed(counts: Open, words: ConsoleWords) -> tuple[Need, ...]:
    if not counts.failed:
        return ()
    text = words.say("overview.failed", count=counted(counts.failed, words))
    return (Need("warn", "alert-triangle", text, words.say("records.about.failed"), link(RECORDS, state=FAILED)),)


def _expiring(found: Expiring, words: ConsoleWords) -> tuple[Need, ...]:
    """What the page of stock lists."""
    told = []
    if found.soon:
        told.append(words.say("overview.expiring", count=words.number(found.soon), days=found.days))
    if found.expired:
        told.append(words.say("overview.expired", count=words.number(found.expired)))
    if not told:
        return ()
    return (Need("warn", "clock", told[0], " ".join(told[1:]), expiring_url(found.days)),)
