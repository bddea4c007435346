"""Guessing passwords is slow, and nobody can lock somebody else out: growing delays, and devices that are known.

After the device cookies of OWASP (https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies): whoever has
signed in keeps a cookie for that account and browser. An attempt with it is counted for this device alone; one without it is counted for
the account on unknown devices and for the client's address. So a stranger's failures slow strangers down, never the owner at his own
desk. (There the cookie is signed; here it is random and its digest stands in a table, so that no key has to be guarded and a device can
be forgotten.)
An attempt is counted before the password is looked at, in a transaction of its own (`claim`), and taken back when it succeeds: a
thousand at once get no more tries than one after the other.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import ip_address, ip_network

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from accounts.api_keys import digest
from accounts.models import Account, Attempts, Device
from records.columns import now
from records.database import insert_for

KNOWN_FOR = timedelta(days=180)
FORGET = timedelta(days=1)  # after which failures count no more
_CLEARED_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Limit:
    """`free` failures cost nothing; from then on each doubles the wait, from `first` to `longest` seconds."""

    free: int
    first: float
    longest: float

    def wait(self, failures: int) -> timedelta:
        """How long nobody is looked at after so many failures."""
        beyond = failures - self.free
        return timedelta(seconds=min(self.longest, self.first * 2.0 ** min(beyond, 30)) if beyond >= 0 else 0)


ACCOUNT = Limit(free=5, first=1, longest=900)
ADDRESS = Limit(free=50, first=1, longest=60)  # a whole plant may share one
DEVICE = Limit(free=10, first=5, longest=300)


@dataclass(frozen=True, slots=True)
class Counted:
    """What an attempt counts for: digests with their limits."""

    keys: tuple[tuple[bytes, Limit], ...]


def counted(session: Session, name: str, address: str, device: str | None) -> Counted:
    """What an attempt to sign in as `name` (in its one spelling) from this address with this device cookie counts for."""
    if device and _knows(session, name, device):
        return Counted(((_key("device", digest(device).hex()), DEVICE),))
    return Counted(((_key("account", name), ACCOUNT), from_address(address).keys[0]))


def from_address(address: str) -> Counted:
    """What an attempt counts for that names no account."""
    return Counted(((_key("address", network(address)), ADDRESS),))


def claim(session: Session, what: Counted, at: datetime | None = None) -> float:
    """Count an attempt as failed; 0.0 if it may be made, else the seconds to wait, and nothing is counted. The caller commits at once."""
    moment = at or now()
    limits = dict(what.keys)
    _clear(session, moment)
    fresh = [{"key": key, "failures": 0, "last_at": moment, "free_at": moment} for key in sorted(limits)]
    session.execute(insert_for(session, Attempts).values(fresh).on_conflict_do_nothing())
    rows = _locked(session, list(limits))
    wait = max((row.free_at - moment).total_seconds() for row in rows)
    if wait > 0:
        return wait
    for row in rows:
        row.failures = 1 if moment - row.last_at > FORGET else row.failures + 1
        row.last_at, row.free_at = moment, moment + limits[row.key].wait(row.failures)
    session.flush()
    return 0.0


def forgive(session: Session, what: Counted) -> None:
    """The attempt succeeded: account and device start anew; the address is given back this one attempt only."""
    for row in _locked(session, [key for key, _ in what.keys]):
        limit = dict(what.keys)[row.key]
        row.failures = max(0, row.failures - 1) if limit is ADDRESS else 0
        row.free_at = row.last_at
    session.flush()


def know(session: Session, account: Account) -> str:
    """Remember the browser on which this account just signed in; returns the cookie's value."""
    session.execute(delete(Device).where(Device.account_id == account.id, Device.expires_at <= now()))
    cookie = secrets.token_urlsafe(32)
    session.add(Device(digest=digest(cookie), account_id=account.id, expires_at=now() + KNOWN_FOR))
    session.flush()
    return cookie


def known(session: Session, account: Account, device: str | None) -> bool:
    """Whether the account signed in on this device before."""
    return bool(device) and _knows(session, account.name, device or "")


def forget(session: Session, account: Account) -> None:
    """Forget every device of an account: its password was changed because somebody else may have known it."""
    session.execute(delete(Device).where(Device.account_id == account.id))


def network(address: str) -> str:
    """What counts as one address: an IPv4 address, or the /64 that one IPv6 subscriber has."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    return str(ip_network((found, 64), strict=False)) if found.version == 6 else str(found)


def _knows(session: Session, name: str, device: str) -> bool:
    query = select(Device.digest).join(Account, Account.id == Device.account_id)
    return session.scalar(query.where(Device.digest == digest(device), Device.expires_at > now(), Account.name == name)) is not None


def _locked(session: Session, keys: Sequence[bytes]) -> Sequence[Attempts]:
    """The rows, held until the transaction ends, in one order, so that two attempts never wait for each other."""
    return session.scalars(select(Attempts).where(Attempts.key.in_(keys)).order_by(Attempts.key).with_for_update()).all()


def _clear(session: Session, moment: datetime) -> None:
    old = select(Attempts.key).where(Attempts.last_at < moment - FORGET, Attempts.free_at < moment).limit(_CLEARED_AT_ONCE)
    session.execute(delete(Attempts).where(Attempts.key.in_(old.with_for_update(skip_locked=True))))


def _key(kind: str, of: str) -> bytes:
    return sha256(f"{kind}:{of}".encode()).digest()
