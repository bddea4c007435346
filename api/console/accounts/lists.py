"""Accounts, all API keys, all open sessions: three lists of one area."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

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

Row = TypeVar("Row")
Line = TypeVar("Line")
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


@dataclass(frozen=True)
class OwnedPage(Generic[Line]):
    """Lines that belong to accounts, of one or of all."""

    frame: Frame
    tabs: tuple[Option, ...]
    only: Link | None  # the account that the list is narrowed to
    lines: tuple[Line, ...]
    back: str
    pager: Pager


class KeysPage(OwnedPage[KeyLine]):
    """templates/console/accounts/keys.html"""

    template: ClassVar[str] = "console/accounts/keys.html"


class SessionsPage(OwnedPage[SessionLine]):
    """templates/console/accounts/sessions.html"""

    template: ClassVar[str] = "console/accounts/sessions.html"


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
    return KeysPage(*_owned(visit, KEYS, "accounts.keys", found, account, key_line))


def sessions_page(visit: Visit, found: Page[OpenSession], account: Person | None) -> SessionsPage:
    """The page of sessions, of one account or of all."""
    return SessionsPage(*_owned(visit, SESSIONS, "accounts.sessions", found, account, session_line))


def _owned(
    visit: Visit, path: str, title: str, found: Page[Row], account: Person | None, line: Callable[[Row, ConsoleWords], Line]
) -> tuple[Frame, tuple[Option, ...], Link | None, tuple[Line, ...], str, Pager]:
    """The parts of an OwnedPage, in their order."""
    words, of = visit.words, account.account_id if account else None
    newer = link(path, account=of, newer=word(found.newer)) if found.newer else ""
    older = link(path, account=of, older=word(found.older)) if found.older else ""
    return (
        visit.frame(words.say(title), Link(HOME, words.say("accounts.title"))),
        _tabs(path, words),
        Link(account_url(account.account_id), account.name) if account else None,
        tuple(line(one, words) for one in found.rows),
        link(path, account=of),
        pager(len(found.rows), newer, older, words),
    )


def _tabs(here: str, words: ConsoleWords) -> tuple[Option, ...]:
    places = ((HOME, "accounts.title"), (KEYS, "accounts.keys"), (SESSIONS, "accounts.sessions"))
    return tuple(Option(path, words.say(text), path == here, path) for path, text in places)
