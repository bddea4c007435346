"""The sentinel: how far the round is, what it found and what to do about it, what was told to whom, earlier rounds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from accounts.roles import Right
from api.console.frame import Frame
from api.console.refusals import put
from api.console.shown import Badge, Fact, Moment, Option, Pager, link, moment, moment_or_none, pager
from api.console.visit import Visit
from api.console.words import ConsoleWords
from sentinel.models import Finding, FindingState, Notice, NoticeState, Round
from sentinel.status import Status, done

HOME = "/console/sentinel"
UNRESOLVED = (FindingState.OPEN, FindingState.ACKNOWLEDGED)
_STATE_TONES = {FindingState.OPEN: "bad", FindingState.ACKNOWLEDGED: "warn", FindingState.RESOLVED: "good"}
_NOTICE_TONES = {NoticeState.WAITING: "wait", NoticeState.SENT: "good", NoticeState.GIVEN_UP: "bad"}
_TODO = dict.fromkeys(("anchors", "member_events", "members", "signers", "proposals"), "mirror") | dict.fromkeys(
    ("participations", "things"), "genealogy"
)


@dataclass(frozen=True, slots=True)
class FindingLine:
    """One finding, in plain words. `action`: where its form posts to, empty if it cannot be acknowledged by this reader."""

    number: int
    title: str
    where: str
    meaning: str
    todo: str
    expected: str
    found: str
    state: Badge
    by: str
    note: str
    first: Moment
    last: Moment
    times: str
    action: str


@dataclass(frozen=True, slots=True)
class RoundLine:
    """A round that is over."""

    ended: Moment | None
    took: str
    records: str
    anchors: str
    found: Badge


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """A message and how its delivery goes."""

    made: Moment
    channel: str
    state: Badge
    tries: str
    problem: str


@dataclass(frozen=True, slots=True)
class SentinelPage:
    """templates/console/sentinel.html"""

    template: ClassVar[str] = "console/sentinel.html"
    frame: Frame
    state: Badge
    percent: int | None  # of the running round
    waits: str
    facts: tuple[Fact, ...]
    tabs: tuple[Option, ...]
    resolved: bool  # which tab is open
    unlisted: str
    findings: tuple[FindingLine, ...]
    pager: Pager
    channels: str  # by which ways findings are told
    notices: tuple[NoticeLine, ...]
    rounds: tuple[RoundLine, ...]


def sentinel_page(
    visit: Visit,
    status: Status,
    found: Sequence[Finding],
    notices: Sequence[Notice],
    rounds: Sequence[Round],
    channels: Sequence[str],
    pace: float,
    *,
    resolved: bool = False,
    more: bool = False,
) -> SentinelPage:
    """The page, from what the sentinel's tables say."""
    words = visit.words
    acts = visit.caller is not None and visit.caller.may(Right.OPERATE)
    older = link(HOME, state="resolved" if resolved else None, before=found[-1].id) if more else ""
    return SentinelPage(
        frame=visit.frame(words.say("sentinel.title")),
        state=state_badge(status, words),
        percent=round(status.coverage * 100) if status.round and status.coverage is not None else None,
        waits=put(status.round.waits or "", words) if status.round else "",
        facts=_facts(status, pace, words),
        tabs=_tabs(status, resolved, words),
        resolved=resolved,
        unlisted=_unlisted(status, words),
        findings=tuple(_line(one, acts, words) for one in found),
        pager=pager(len(found), "", older, words),
        channels=_told(channels, words),
        notices=tuple(_notice(one, words) for one in notices),
        rounds=tuple(_round(one, words) for one in rounds),
    )


def state_badge(status: Status, words: ConsoleWords) -> Badge:
    """What the sentinel does, in a word."""
    if status.silent:
        return Badge(words.say("sentinel.state.silent"), "bad")
    if status.round is None:
        return Badge(words.say("sentinel.state.rests" if status.last else "sentinel.state.new"), "quiet")
    return Badge(words.say("sentinel.state.waits"), "warn") if status.round.waits else Badge(words.say("sentinel.state.walks"), "wait")


