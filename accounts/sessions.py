"""Sign-ins of browsers: a random cookie, of which only the digest is kept; they end by time, by idleness, or by somebody ending them."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from accounts.api_keys import digest
from accounts.models import Account, SignIn
from records.columns import now
from records.database import changed
from records.lists.paging import Page, Place, page

LONGEST = timedelta(hours=12)  # a working day, then sign in again
IDLE = timedelta(hours=2)
_SEEN_AGAIN = timedelta(minutes=1)  # how old `seen_at` may grow before it is written again
_COLUMNS = (SignIn.digest, SignIn.method, SignIn.created_at, SignIn.seen_at, SignIn.expires_at, SignIn.address, SignIn.agent)


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session that has not ended, as lists show it. `digest` names it; nobody can get the cookie from it."""

    digest: bytes
    account_id: int
    account: str
    method: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    address: str
    agent: str
    current: bool


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
        changed(session, update(SignIn).where(SignIn.digest == found[0].digest).values(seen_at=moment))
    return found[0], found[1]


def end(session: Session, row: SignIn) -> None:
    """Sign out; the cookie is worth nothing from the commit on."""
    row.ended_at = now()
    session.flush()


def end_one(session: Session, name: bytes, account_id: int | None = None) -> bool:
    """End the session of that digest, if it is open (and that account's, if one is given)."""
    wanted = update(SignIn).where(SignIn.digest == name, SignIn.ended_at.is_(None))
    if account_id is not None:
        wanted = wanted.where(SignIn.account_id == account_id)
    return changed(session, wanted.values(ended_at=now())) > 0


def account_of(session: Session, name: bytes) -> Account | None:
    """Whose session of that digest it is."""
    return session.scalar(select(Account).join(SignIn, SignIn.account_id == Account.id).where(SignIn.digest == name))


def end_all(session: Session, account_id: int, keep: bytes | None = None) -> int:
    """End an account's open sessions, but the one whose digest is `keep`; returns how many."""
    wanted = update(SignIn).where(SignIn.account_id == account_id, SignIn.ended_at.is_(None))
    if keep is not None:
        wanted = wanted.where(SignIn.digest != keep)
    return changed(session, wanted.values(ended_at=now()))


def listed(
    session: Session, account_id: int | None = None, current: bytes | None = None, place: Place | None = None, limit: int = 50
) -> Page[OpenSession]:
    """The sessions that are open now, of one account or of all, the newest first; page by the keys (created at, digest)."""
    moment = now()
    query = (
        select(*_COLUMNS, Account.name.label("account"), Account.id.label("account_id"))
        .join(Account, Account.id == SignIn.account_id)
        .where(SignIn.ended_at.is_(None), SignIn.expires_at > moment, SignIn.seen_at > moment - IDLE, Account.disabled_at.is_(None))
    )
    if account_id is not None:
        query = query.where(SignIn.account_id == account_id)
    found = page(session, query, (SignIn.created_at, SignIn.digest), place, limit)
    return Page([OpenSession(**row._mapping, current=row.digest == current) for row in found.rows], found.newer, found.older)
