"""Accounts, all API keys, all open sessions: three lists of one area."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from accounts.api_keys import Key
from accounts.people import Person
from accounts.sessions import OpenSession
from api.console.accounts.parts import HOME, KeyLine, PersonLine, SessionLine, account_url, begins_url, key_line, person_line, session_line
from api.console.frame import Frame
from api.console.shown import Link, Option, Pager, link, pager
from api.console.visit import Visit
from api.console.words import ConsoleWords
from api.places import word
from records.lists.paging import Page

KEYS, SESSIONS = f"{HOME}/keys", f"{HOME}/sessions"


@dataclass(frozen=True, slots=True)
class AccountsPage:
    """templates/console/accounts/list.html"""

    template: ClassVar[str] = "console/accounts/list.html"
    frame: Frame
    tabs: tuple[Option, ...]
    begins: str
    lines: tuple[PersonLine, ...]
    shown: str
    next: str  # address of the next page, or empty
    first: str  # address of the first one, on others


@dataclass(frozen=True, slots=True)
class KeysPage:
    """templates/console/accounts/keys.html"""

    template: ClassVar[str] = "console/accounts/keys.html"
    frame: Frame
    tabs: tuple[Option, ...]
    only: Link | None  # the account that the list is narrowed to
    lines: tuple[KeyLine, ...]
    back: str
    pager: Pager


@dataclass(frozen=True, slots=True)
class SessionsPage:
    """templates/console/accounts/sessions.html"""

    template: ClassVar[str] = "console/accounts/sessions.html"
    frame: Frame
    tabs: tuple[Option, ...]
    only: Link | None
    lines: tuple[SessionLine, ...]
    back: str
    pager: Pager


def accounts_page(visit: Visit, found: Sequence[Person], names: Mapping[bytes, str], begins: str, after: str, more: bool) -> AccountsPage:
    """The page of accounts that begin so and follow `after`."""
    words = visit.words
    return AccountsPage(
        frame=visit.frame(words.say("accounts.title")),
        tabs=_tabs(HOME, words),
        begins=begins,
        lines=tuple(person_line(one, names, words) for one in found),
        shown=words.say("frame.shown.more" if more else "frame.shown", count=len(found)),
        next=begins_url(begins, found[-1].name) if more else "",
        first=link(HOME, begins=begins) if after else "",
    )


def keys_page(visit: Visit, found: Page[Key], account: Person | None) -> KeysPage:
    """The page of keys, of one account or of all."""
    words = visit.words
    return KeysPage(
        frame=visit.frame(words.say("accounts.keys"), Link(HOME, words.say("accounts.title"))),
        tabs=_tabs(KEYS, words),
        only=_only(account),
        lines=tuple(key_line(one, words) for one in found.rows),
        back=_back(KEYS, account),
        pager=_pager(KEYS, found, account, words),
    )


def sessions_page(visit: Visit, found: Page[OpenSession], account: Person | None) -> SessionsPage:
    """The page of sessions, of one account or of all."""
    words = visit.words
    return SessionsPage(
        frame=visit.frame(words.say("accounts.sessions"), Link(HOME, words.say("accounts.title"))),
        tabs=_tabs(SESSIONS, words),
        only=_only(account),
        lines=tuple(session_line(one, words) for one in found.rows),
        back=_back(SESSIONS, account),
        pager=_pager(SESSIONS, found, account, words),
    )


def _tabs(here: str, words: ConsoleWords) -> tuple[Option, ...]:
    places = ((HOME, "accounts.title"), (KEYS, "accounts.keys"), (SESSIONS, "accounts.sessions"))
    return tuple(Option(path, words.say(text), path == here, path) for path, text in places)


def _only(account: Person | None) -> Link | None:
    return Link(account_url(account.account_id), account.name) if account else None


def _back(path: str, account: Person | None) -> str:
    return link(path, account=account.account_id if account else None)


def _pager(path: str, found: Page[Key] | Page[OpenSession], account: Person | None, words: ConsoleWords) -> Pager:
    of = account.account_id if account else None
    newer = link(path, account=of, newer=word(found.newer)) if found.newer else ""
    older = link(path, account=of, older=word(found.older)) if found.older else ""
    return pager(len(found.rows), newer, older, words)
