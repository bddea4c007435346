"""Bearer keys for machines: shown once, kept as a digest, narrowed by a scope, ended by expiry or revocation."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.orm import Session

from accounts.models import Account, ApiKey
from accounts.roles import RIGHTS, Right, Role
from ledger_client.errors import InvalidInput, NotFound
from ledger_client.sentences import sentence
from records.columns import now
from records.database import changed
from records.lists.paging import Page, Place, page

PREFIX = "tlk_"  # lets a secret scanner, and a person, recognise one
EVERYTHING = (Right.READ, Right.WRITE)
LONGEST_NAME = 100
LONGEST = timedelta(days=3653)
_SEEN_AGAIN = timedelta(minutes=1)
_COLUMNS = (
    ApiKey.digest, ApiKey.account_id, ApiKey.name, ApiKey.scope, ApiKey.created_at, ApiKey.expires_at, ApiKey.revoked_at, ApiKey.used_at,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Key:
    """A key as lists show it. `digest` names it; nobody can get the key from it."""

    digest: bytes
    account_id: int
    account: str
    name: str
    scope: tuple[Right, ...]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    used_at: datetime | None  # to the minute


def issue(session: Session, account: Account, name: str, scope: Collection[Right] = EVERYTHING, expires_at: datetime | None = None) -> str:
    """Make a new key of an account; returns the key, which cannot be shown again.

    InvalidInput for a scope that is empty or beyond the account's role, for an end that is past, and for a name that cannot be shown.
    """
    _check(account, name, scope, expires_at)
    key = PREFIX + secrets.token_urlsafe(32)
    row = ApiKey(digest=digest(key), account_id=account.id, name=name, scope=sorted(scope), created_at=now(), expires_at=expires_at)
    session.add(row)
    session.flush()
    return key


def key_of(session: Session, key: str) -> tuple[ApiKey, Account] | None:
    """The key's row and account; None for a key that is unknown, expired or revoked, or whose account is disabled."""
    found = _found(session, key)
    if found is None or _fault(*found):
        return None
    row, account = found
    if row.used_at is None or now() - row.used_at > _SEEN_AGAIN:
        changed(session, update(ApiKey).where(ApiKey.digest == row.digest).values(used_at=now().replace(second=0, microsecond=0)))
    return row, account


def why_not(session: Session, key: str) -> str:
    """Why a key is not taken; empty for one that is. Says more than "unknown" only to somebody who holds the key."""
    found = _found(session, key)
    return _fault(*found) if found else "is unknown"


def listed(session: Session, account_id: int | None = None, place: Place | None = None, limit: int = 50) -> Page[Key]:
    """Every key, or those of one account, newest first, never the keys themselves; page by the keys (created at, digest)."""
    query = select(*_COLUMNS, Account.name.label("account")).join(Account, Account.id == ApiKey.account_id)
    if account_id is not None:
        query = query.where(ApiKey.account_id == account_id)
    found = page(session, query, (ApiKey.created_at, ApiKey.digest), place, limit)
    return Page([_key(row) for row in found.rows], found.newer, found.older)


def named(session: Session, name: bytes, account_id: int | None = None) -> Key:
    """The key of that digest (and of that account, if one is given); NotFound."""
    query = select(*_COLUMNS, Account.name.label("account")).join(Account, Account.id == ApiKey.account_id).where(ApiKey.digest == name)
    row = session.execute(query if account_id is None else query.where(ApiKey.account_id == account_id)).first()
    if row is None:
        raise NotFound(sentence("key {digest}: there is none of that digest", digest=name.hex()))
    return _key(row)


def revoke_one(session: Session, name: bytes) -> str | None:
    """Withdraw the key of that digest; its name, or None when there is none that is valid."""
    row = session.get(ApiKey, name)
    if row is None or row.revoked_at is not None:
        return None
    row.revoked_at = now()
    session.flush()
    return row.name


def revoke(session: Session, name: str) -> int:
    """Withdraw every key of that name; returns how many."""
    rows = session.scalars(select(ApiKey).where(ApiKey.name == name, ApiKey.revoked_at.is_(None))).all()
    for row in rows:
        row.revoked_at = now()
    session.flush()
    return len(rows)


def revoke_all(session: Session, account_id: int) -> int:
    """Withdraw every key of an account; returns how many."""
    mine = update(ApiKey).where(ApiKey.account_id == account_id, ApiKey.revoked_at.is_(None))
    return changed(session, mine.values(revoked_at=now()))


def digest(key: str) -> bytes:
    """What is kept of a key or a cookie: SHA-256, which is enough for 256 random bits."""
    return hashlib.sha256(key.encode(errors="surrogatepass")).digest()


def _found(session: Session, key: str) -> tuple[ApiKey, Account] | None:
    query = select(ApiKey, Account).join(Account, Account.id == ApiKey.account_id).where(ApiKey.digest == digest(key))
    found = session.execute(query).first()
    return (found[0], found[1]) if found else None


def _fault(row: ApiKey, account: Account) -> str:
    if row.revoked_at is not None:
        return f"was revoked on {row.revoked_at:%Y-%m-%d %H:%M} UTC"
    if row.expires_at is not None and row.expires_at <= now():
        return f"expired on {row.expires_at:%Y-%m-%d %H:%M} UTC"
    return f"belongs to the account {account.name}, which is disabled" if account.disabled_at is not None else ""


def _check(account: Account, name: str, scope: Collection[Right], expires_at: datetime | None) -> None:
    if not name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
        raise InvalidInput(
            "name",
            sentence("{name!r} cannot name a key", name=name[:20]),
            sentence("use 1 to {most} characters that can be seen", most=LONGEST_NAME),
        )
    beyond = sorted(frozenset(scope) - RIGHTS[Role(account.role)])
    if beyond or not scope:
        may = ", ".join(sorted(RIGHTS[Role(account.role)]))
        raise InvalidInput(
            "scope",
            sentence("{given} is not what a {role} may do", given=", ".join(beyond) or "nothing", role=account.role),
            sentence("choose from {may}", may=may),
        )
    if expires_at is not None and expires_at <= now():
        raise InvalidInput("expiresAt", "is past", "choose a later moment, or none")
    if expires_at is not None and expires_at > now() + LONGEST:
        raise InvalidInput("expiresAt", "is more than ten years away", "choose an earlier moment, or none")


def _key(row: Row[*tuple[Any, ...]]) -> Key:
    return Key(**{**row._mapping, "scope": tuple(map(Right, row.scope))})
