"""Accounts, keys and sessions as lines of a list, and the fields that choose among roles, signers, rights and times."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote

from accounts.api_keys import Key
from accounts.people import Person
from accounts.roles import RIGHTS, Right, Role
from accounts.sessions import OpenSession
from api.console.refusals import mend
from api.console.shown import Badge, Link, Moment, Option, moment, moment_or_none
from api.console.words import ConsoleWords
from api.spelling import hexed
from ledger_client.errors import InvalidInput

HOME, OWN = "/console/accounts", "/console/account"
SCOPE = "scope."  # before a right's name in a form
LASTS = {"30": timedelta(days=30), "90": timedelta(days=90), "365": timedelta(days=365), "never": None}
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("MicroMessenger", "WeChat"),
    ("Chrome", "Chrome"),
    ("Version", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True, slots=True)
class PersonLine:
    """An account in a list."""

    url: str
    name: str
    display_name: str
    role: str
    ways: tuple[str, ...]
    writes_for: str
    seen: Moment | None
    state: Badge


@dataclass(frozen=True, slots=True)
class KeyLine:
    """An API key in a list. `id`: hex of its digest, for the form that revokes it; empty for one that is dead already."""

    id: str
    name: str
    account: Link
    scope: tuple[str, ...]
    made: Moment
    expires: Moment | None
    used: Moment | None
    state: Badge


@dataclass(frozen=True, slots=True)
class SessionLine:
    """An open session in a list. `id`: hex of its digest, for the form that ends it."""

    id: str
    account: Link
    method: str
    device: str
    address: str
    began: Moment
    seen: Moment
    current: bool


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with a form: in the reader's language by field, and in the words of whoever refused, which are English."""

    field: str
    text: str
    detail: str


def person_line(one: Person, names: Mapping[bytes, str], words: ConsoleWords) -> PersonLine:
    """An account; `names`: members by signer."""
    disabled = one.disabled_at is not None
    return PersonLine(
        url=account_url(one.account_id),
        name=one.name,
        display_name=one.display_name if one.display_name != one.name else "",
        role=words.say(f"frame.role.{one.role}"),
        ways=tuple(words.say(f"accounts.way.{way}") for way in one.signs_in_by),
        writes_for=writes_for(one.signer, names),
        seen=moment_or_none(one.seen_at, words),
        state=Badge(words.say("accounts.state.disabled" if disabled else "accounts.state.active"), "quiet" if disabled else "good"),
    )


def key_line(key: Key, words: ConsoleWords) -> KeyLine:
    """A key; who may use it no more has no way to revoke it."""
    expired = key.expires_at is not None and key.expires_at <= words.now
    state, tone = ("revoked", "quiet") if key.revoked_at else ("expired", "warn") if expired else ("valid", "good")
    return KeyLine(
        id=key.digest.hex() if state == "valid" else "",
        name=key.name,
        account=Link(account_url(key.account_id), key.account),
        scope=tuple(words.say(f"accounts.right.{right}") for right in key.scope),
        made=moment(key.created_at, words),
        expires=moment_or_none(key.expires_at, words),
        used=moment_or_none(key.used_at, words),
        state=Badge(words.say(f"accounts.key.{state}"), tone),
    )


def session_line(one: OpenSession, words: ConsoleWords) -> SessionLine:
    """A session."""
    return SessionLine(
        id=one.digest.hex(),
        account=Link(account_url(one.account_id), one.account),
        method=words.say(f"accounts.way.{one.method}"),
        device=device(one.agent) or words.say("accounts.device.unknown"),
        address=one.address,
        began=moment(one.created_at, words),
        seen=moment(one.seen_at, words),
        current=one.current,
    )


def wrong_in(problem: InvalidInput, words: ConsoleWords) -> Wrong:
    """What a rule of `accounts` has against a form."""
    key = f"accounts.wrong.{problem.field}"
    return Wrong(problem.field, words.say(key if key in words.texts else "accounts.wrong"), mend(problem, words))


def role_options(chosen: str, words: ConsoleWords) -> tuple[Option, ...]:
    """Every role, with what it is for."""
    return tuple(Option(role, f"{words.say(f'frame.role.{role}')}: {words.say(f'accounts.role.{role}')}", role == chosen) for role in Role)


def signer_options(signers: Collection[bytes], chosen: str, names: Mapping[bytes, str], words: ConsoleWords) -> tuple[Option, ...]:
    """Records nothing, or a key that publishes here, by the member it writes for."""
    known = sorted((writes_for(one, names), hexed(one)) for one in signers)
    choices = [("", words.say("accounts.signer.none")), *((address, f"{name} · {short(address)}") for name, address in known)]
    return tuple(Option(value, text, value == chosen) for value, text in choices)


def right_options(role: Role, chosen: Iterable[str], words: ConsoleWords) -> tuple[Option, ...]:
    """What a key of that role may be allowed."""
    marked = frozenset(chosen)
    return tuple(Option(SCOPE + one, words.say(f"accounts.right.{one}"), one in marked) for one in Right if one in RIGHTS[role])


def lasting_options(chosen: str, words: ConsoleWords) -> tuple[Option, ...]:
    """How long a key may last."""
    return tuple(Option(one, words.say(f"accounts.lasts.{one}"), one == chosen) for one in LASTS)


def account_url(account_id: int) -> str:
    """The page of an account."""
    return f"{HOME}/{account_id}"


def begins_url(begins: str, after: str) -> str:
    """The list of accounts behind a name."""
    return f"{HOME}?begins={quote(begins)}&after={quote(after)}" if begins else f"{HOME}?after={quote(after)}"


def writes_for(signer: bytes | None, names: Mapping[bytes, str]) -> str:
    """The member of a signer, or its address before the mirror knows it; empty for none."""
    return (names.get(signer) or short(hexed(signer))) if signer else ""


def short(address: str) -> str:
    """An address without its middle."""
    return f"{address[:6]}…{address[-4:]}"


def device(agent: str) -> str:
    """`Firefox 140 · Windows` out of what a browser calls itself; what it says as it is where nothing of that is in it."""
    found = next((f"{name} {match[1]}" for mark, name in _BROWSERS if (match := re.search(rf"{mark}/(\d+)", agent))), "")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    return " · ".join(part for part in (found, system) if part) or agent[:40]
