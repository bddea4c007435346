"""Signing in, by whatever means: the account is found and checked, a session begins, and the audit log is told, also of failures.

`by_password` judges a password; `oidc` and `wallet` judge the other means. Each gives an account to `begin`, or a reason to `refused`.
The caller has asked `throttle` first.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from accounts import audit, challenges, passwords, people, sessions, throttle
from accounts.api_keys import digest
from accounts.audit import Actor
from accounts.models import Account
from ledger_client.errors import InvalidInput

NEW_PASSWORD = "new_password"  # noqa: S105 (a kind of challenge)


@dataclass(frozen=True, slots=True)
class Client:
    """The browser that signs in."""

    address: str
    agent: str
    request_id: str = ""
    device: str | None = None  # cookie of a device that signed in before
    replaces: str | None = None  # cookie of the session that it has now


@dataclass(frozen=True, slots=True)
class Begun:
    """A session that began: the values of both cookies, which cannot be read again."""

    account: Account
    cookie: str
    device: str | None  # to be set; None when the browser has one already


def by_password(session: Session, name: str, password: str) -> Account | None:
    """The account of that name, if that is its password and it is not disabled. Takes as long for a name that is nobody's."""
    account = people.by_name(session, name)
    right = passwords.matches(account.password_hash if account else None, password)
    if account is None or not right or account.disabled_at is not None:
        return None
    if account.password_hash and passwords.outdated(account.password_hash):
        account.password_hash = passwords.hashed(password)
    return account


def begin(session: Session, account: Account, method: str, client: Client) -> Begun:
    """Start a session of a new cookie, whatever the browser had before; that one ends."""
    if client.replaces:
        sessions.end_one(session, digest(client.replaces))
    cookie = sessions.start(session, account, method, client.address, client.agent)
    device = None if throttle.known(session, account, client.device) else throttle.know(session, account)
    audit.write(session, actor(client, account), "sign_in", account.name, method=method, new_device=device is not None)
    return Begun(account, cookie, device)


def made(session: Session, account: Account, client: Client) -> None:
    """Tell the audit log that somebody's first sign-in made their account."""
    audit.write(session, actor(client, account), "account_created", account.name, role=str(account.role), method="oidc")


def refused(session: Session, client: Client, method: str, reason: str, account: Account | None = None) -> None:
    """Tell the audit log that somebody was not let in. A name that is nobody's is not kept: people type passwords there."""
    audit.write(session, actor(client, account), "sign_in_failed", account.name if account else "", method=method, reason=reason)


def end(session: Session, account: Account, cookie: str, client: Client) -> None:
    """Sign out."""
    sessions.end_one(session, digest(cookie))
    audit.write(session, actor(client, account), "sign_out", account.name)


def ask_new_password(session: Session, account: Account) -> str:
    """A ticket for somebody who gave a one-time password: with it, and once, another one can be chosen."""
    return challenges.issue(session, NEW_PASSWORD, {"account": account.id, "hash": passwords.fingerprint(account.password_hash or "")})


def choose_password(session: Session, ticket: str, password: str, again: str, client: Client) -> Account | None:
    """Set the password that was chosen; None for a ticket that is spent. InvalidInput for an unfit one, and then the ticket is too."""
    facts = challenges.redeem(session, NEW_PASSWORD, ticket)
    account = people.account(session, facts["account"]) if facts else None
    if facts is None or account is None or account.disabled_at is not None:
        return None
    stored = account.password_hash or ""
    if passwords.fingerprint(stored) != facts["hash"]:
        return None
    if password != again:
        raise InvalidInput("again", "is not the same", "type the new password twice")
    if passwords.matches(stored, password):
        raise InvalidInput("password", "is the old one", "choose another")
    people.set_password(session, account, password)
    audit.write(session, actor(client, account), "password_chosen", account.name)
    return account


def actor(client: Client, account: Account | None = None) -> Actor:
    """Who acts, for the audit log."""
    return Actor(account.id if account else None, account.name if account else "", client.address, client.request_id)
