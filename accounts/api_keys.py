"""Bearer keys for machines: shown once, kept as a digest, narrowed by a scope, ended by expiry or revocation."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Account, ApiKey
from accounts.roles import Right
from records.columns import now

PREFIX = "tlk_"  # lets a secret scanner, and a person, recognise one
EVERYTHING = (Right.READ, Right.WRITE)
_SEEN_AGAIN = timedelta(minutes=1)


def issue(session: Session, account: Account, name: str, scope: Collection[Right] = EVERYTHING, expires_at: datetime | None = None) -> str:
    """Make a new key of an account; returns the key, which cannot be shown again."""
    key = PREFIX + secrets.token_urlsafe(32)
    row = ApiKey(digest=digest(key), account_id=account.id, name=name, scope=sorted(scope), created_at=now(), expires_at=expires_at)
    session.add(row)
    session.flush()
    return key


def key_of(session: Session, key: str) -> tuple[ApiKey, Account] | None:
    """The key's row and account; None for a key that is unknown, expired or revoked, or whose account is disabled."""
    moment = now()
    found = session.execute(
        select(ApiKey, Account)
        .join(Account, Account.id == ApiKey.account_id)
        .where(ApiKey.digest == digest(key), ApiKey.revoked_at.is_(None), Account.disabled_at.is_(None))
    ).first()
    if found is None or (found[0].expires_at is not None and found[0].expires_at <= moment):
        return None
    return found[0], found[1]


def revoke(session: Session, name: str) -> int:
    """Withdraw every key of that name; returns how many."""
    rows = session.scalars(select(ApiKey).where(ApiKey.name == name, ApiKey.revoked_at.is_(None))).all()
    for row in rows:
        row.revoked_at = now()
    session.flush()
    return len(rows)


def digest(key: str) -> bytes:
    """What is kept of a key or a cookie: SHA-256, which is enough for 256 random bits."""
    return hashlib.sha256(key.encode()).digest()
