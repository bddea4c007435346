"""One account, as an operator sees and changes it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import ClassVar

from accounts.api_keys import LONGEST_NAME, Key
from accounts.names import LONGEST_SHOWN
from accounts.people import Person
from accounts.roles import RIGHTS, Role
from accounts.sessions import OpenSession
from api.console.accounts.lists import KEYS, SESSIONS
from api.console.accounts.parts import (
    HOME,
    KeyLine,
    SessionLine,
    Wrong,
    account_url,
    key_line,
    lasting_options,
    right_options,
    role_options,
    session_line,
    signer_options,
)
from api.console.frame import Frame
from api.console.shown import Badge, Fact, Link, Option, link, moment, moment_or_none
from api.console.visit import Visit
from api.console.words import ConsoleWords
from api.spelling import hexed
from ledger_client.addresses import checksummed
from records.lists.paging import Page


@dataclass(frozen=True, slots=True)
class Glance:
    """What is read for the page: the account, the keys that publish here, members by signer, its newest keys and sessions."""

    person: Person
    signers: Collection[bytes]
    names: Mapping[bytes, str]
    keys: Page[Key]
    sessions: Page[OpenSession]


@dataclass(frozen=True, slots=True)
class KeyForm:
    """The form of a new key."""

    action: str
    name: str
    longest: int
    rights: tuple[Option, ...]
    lasts: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class AccountPage:
    """templates/console/accounts/one.html"""

    template: ClassVar[str] = "console/accounts/one.html"
    frame: Frame
    url: str
    facts: tuple[Fact, ...]
    rights: tuple[str, ...]
    wrong: Wrong | None
    display_name: str
    longest_shown: int
    roles: tuple[Option, ...]
    signers: tuple[Option, ...]
    wallet: str
    machine: bool
    disabled: bool
    key_form: KeyForm
    keys: tuple[KeyLine, ...]
    all_keys: str  # where the list goes on
    sessions: tuple[SessionLine, ...]
    all_sessions: str


def account_page(visit: Visit, seen: Glance, typed: Mapping[str, str] | None = None, wrong: Wrong | None = None) -> AccountPage:
    """The page; `typed`: what a form that is refused held."""
    words, typed, person = visit.words, typed or {}, seen.person
    signer = hexed(person.signer) if person.signer else ""
    signers = {*seen.signers, *([person.signer] if person.signer else [])}
    wallet = checksummed(person.wallet) if person.wallet else ""
    return AccountPage(
        frame=visit.frame(person.display_name, Link(HOME, words.say("accounts.title"))),
        url=account_url(person.account_id),
        facts=account_facts(person, words),
        rights=tuple(words.say(f"accounts.right.{right}") for right in sorted(RIGHTS[person.role])),
        wrong=wrong,
        display_name=typed.get("display_name", person.display_name)[: 2 * LONGEST_SHOWN],
        longest_shown=LONGEST_SHOWN,
        roles=role_options(typed.get("role", person.role), words),
        signers=signer_options(signers, typed.get("signer", signer), seen.names, words),
        wallet=typed.get("wallet", wallet)[:100],
        machine=person.role == Role.MACHINE,
        disabled=person.disabled_at is not None,
        key_form=key_form(f"{account_url(person.account_id)}/keys", person.role, typed, words),
        keys=tuple(key_line(one, words) for one in seen.keys.rows),
        all_keys=link(KEYS, account=person.account_id) if seen.keys.older else "",
        sessions=tuple(session_line(one, words) for one in seen.sessions.rows),
        all_sessions=link(SESSIONS, account=person.account_id) if seen.sessions.older else "",
    )


def key_form(action: str, role: Role, typed: Mapping[str, str], words: ConsoleWords) -> KeyForm:
    """The form of a new key for somebody of that role; reading is chosen from the start."""
    chosen = [one.partition(".")[2] for one in typed if one.startswith("scope.")] or ["read"]
    return KeyForm(
        action=action,
        name=typed.get("key_name", "")[: 2 * LONGEST_NAME],
        longest=LONGEST_NAME,
        rights=right_options(role, chosen, words),
        lasts=lasting_options(typed.get("lasts", "90"), words),
    )


def account_facts(person: Person, words: ConsoleWords) -> tuple[Fact, ...]:
    """What there is to know about an account at a glance."""
    disabled = person.disabled_at
    state = Badge(words.say("accounts.state.disabled" if disabled else "accounts.state.active"), "quiet" if disabled else "good")
    ways = words.say("accounts.and").join(words.say(f"accounts.way.{way}") for way in person.signs_in_by)
    return (
        Fact(words.say("accounts.name"), person.name),
        Fact(words.say("accounts.role"), words.say(f"frame.role.{person.role}")),
        Fact(words.say("accounts.state"), badge=state, note=words.clock(disabled) if disabled else ""),
        Fact(words.say("accounts.ways"), ways or words.say("accounts.ways.none")),
        Fact(words.say("accounts.seen"), moment=moment_or_none(person.seen_at, words)),
        Fact(words.say("accounts.made"), moment=moment(person.created_at, words)),
    )
