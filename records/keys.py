"""Bearer keys for writers, until accounts exist. The key is shown once and only its digest is stored."""

from __future__ import annotations

import hashlib
import secrets

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.columns import now
from records.models import ApiKey

PREFIX = "tlk_"  # lets a secret scanner, and a person, recognise one


def issue(session: Session, name: str, signer: bytes) -> str:
    """Make a new key that writes for `signer` (20 bytes); returns the key, which cannot be shown again."""
    key = PREFIX + secrets.token_urlsafe(32)
    session.add(ApiKey(digest=_digest(key), name=name, signer=signer, created_at=now(), revoked_at=None))
    session.flush()
    return key


def signer_of(session: Session, key: str) -> bytes | None:
    """The signer that the key writes for; None for an unknown or revoked key."""
    return session.scalar(select(ApiKey.signer).where(ApiKey.digest == _digest(key), ApiKey.revoked_at.is_(None)))


def revoke(session: Session, name: str) -> int:
    """Withdraw every key of that name; returns how many."""
    rows = session.scalars(select(ApiKey).where(ApiKey.name == name, ApiKey.revoked_at.is_(None))).all()
    for row in rows:
        row.revoked_at = now()
    session.flush()
    return len(rows)


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()
