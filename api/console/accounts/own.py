"""One's own account: password, sessions, API keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from accounts.api_keys import Key
from accounts.passwords import LEAST
from accounts.people import Person
from accounts.roles import OWN_KEYS
from accounts.sessions import OpenSession
from api.console.accounts.one import KeyForm, account_facts, key_form
from api.console.accounts.parts import OWN, KeyLine, SessionLine, Wrong, key_line, session_line
from api.console.frame import Frame
from api.console.shown import Fact, Pager, link, pager
from api.console.visit import Visit
from api.places import word
from ledger_client.addresses import checksummed
from records.lists.paging import Page

WALLET, DIRECTORY = f"{OWN}/wallet", f"{OWN}/directory"


@dataclass(frozen=True, slots=True)
class OwnPage:
    """templates/console/accounts/own.html"""

    template: ClassVar[str] = "console/accounts/own.html"
    frame: Frame
    url: str
    name: str
    facts: tuple[Fact, ...]
    wrong: Wrong | None
    has_password: bool
    rules: str
    sessions: tuple[SessionLine, ...]
    sessions_pager: Pager
    others: bool  # there are sessions beside this one
    key_form: KeyForm | None  # None: this role makes no keys
    keys: tuple[KeyLine, ...]
    keys_pager: Pager
    directory: str  # the company directory's name; empty without one
    directory_url: str
    directory_linked: bool
    only_way: bool  # there is one way to sign in, which so must stay
    wallet: str  # the key's address in EIP-55, or empty
    wallet_url: str


def own_page(
    visit: Visit,
    person: Person,
    open_sessions: Page[OpenSession],
    keys: Page[Key],
    typed: Mapping[str, str] | None = None,
    wrong: Wrong | None = None,
    *,
    directory: str = "",
) -> OwnPage:
    """The page; `typed`: what a form that is refused held."""
    words = visit.words
    return OwnPage(
        frame=visit.frame(words.say("accounts.own")),
        url=OWN,
        name=person.name,
        facts=account_facts(person, words),
        wrong=wrong,
        has_password="password" in person.signs_in_by,
        rules=words.say("accounts.password.rules", least=LEAST),
        sessions=tuple(session_line(one, words) for one in open_sessions.rows),
        sessions_pager=_pager("sessions", open_sessions, visit),
        others=any(not one.current for one in open_sessions.rows),
        key_form=key_form(f"{OWN}/keys", person.role, typed or {}, words) if person.role in OWN_KEYS else None,
        keys=tuple(key_line(one, words) for one in keys.rows),
        keys_pager=_pager("keys", keys, visit),
        directory=directory,
        directory_url=DIRECTORY,
        directory_linked="oidc" in person.signs_in_by,
        only_way=len(person.signs_in_by) < 2,
        wallet=checksummed(person.wallet) if person.wallet else "",
        wallet_url=WALLET,
    )


def _pager(name: str, found: Page[OpenSession] | Page[Key], visit: Visit) -> Pager:
    older = link(OWN, **{name: word(found.older)}) if found.older else ""
    return pager(len(found.rows), OWN if found.newer else "", older, visit.words)
