"""The audit log as a list: who did what, when, to what; filters that the address holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import ClassVar

from accounts import audit_entries
from accounts.audit_entries import Entry, Wanted
from api.console.audit.health import HOME, Health
from api.console.frame import Frame
from api.console.shown import Badge, Digest, Moment, Option, Pager, digest, link, moment, pager, with_query
from api.console.visit import Visit
from api.console.words import ConsoleWords
from api.moments import EARLIEST, LATEST
from ledger_client.errors import InvalidInput
from ledger_client.sentences import sentence
from records.lists.paging import Page, Place

FILTERS = {"actor": 200, "action": 64, "subject": 2000, "request": 64, "from": 10, "to": 10}  # name -> longest
_LONG = 40  # a subject that is longer is shown shortened


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One entry in the list."""

    number: str
    url: str
    at: Moment
    actor: str
    address: str
    action: str
    subject: str
    subject_whole: Digest | None  # instead of `subject`, where that is long
    altered: Badge | None


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters as they were typed, and what they mean."""

    given: Mapping[str, str]
    wanted: Wanted
    place: Place | None
    problem: str = ""  # with a date


@dataclass(frozen=True, slots=True)
class LogPage:
    """templates/console/audit/log.html"""

    template: ClassVar[str] = "console/audit/log.html"
    frame: Frame
    health: Health
    given: Mapping[str, str]  # every filter, empty if not set
    problem: str
    actions: tuple[Option, ...]
    filtered: bool
    lines: tuple[EntryLine, ...]
    pager: Pager
    exports: tuple[Option, ...]  # forms of the file, each with its address


def asked_in(query: Mapping[str, str], words: ConsoleWords) -> Asked:
    """The filters of an address; a text that is too long is cut, a date that is none is left out and told."""
    given = {name: query.get(name, "").strip()[:longest] for name, longest in FILTERS.items()}
    problem, since, before = "", None, None
    try:
        since, last = _day(given["from"], words), _day(given["to"], words)
        before = last + timedelta(days=1) if last else None
    except (ValueError, OverflowError):
        problem = words.say("audit.filter.date.wrong")
    wanted = Wanted(given["actor"], given["action"], given["subject"], given["request"], since, before)
    return Asked(given, wanted, _place(query), problem)


def log_page(visit: Visit, health: Health, asked: Asked, found: Page[Entry]) -> LogPage:
    """The page."""
    words, given = visit.words, {name: text for name, text in asked.given.items() if text}
    newer = link(HOME, **given, newer=found.newer[0]) if found.newer else ""
    older = link(HOME, **given, older=found.older[0]) if found.older else ""
    return LogPage(
        frame=visit.frame(words.say("audit.title")),
        health=health,
        given=asked.given,
        problem=asked.problem,
        actions=_actions(asked.given["action"], words),
        filtered=bool(given),
        lines=tuple(_lines(found.rows, words)),
        pager=pager(len(found.rows), newer, older, words),
        exports=tuple(Option(form, words.say(f"audit.export.{form}"), False, _export(asked, form)) for form in ("csv", "jsonl")),
    )


def action_name(action: str, words: ConsoleWords) -> str:
    """What was done, in plain words; an action that has none is shown as it is."""
    key = f"audit.action.{action}"
    return words.say(key) if key in words.texts else action


def _lines(rows: Iterable[Entry], words: ConsoleWords) -> Iterable[EntryLine]:
    for row in rows:
        long = len(row.subject) > _LONG
        yield EntryLine(
            number=words.number(row.id),
            url=f"{HOME}/{row.id}",
            at=moment(row.at, words),
            actor=row.actor or words.say("audit.nobody"),
            address=row.address,
            action=action_name(row.action, words),
            subject="" if long else row.subject,
            subject_whole=digest(row.subject) if long else None,
            altered=None if audit_entries.whole(row) else Badge(words.say("audit.altered"), "bad"),
        )


def _actions(chosen: str, words: ConsoleWords) -> tuple[Option, ...]:
    """Every action that has a name, and the one that is asked for."""
    begun = f"audit.action.{''}"
    known = {key.removeprefix(begun): text for key, text in words.texts.items() if key.startswith(begun)}
    told = known | ({chosen: action_name(chosen, words)} if chosen else {})
    every = Option("", words.say("audit.filter.any"), not chosen)
    return (every, *(Option(name, text, name == chosen) for name, text in sorted(told.items(), key=lambda pair: pair[1])))


def _export(asked: Asked, form: str) -> str:
    """The address of the file of the same entries; its days are moments, since the file's reader may sit in another zone."""
    wanted = asked.wanted
    times = {name: value.isoformat() if value else None for name, value in (("from", wanted.since), ("to", wanted.before))}
    return with_query("/audit/export", {name: text for name, text in asked.given.items() if text} | {"format": form}, **times)


def _day(text: str, words: ConsoleWords) -> datetime | None:
    """The beginning of a day in the reader's zone; ValueError for a text that is no date, or one that nobody can mean."""
    if not text:
        return None
    begun = datetime.combine(date.fromisoformat(text), time(), words.zone)
    if not EARLIEST <= begun <= LATEST:
        raise ValueError("a date at the edge of the calendar")
    return begun.astimezone(UTC)


def _place(query: Mapping[str, str]) -> Place | None:
    for name in ("older", "newer"):
        if text := query.get(name, ""):
            if not (text.isascii() and text.isdigit() and len(text) < 17):
                raise InvalidInput(name, sentence("is {text!r}", text=text[:20]), "follow the links of the page")
            return Place((int(text),), newer=name == "newer")
    return None
