"""One entry of the audit log with all that its hash is of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import orjson

from accounts import audit_entries
from accounts.audit_entries import Entry
from accounts.sealing import Sealed
from api.console.audit.health import HOME
from api.console.audit.log import action_name
from api.console.frame import Frame
from api.console.shown import Digest, Fact, Link, digest, link, moment
from api.console.visit import Visit
from api.console.words import ConsoleWords


@dataclass(frozen=True, slots=True)
class Detail:
    """A name and a value of an entry's details."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class EntryPage:
    """templates/console/audit/entry.html"""

    template: ClassVar[str] = "console/audit/entry.html"
    frame: Frame
    whole: bool
    verdict: str
    anchored: str
    facts: tuple[Fact, ...]
    details: tuple[Detail, ...]
    previous: Digest
    hash: Digest
    before_url: str
    after_url: str


def entry_page(visit: Visit, entry: Entry, follows: bool, last: bool, sealed: Sealed | None) -> EntryPage:
    """The page. `follows`: the entry before has the hash that this one names; `last`: none comes after it."""
    words, right = visit.words, audit_entries.whole(entry)
    verdict = "audit.entry.whole" if right and follows else "audit.entry.loose" if right else "audit.entry.altered"
    return EntryPage(
        frame=visit.frame(words.say("audit.entry.title", number=words.number(entry.id)), Link(HOME, words.say("audit.title"))),
        whole=right and follows,
        verdict=words.say(verdict),
        anchored=_anchored(entry, sealed, words) if right and follows else "",
        facts=_facts(entry, words),
        details=tuple(Detail(name, _told(value)) for name, value in entry.details.items()),
        previous=digest(entry.previous),
        hash=digest(entry.hash),
        before_url=f"{HOME}/{entry.id - 1}" if entry.id > 1 else "",
        after_url="" if last else f"{HOME}/{entry.id + 1}",
    )


def _facts(entry: Entry, words: ConsoleWords) -> tuple[Fact, ...]:
    account = words.say("audit.account", number=entry.account_id) if entry.account_id is not None else ""
    return (
        Fact(words.say("audit.column.at"), moment=moment(entry.at, words)),
        Fact(words.say("audit.column.action"), action_name(entry.action, words), note=entry.action),
        Fact(
            words.say("audit.column.actor"),
            entry.actor or words.say("audit.nobody"),
            url=link(HOME, actor=entry.actor) if entry.actor else "",
            note=account,
        ),
        Fact(words.say("audit.column.subject"), entry.subject, url=link(HOME, subject=entry.subject) if entry.subject else ""),
        Fact(words.say("audit.column.request"), entry.request_id, url=link(HOME, request=entry.request_id) if entry.request_id else ""),
        Fact(words.say("audit.column.address"), entry.address),
    )


def _anchored(entry: Entry, sealed: Sealed | None, words: ConsoleWords) -> str:
    newest = sealed.newest if sealed else None
    if newest is None or newest.entries < entry.id:
        return words.say("audit.entry.not_anchored")
    return words.say("audit.entry.anchored", block=words.number(newest.block))


def _told(value: object) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()
