"""A company's own directory (OpenID Connect) as it is set up here, and which account somebody from there is.

An account is known by issuer and subject, which the directory never gives to another person; never by name or e-mail address, which it
may. Somebody who comes for the first time gets an account only if the setting names a role for one of their groups, or for everybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts import names, people, sessions
from accounts.models import Account
from accounts.roles import Role
from ledger_client.errors import Conflict, InvalidInput
from ledger_client.sentences import sentence

_TRIES = 20


@dataclass(frozen=True, slots=True)
class Directory:
    """A directory. `groups`: the role of people who come for the first time, by their group, the first that fits; `role`: of others."""

    issuer: str  # URL; its configuration lies at /.well-known/openid-configuration below it
    client_id: str
    client_secret: str = field(repr=False)
    name: str = ""  # on the button
    role: Role | None = None  # None: an operator makes their accounts
    groups: Mapping[str, Role] = field(default_factory=dict)
    groups_claim: str = "groups"


def account_of(session: Session, issuer: str, subject: str) -> Account | None:
    """The account of somebody in a directory, disabled or not."""
    return session.scalar(select(Account).where(Account.oidc_issuer == issuer, Account.oidc_subject == subject))


def newcomer(session: Session, directory: Directory, claims: Mapping[str, Any]) -> Account | None:
    """An account for somebody who comes for the first time; None if the setting gives them no role."""
    role = role_of(directory, claims)
    if role is None:
        return None
    wanted = str(claims.get("preferred_username") or str(claims.get("email") or "").partition("@")[0])
    account = people.create(
        session, _free_name(session, directory, wanted, str(claims["sub"])), role, display_name=_shown(claims.get("name"))
    )
    account.oidc_issuer, account.oidc_subject = directory.issuer, str(claims["sub"])
    session.flush()
    return account


def role_of(directory: Directory, claims: Mapping[str, Any]) -> Role | None:
    """The role that the setting gives somebody with these claims."""
    said = claims.get(directory.groups_claim)
    groups = {said} if isinstance(said, str) else {one for one in said if isinstance(one, str)} if isinstance(said, list) else set()
    return next((role for group, role in directory.groups.items() if group in groups), directory.role)


def link(session: Session, account: Account, issuer: str, subject: str, *, keep: bytes | None = None) -> None:
    """Let somebody in a directory sign in to an account; other sessions end. Conflict when they have another account."""
    other = account_of(session, issuer, subject)
    if other is not None and other.id != account.id:
        raise Conflict(sentence("this entry of the directory belongs to the account {name}", name=other.name))
    _set(session, account, issuer, subject, keep)


def unlink(session: Session, account: Account, *, keep: bytes | None = None) -> None:
    """The account's entry in the directory signs in no more."""
    _set(session, account, None, None, keep)


def _set(session: Session, account: Account, issuer: str | None, subject: str | None, keep: bytes | None) -> None:
    account.oidc_issuer, account.oidc_subject = issuer, subject
    sessions.end_all(session, account.id, keep=keep)
    session.flush()


def _free_name(session: Session, directory: Directory, wanted: str, subject: str) -> str:
    """A name that nobody has: the wanted one, that with a number, or one out of the subject."""
    unique = "person-" + sha256(f"{directory.issuer} {subject}".encode()).hexdigest()[:12]
    try:
        first = names.spelled(wanted)
    except InvalidInput:
        return unique
    tries = [first, *(f"{first[: names.LONGEST - 3]}-{number}" for number in range(2, _TRIES))]
    return next((name for name in tries if people.by_name(session, name) is None), unique)


def _shown(name: object) -> str:
    try:
        return names.shown(str(name or ""))
    except InvalidInput:
        return ""
