"""Accounts: made, found, changed, disabled. Names are compared in one spelling (NFKC, case folded), so that no two look alike by case.

Whatever takes something away from an account (role, password, the account itself) ends its sessions in the same transaction.
There is always an operator who is not disabled.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts import passwords, sessions, throttle
from accounts.models import Account, SignIn
from accounts.roles import Role
from ledger_client.errors import Conflict, InvalidInput, NotFound
from records.columns import now

LONGEST = 64
LONGEST_SHOWN = 100
_ALLOWED = "._@+-"
_ALIKE = {"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC"}  # scripts that share letter shapes


@dataclass(frozen=True, slots=True)
class Person:
    """An account as lists show it."""

    account_id: int
    name: str
    display_name: str
    role: Role
    signer: bytes | None
    wallet: bytes | None
    signs_in_by: tuple[str, ...]  # password, one_time_password, oidc, wallet
    created_at: datetime
    disabled_at: datetime | None
    seen_at: datetime | None  # last request in a session that is still kept


def create(session: Session, name: str, role: Role, *, display_name: str = "", signer: bytes | None = None) -> Account:
    """A new account; InvalidInput for a name that nobody could type, Conflict for one that is taken."""
    name = spelled(name)
    if by_name(session, name) is not None:
        raise Conflict(f"account {name}: there is one of that name; choose another")
    account = Account(name=name, display_name=shown(display_name) or name, role=role, signer=signer, created_at=now())
    session.add(account)
    session.flush()
    return account


def account(session: Session, account_id: int) -> Account:
    """The account of that number; NotFound."""
    found = session.get(Account, account_id)
    if found is None:
        raise NotFound(f"account {account_id}: there is none of that number")
    return found


def named(session: Session, name: str) -> Account:
    """The account of that name; NotFound."""
    found = by_name(session, name)
    if found is None:
        raise NotFound(f"account {name[:LONGEST]}: there is none of that name")
    return found


def by_name(session: Session, name: str) -> Account | None:
    """The account of that name, in any spelling."""
    if len(name) > 4 * LONGEST or not name.isprintable():
        return None
    return session.scalar(select(Account).where(Account.name == folded(name)))


def listed(session: Session, after: str = "", limit: int = 100) -> list[Person]:
    """Accounts in the order of their names, those that follow `after`; go on with the last one's name."""
    rows = session.scalars(select(Account).where(Account.name > after).order_by(Account.name).limit(limit)).all()
    seen = _seen(session, [row.id for row in rows])
    return [_person(row, seen.get(row.id)) for row in rows]


def set_password(session: Session, account: Account, password: str, *, one_time: bool = False, keep: bytes | None = None) -> None:
    """Give an account its password; ends its sessions (but the one whose digest is `keep`) and forgets its devices."""
    account.password_hash = passwords.hashed(password, account.name)
    account.password_one_time = one_time
    sessions.end_all(session, account.id, keep=keep)
    throttle.forget(session, account)
    session.flush()


def draw_password(session: Session, account: Account, *, one_time: bool = True) -> str:
    """Give an account a random password and return it; with `one_time` another must be chosen at the next sign-in."""
    password = passwords.drawn()
    set_password(session, account, password, one_time=one_time)
    return password


def disable(session: Session, account: Account) -> None:
    """Keep an account out: its sessions end, its keys are worth nothing. Conflict for the last operator."""
    was = _holds_operators(session, account)
    account.disabled_at = account.disabled_at or now()
    sessions.end_all(session, account.id)
    _one_operator_stays(session, account, was)


def enable(session: Session, account: Account) -> None:
    """Let a disabled account in again; its old sessions stay ended."""
    account.disabled_at = None
    session.flush()


def set_role(session: Session, account: Account, role: Role) -> None:
    """Change what an account is here for; its sessions end. Conflict for the last operator."""
    was = _holds_operators(session, account)
    account.role = role
    sessions.end_all(session, account.id)
    _one_operator_stays(session, account, was)


def set_signer(session: Session, account: Account, signer: bytes | None) -> None:
    """Choose the key that signs what this account records; None: it records nothing."""
    account.signer = signer
    session.flush()


def set_wallet(session: Session, account: Account, wallet: bytes | None) -> None:
    """Choose the key with which this account signs in (EIP-4361); Conflict when another account has it."""
    other = session.scalar(select(Account.name).where(Account.wallet == wallet, Account.id != account.id)) if wallet else None
    if other is not None:
        raise Conflict(f"the address belongs to the account {other}; take it away there first")
    account.wallet = wallet
    sessions.end_all(session, account.id)
    session.flush()


def folded(name: str) -> str:
    """A name as it is compared."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name.strip()).casefold())


def spelled(name: str) -> str:
    """The one spelling of a name; InvalidInput if it has none: letters and digits of any script and . _ @ + -, at most 64."""
    text = folded(name[: 4 * LONGEST + 1])
    if not text or len(text) > LONGEST or not all(letter.isalnum() or letter in _ALLOWED for letter in text):
        raise InvalidInput("name", f"{name[:40]!r} is no account name", f"use 1 to {LONGEST} letters, digits and {_ALLOWED}")
    scripts = {unicodedata.name(letter, "").partition(" ")[0] for letter in text if letter.isalpha()} & _ALIKE
    if len(scripts) > 1:
        told = " and ".join(sorted(script.title() for script in scripts))
        raise InvalidInput("name", f"mixes {told} letters, which look alike", "use the letters of one script")
    return text


def shown(display_name: str) -> str:
    """A name for people to read; InvalidInput for one that is too long or holds control or direction characters."""
    text = unicodedata.normalize("NFC", display_name.strip())
    if len(text) > LONGEST_SHOWN or any(unicodedata.category(letter)[0] == "C" for letter in text):
        fix = f"use at most {LONGEST_SHOWN} characters, and none that is invisible"
        raise InvalidInput("displayName", f"{text[:20]!r} … cannot be shown safely", fix)
    return text


def _holds_operators(session: Session, account: Account) -> bool:
    """Whether the account is an operator. Holds all their rows on PostgreSQL, so that two cannot remove each other in the same instant."""
    held = session.scalars(select(Account.id).where(Account.role == Role.OPERATOR).order_by(Account.id).with_for_update()).all()
    return account.id in held


def _one_operator_stays(session: Session, changed: Account, was_operator: bool) -> None:
    """Looks after the change, when the transaction holds SQLite's write lock."""
    session.flush()
    if not operators(session) and was_operator:
        raise Conflict(f"{changed.name} is the last operator; make another one first")


def operators(session: Session) -> int:
    """How many operators may sign in."""
    return session.scalar(select(func.count()).where(Account.role == Role.OPERATOR, Account.disabled_at.is_(None))) or 0


def _seen(session: Session, account_ids: Sequence[int]) -> dict[int, datetime]:
    query = select(SignIn.account_id, func.max(SignIn.seen_at)).where(SignIn.account_id.in_(account_ids)).group_by(SignIn.account_id)
    return {row[0]: row[1] for row in session.execute(query)}


def _person(row: Account, seen_at: datetime | None) -> Person:
    ways = {
        "password": row.password_hash is not None and not row.password_one_time,
        "one_time_password": row.password_hash is not None and row.password_one_time,
        "oidc": row.oidc_subject is not None,
        "wallet": row.wallet is not None,
    }
    signs_in_by = tuple(way for way, possible in ways.items() if possible)
    return Person(
        row.id,
        row.name,
        row.display_name,
        Role(row.role),
        row.signer,
        row.wallet,
        signs_in_by,
        row.created_at,
        row.disabled_at,
        seen_at,
    )
