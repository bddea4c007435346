"""Secrets that are shared with others, such as those that outgoing messages are signed with: sealed under a key each.

They are in no backup: after a restore each is agreed on anew.
"""

from __future__ import annotations

from sqlalchemy import delete
from sqlalchemy.orm import Session

from records import seals
from records.key_models import HeldSecret
from records.keyring import keyring_of
from records.rotation import SECRET as PURPOSE
from records.rotation import enter


def hold(session: Session, secret: str) -> int:
    """Seal a secret and keep it; returns its number."""
    ring = keyring_of(session)
    version = ring.newest()
    sealed, wrapped = seals.seal(ring.kek(version), secret.encode(), PURPOSE)
    enter(session, version)
    row = HeldSecret(sealed=sealed, kek_version=version, wrapped=wrapped)
    session.add(row)
    session.flush()
    return row.id


def opened(session: Session, number: int) -> str | None:
    """The secret of that number; None when it is gone or its seal does not open, KeyMissing while its master key is away."""
    row = session.get(HeldSecret, number, populate_existing=True)
    if row is None:
        return None
    try:
        return seals.unseal(keyring_of(session).kek(row.kek_version), row.sealed, row.wrapped, PURPOSE).decode()
    except seals.Broken:
        return None


def forget(session: Session, number: int) -> None:
    """Destroy a secret."""
    session.execute(delete(HeldSecret).where(HeldSecret.id == number))
