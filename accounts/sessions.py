"""Sign-ins of browsers: a random cookie, of which only the digest is kept; they end by time, by idleness, or by somebody ending them."""

from __future__ import annotations

import secrets
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.api_keys import digest
from accounts.models import Account, SignIn
from records.columns import now

LONGEST = timedelta(hours=12)  # a working day, then sign in again
IDLE = timedelta(hours=2)
_SEEN_AGAIN = timedelta(minutes=1)  # how old `seen_at` may grow before it is written again


def start(session: Session, account: Account, method: str, address: str = "", agent: str = "") -> str:
    """Sign an account in; returns the cookie's value, which cannot be read again."""
    cookie, moment = secrets.token_urlsafe(32), now()
    row = SignIn(digest=digest(cookie), account_id=account.id, method=method, created_at=moment, seen_at=moment)
    row.expires_at, row.address, row.agent = moment + LONGEST, address[:64], agent[:200]
    session.add(row)
    session.flush()
    return cookie


def of_cookie(session: Session, cookie: str) -> tuple[SignIn, Account] | None:
    """The sign-in and its account; None for a cookie that is unknown, ended, expired or idle, or whose account is disabled."""
    moment = now()
    found = session.execute(
        select(SignIn, Account)
        .join(Account, Account.id == SignIn.account_id)
        .where(SignIn.digest == digest(cookie), SignIn.ended_at.is_(None), SignIn.expires_at > moment, Account.disabled_at.is_(None))
    ).first()
    if found is None or moment - found[0].seen_at > IDLE:
        return None
    if moment - found[0].seen_at > _SEEN_AGAIN:
        found[0].seen_at = moment
    return found[0], found[1]


def end(session: Session, row: SignIn) -> None:
    """Sign out; the cookie is worth nothing from the commit on."""
    row.ended_at = now()
    session.flush()
