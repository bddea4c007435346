"""Whether the audit log is what was written, in plain words: from the last whole walk along it, and the one that is under way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from accounts.audit import Break, merged
from accounts.audit_entries import Entry, whole
from accounts.audit_rounds import breaks_of, sealed_of
from accounts.models import AuditRound
from accounts.sealing import Sealed
from api.console.shown import Digest, Moment, digest, moment, unix_moment
from api.console.words import ConsoleWords
from records.columns import now

HOME = "/console/audit"
MOST = 20  # breaks that are listed


@dataclass(frozen=True, slots=True)
class BreakLine:
    """One thing that is wrong; `url` leads to its first entry."""

    text: str
    url: str
    evidence: Digest | None


@dataclass(frozen=True, slots=True)
class Health:
    """The state of the log. `tone`: good, bad, warn where the chain could not be asked, quiet before the first walk."""

    tone: str
    icon: str
    headline: str
    checked: Moment | None
    anchored: str
    anchored_at: Moment | None
    breaks: tuple[BreakLine, ...]
    more: str  # breaks that are not listed
    underway: str


def health(finished: AuditRound | None, latest: AuditRound | None, shown: Iterable[Entry], words: ConsoleWords) -> Health:
    """In words; `latest` is the round under way, or the finished one itself. Entries that are `shown` are looked at now."""
    running = latest if latest is not None and latest.finished_at is None else None
    altered = merged(sorted((Break("changed", one.id, one.id) for one in shown if not whole(one)), key=lambda one: one.first))
    breaks = _every(finished, running, altered)
    sealed = sealed_of(finished.sealed) if finished else None
    anchored = sealed.newest if sealed else None
    return Health(
        tone=_tone(finished, breaks, sealed),
        icon="alert-triangle" if breaks else "shield-check" if finished else "clock",
        headline=_headline(finished, breaks, words),
        checked=moment(finished.finished_at, words) if finished and finished.finished_at else None,
        anchored=_anchored(sealed, words),
        anchored_at=unix_moment(anchored.block_time, words) if anchored else None,
        breaks=tuple(_line(one, words) for one in breaks[:MOST]),
        more=words.say("audit.breaks.more", count=len(breaks) - MOST) if len(breaks) > MOST else "",
        underway=_underway(running, words),
    )


def _every(finished: AuditRound | None, running: AuditRound | None, altered: Sequence[Break]) -> list[Break]:
    """What both rounds found, each once, and what else is seen to be altered."""
    found = list(dict.fromkeys(one for row in (finished, running) if row for one in breaks_of(row.breaks)))
    known = {number for one in found if one.kind == "changed" for number in range(one.first, one.last + 1)}
    return [*found, *(one for one in altered if not {one.first, one.last} <= known)]


def _tone(finished: AuditRound | None, breaks: Iterable[Break], sealed: Sealed | None) -> str:
    if breaks:
        return "bad"
    if finished is None:
        return "quiet"
    return "warn" if sealed is None or sealed.problem else "good"


def _headline(finished: AuditRound | None, breaks: list[Break], words: ConsoleWords) -> str:
    if breaks:
        return words.say("audit.broken", count=len(breaks))
    return words.say("audit.whole", entries=words.number(finished.entries)) if finished else words.say("audit.unchecked")


def _anchored(sealed: Sealed | None, words: ConsoleWords) -> str:
    if sealed is None:
        return ""
    if sealed.problem:
        return words.say("audit.anchored.unknown", why=sealed.problem)
    if sealed.newest is None:
        return words.say("audit.anchored.waiting" if sealed.waiting else "audit.anchored.none")
    return words.say("audit.anchored", entry=words.number(sealed.newest.entries), block=words.number(sealed.newest.block))


def _underway(running: AuditRound | None, words: ConsoleWords) -> str:
    if running is None or not running.entries:
        return ""
    minutes = max(1, int((now() - running.started_at).total_seconds() // 60))
    return words.say("audit.underway", entry=words.number(running.entries), minutes=minutes)


def _line(one: Break, words: ConsoleWords) -> BreakLine:
    number = words.number
    which = number(one.first) if one.first == one.last else f"{number(one.first)}–{number(one.last)}"
    evidence = digest(one.detail) if one.detail else None
    return BreakLine(words.say(f"audit.break.{one.kind}", which=which), f"{HOME}/{one.first}" if one.kind == "changed" else "", evidence)
