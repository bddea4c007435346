"""Accounts: made, found, changed, disabled. Names are compared in the one spelling of `names`.

Whatever takes something away from an account (role, password, the account itself) ends its sessions in the same transaction.
There is always an operator who is not disabled.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts import api_keys, passwords, sessions, throttle
from accounts.models import Account, SignIn
from accounts.names import LONGEST, folded, shown, spelled
from accounts.roles import Role
from ledger_client.errors import Conflict, NotFound
from ledger_client.sentences import sentence
from records.columns import now


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
        raise Conflict(sentence("account {name}: there is one of that name; choose another", name=name))
    account = Account(name=name, display_name=shown(display_name) or name, role=role, signer=signer, created_at=now())
    session.add(account)
    session.flush()
    return account


def account(session: Session, account_id: int) -> Account:
    """The account of that number; NotFound."""
    found = session.get(Account, account_id)
    if found is None:
        raise NotFound(sentence("account {number}: there is none of that number", number=account_id))
    return found


def shown_names(session: Session, account_ids: Iterable[int]) -> dict[int, str]:
    """What some accounts are called, by number."""
    rows = session.execute(select(Account.id, Account.display_name, Account.name).where(Account.id.in_(set(account_ids))))
    return {number: display or name for number, display, name in rows}


def named(session: Session, name: str) -> Account:
    """The account of that name; NotFound."""
    found = by_name(session, name)
    if found is None:
        raise NotFound(sentence("account {name}: there is none of that name", name=name[:LONGEST]))
    return found


def by_name(session: Session, name: str) -> Account | None:
    """The account of that name, in any spelling."""
    if len(name) > 4 * LONGEST or not name.isprintable():
        return None
    return session.scalar(select(Account).where(Account.name == folded(name)))


def person(session: Session, account: Account) -> Person:
    """An account as lists show it."""
    return _person(account, _seen(session, [account.id]).get(account.id))


def listed(session: Session, after: str = "", limit: int = 100, begins: str = "") -> list[Person]:
    """Accounts in the order of their names, those that follow `after` and begin with `begins`; go on with the last one's name."""
    wanted = select(Account).where(Account.name > after, Account.name.startswith(begins, autoescape=True))
    rows = session.scalars(wanted.order_by(Account.name).limit(limit)).all()
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


def draw_first_password(session: Session, account: Account) -> str:
    """A one-time password for somebody who has to sign in; Conflict for a machine, which acts by API keys."""
    if account.role == Role.MACHINE:
        raise Conflict(sentence("{name} is a machine and acts by API keys; make one instead", name=account.name))
    return draw_password(session, account)


def disable(session: Session, account: Account) -> None:
    """Keep an account out: its sessions end, its keys are withdrawn. Conflict for the last operator."""
    was = _holds_operators(session, account)
    account.disabled_at = account.disabled_at or now()
    sessions.end_all(session, account.id)
    api_keys.revoke_all(session, account.id)
    _one_operator_stays(session, account, was)


def enable(session: Session, account: Account) -> None:
    """Let a disabled account in again; its old sessions stay ended and its old keys withdrawn."""
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


def set_display_name(session: Session, account: Account, display_name: str) -> None:
    """Choose the name that others see; the account's own one for an empty text."""
    account.display_name = shown(display_name) or account.name
    session.flush()


def set_wallet(session: Session, account: Account, wallet: bytes | None, *, keep: bytes | None = None) -> None:
    """Choose the key with which this account signs in (EIP-4361); its sessions end, but the one whose digest is `keep`.

    Conflict when another account has it.
    """
    other = session.scalar(select(Account.name).where(Account.wallet == wallet, Account.id != account.id)) if wallet else None
    if other is not None:
        raise Conflict(sentence("the address belongs to the account {other}; take it away there first", other=other))
    account.wallet = wallet
    sessions.end_all(session, account.id, keep=keep)
    session.flush()


def change(
    session: Session,
    account: Account,
    *,
    display_name: str,
    role: Role,
    signer: bytes | None,
    wallet: bytes | None,
    keep: bytes | None = None,
) -> dict[str, str]:
    """Set what differs from what an account has; returns the new values of that, by their names, for the audit log."""
    told: dict[str, str] = {}
    if (shown(display_name) or account.name) != account.display_name:
        set_display_name(session, account, display_name)
        told["display_name"] = account.display_name
    if role != account.role:
        set_role(session, account, role)
        told["role"] = role.value
    if signer != account.signer:
        set_signer(session, account, signer)
        told["signer"] = "0x" + signer.hex() if signer else ""
    if wallet != account.wallet:
        set_wallet(session, account, wallet, keep=keep)
        told["wallet"] = "0x" + wallet.hex() if wallet else ""
    return told


def _holds_operators(session: Session, account: Account) -> bool:
    """Whether the account is an operator. Holds all their rows on PostgreSQL, so that two cannot remove each other in the same instant."""
    held = session.scalars(select(Account.id).where(Account.role == Role.OPERATOR).order_by(Account.id).with_for_update()).all()
    return account.id in held


def _one_operator_stays(session: Session, changed: Account, was_operator: bool) -> None:
    """Looks after the change, when the transaction holds SQLite's write lock."""
    session.flush()
    if not operators(session) and was_operator:
        raise Conflict(sentence("{name} is the last operator; make another one first", name=changed.name))


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
