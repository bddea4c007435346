"""Accounts: made, found, changed, disabled. Names are compared in one spelling (NFKC, case folded), so that no two look alike by case."""

from __future__ import annotations

import unicodedata

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Account
from accounts.roles import Role
from ledger_client.errors import Conflict, InvalidInput, NotFound
from records.columns import now

LONGEST = 64
_ALLOWED = "._@+-"


def create(session: Session, name: str, role: Role, *, display_name: str = "", signer: bytes | None = None) -> Account:
    """A new account; InvalidInput for a name that nobody could type, Conflict for one that is taken."""
    name = spelled(name)
    if by_name(session, name) is not None:
        raise Conflict(f"account {name}: there is one of that name; choose another")
    account = Account(name=name, display_name=display_name or name, role=role, signer=signer, created_at=now())
    session.add(account)
    session.flush()
    return account


def account(session: Session, account_id: int) -> Account:
    """The account of that number; NotFound."""
    found = session.get(Account, account_id)
    if found is None:
        raise NotFound(f"account {account_id}: there is none of that number")
    return found


def by_name(session: Session, name: str) -> Account | None:
    """The account of that name, in any spelling."""
    return session.scalar(select(Account).where(Account.name == unicodedata.normalize("NFKC", name).casefold()))


def spelled(name: str) -> str:
    """The one spelling of a name; InvalidInput if it has none: letters and digits of any script and . _ @ + -, at most 64."""
    text = unicodedata.normalize("NFKC", name.strip()).casefold()
    if not text or len(text) > LONGEST or not all(letter.isalnum() or letter in _ALLOWED for letter in text):
        raise InvalidInput("name", f"{name[:40]!r} is no account name", f"use 1 to {LONGEST} letters, digits and {_ALLOWED}")
    return text
