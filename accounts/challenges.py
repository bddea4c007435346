"""Tokens that a client must bring back, once and soon: nonces of signed messages, states of OIDC, tickets for a new password.

Only digests are kept. Whoever deletes the row first has redeemed it: a replay finds nothing.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from accounts.api_keys import digest
from accounts.models import Challenge
from records.columns import now

LASTS = timedelta(minutes=10)


def issue(session: Session, kind: str, facts: dict[str, Any]) -> str:
    """A new token of letters and digits."""
    token = drawn()
    keep(session, kind, token, facts)
    return token


def drawn() -> str:
    """A token that is worth something once it is kept."""
    return secrets.token_hex(16)


def keep(session: Session, kind: str, token: str, facts: dict[str, Any]) -> None:
    """Expect a token back; clears away those that nobody brought back."""
    session.execute(delete(Challenge).where(Challenge.expires_at <= now()))
    session.add(Challenge(digest=digest(token), kind=kind, facts=facts, expires_at=now() + LASTS))
    session.flush()


def redeem(session: Session, kind: str, token: str) -> dict[str, Any] | None:
    """What was known when the token was issued; None for one that is unknown, of another kind, used or expired."""
    mine = (Challenge.digest == digest(token), Challenge.kind == kind, Challenge.expires_at > now())
    return session.scalar(delete(Challenge).where(*mine).returning(Challenge.facts))
