"""Passwords: argon2id with the low-memory parameters of RFC 9106 (argon2-cffi's own), and the few rules that a new one must meet.

Rules after NIST SP 800-63B: long enough, not the account's name, nothing about capitals and digits. NFKC first, so that the same keys on
another keyboard give the same password. A try of an unknown name takes as long as one of a known name.
"""

from __future__ import annotations

import secrets
import threading
import unicodedata
from functools import cache
from hashlib import sha256

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from ledger_client.errors import InvalidInput, Retryable
from ledger_client.sentences import sentence

LEAST = 10  # characters
MOST = 1024  # bytes
_LEAST_DIFFERENT = 4
_HASHER = PasswordHasher()
_AT_ONCE = threading.BoundedSemaphore(4)  # each hash takes 64 MiB
_PATIENCE = 10.0  # seconds
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is taken for another


def hashed(password: str, name: str = "") -> str:
    """The PHC string to keep of a new password; InvalidInput for one that account `name` must not have."""
    text = _normal(password)
    if len(text) < LEAST:
        raise _unfit(sentence("has {count} characters", count=len(text)), sentence("use at least {least}", least=LEAST))
    if len(text.encode()) > MOST:
        raise _unfit("is too long", sentence("use at most {most} bytes", most=MOST))
    if name and text.casefold() == name.casefold():
        raise _unfit("is the account's name", "choose another")
    if len(set(text)) < _LEAST_DIFFERENT:
        raise _unfit("repeats the same few characters", sentence("use at least {least} different ones", least=_LEAST_DIFFERENT))
    with _Turn():
        return _HASHER.hash(text)


def matches(stored: str | None, password: str) -> bool:
    """Whether the password is the one that was kept; without one it is compared with a dummy, and the answer is no after the same time."""
    try:
        text = _normal(password)
    except InvalidInput:
        text = ""
    if len(text.encode()) > MOST:
        text = ""
    with _Turn():
        try:
            return _HASHER.verify(stored or _dummy(), text) and stored is not None
        except (VerificationError, InvalidHashError):
            return False


def outdated(stored: str) -> bool:
    """Whether the parameters have risen since: the caller hashes the password anew when it is at hand."""
    return _HASHER.check_needs_rehash(stored)


def drawn() -> str:
    """A random password that can be read out and typed, 78 bits."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))


def fingerprint(stored: str) -> str:
    """Tells whether a kept password is still the same one, without telling anything of it."""
    return sha256(stored.encode()).hexdigest()


class _Turn:
    """One of the few that may compute at a time; Retryable when none comes free."""

    def __enter__(self) -> None:
        if not _AT_ONCE.acquire(timeout=_PATIENCE):
            raise Retryable("too many people sign in at this moment; try again in a few seconds")

    def __exit__(self, *_: object) -> None:
        _AT_ONCE.release()


@cache
def _dummy() -> str:
    return _HASHER.hash(secrets.token_urlsafe(32))


def _normal(password: str) -> str:
    text = unicodedata.normalize("NFKC", password[: MOST + 1])
    try:
        text.encode()
    except UnicodeEncodeError:
        raise _unfit("holds half a character (a lone surrogate)", "type it anew") from None
    return text


def _unfit(problem: str, fix: str) -> InvalidInput:
    return InvalidInput("password", problem, fix)