def _facts(status: Status, pace: float, words: ConsoleWords) -> tuple[Fact, ...]:
    shown, last = status.round or status.last, status.last
    return (
        Fact(words.say("sentinel.last"), moment=moment_or_none(last.ended_at, words) if last else None),
        *((Fact(words.say("sentinel.ends"), moment=moment_or_none(status.ends_at, words)),) if status.round else ()),
        Fact(words.say("sentinel.records"), words.number(shown.records) if shown else ""),
        Fact(
            words.say("sentinel.anchors"),
            words.number(shown.anchors) if shown else "",
            note=words.say("sentinel.foreign", count=words.number(shown.foreign_anchors)) if shown and shown.foreign_anchors else "",
        ),
        Fact(words.say("sentinel.pace"), words.say("sentinel.pace.set", count=words.number(round(pace))), note=_speed(shown, words)),
    )


def _speed(one: Round | None, words: ConsoleWords) -> str:
    """How fast it really went."""
    if one is None:
        return ""
    seconds = ((one.ended_at or one.worked_at) - one.began_at).total_seconds()
    return words.say("sentinel.pace.real", count=words.number(max(1, round(done(one) / seconds)))) if seconds >= 1 else ""


def _tabs(status: Status, resolved: bool, words: ConsoleWords) -> tuple[Option, ...]:
    count = words.number(sum(status.unresolved.values()))
    return (
        Option("open", words.say("sentinel.tab.open", count=count), not resolved, HOME),
        Option("resolved", words.say("sentinel.tab.resolved"), resolved, link(HOME, state="resolved")),
    )


def _unlisted(status: Status, words: ConsoleWords) -> str:
    count = max((one.unlisted for one in (status.round, status.last) if one), default=0)
    return words.say("sentinel.unlisted", count=words.number(count)) if count else ""


def _line(one: Finding, acts: bool, words: ConsoleWords) -> FindingLine:
    table = words.say(f"sentinel.table.{one.table_name}") if f"sentinel.table.{one.table_name}" in words.texts else one.table_name
    return FindingLine(
        number=one.id,
        title=words.say(f"sentinel.kind.{one.kind}", what=table),
        where=" · ".join(part for part in (one.table_name, one.row_key, one.column_name) if part),
        meaning=words.say(f"sentinel.meaning.{one.kind}"),
        todo=words.say(f"sentinel.todo.{_TODO.get(one.table_name, 'records')}"),
        expected=put(one.expected, words),
        found=put(one.found, words),
        state=Badge(words.say(f"sentinel.finding.{one.state}"), _STATE_TONES[FindingState(one.state)]),
        by=words.say("sentinel.by", name=one.state_by) if one.state_by else "",
        note=one.note,
        first=moment(one.first_seen, words),
        last=moment(one.last_seen, words),
        times=words.say("sentinel.times", count=one.times),
        action=f"{HOME}/{one.id}/acknowledge" if acts and one.state == FindingState.OPEN else "",
    )


def _told(channels: Sequence[str], words: ConsoleWords) -> str:
    if not channels:
        return words.say("sentinel.channels.none")
    return words.say("sentinel.channels", names=" · ".join(words.say(f"sentinel.channel.{name}") for name in channels))


def _notice(one: Notice, words: ConsoleWords) -> NoticeLine:
    badge = Badge(words.say(f"sentinel.notice.{one.state}"), _NOTICE_TONES[NoticeState(one.state)])
    return NoticeLine(
        moment(one.made_at, words),
        words.say(f"sentinel.channel.{one.channel}"),
        badge,
        words.number(one.tries),
        put(one.problem or "", words),
    )


def _round(one: Round, words: ConsoleWords) -> RoundLine:
    seconds = int(((one.ended_at or one.worked_at) - one.began_at).total_seconds())
    hours, minutes = divmod(seconds // 60, 60)
    unit = "hours" if hours else "minutes" if minutes else "seconds"
    took = words.say(f"sentinel.took.{unit}", hours=hours, minutes=minutes, seconds=seconds % 60)
    found = Badge(words.number(one.found), "bad") if one.found else Badge(words.say("sentinel.nothing"), "good")
    return RoundLine(moment_or_none(one.ended_at, words), took, words.number(one.records), words.number(one.anchors), found)
