"""How a content is sealed: a data key of its own, wrapped by a master key; AES-256-GCM for both. Pure functions of bytes.

sealed = form (1 byte) | nonce (12) | ciphertext and tag      under the data key, which seals this one content
wrapped = nonce (12) | ciphertext and tag of the data key     under the master key
"""

from __future__ import annotations

import hmac
import os
from functools import lru_cache
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_FORM = b"\x01"
_NONCE = 12
_KEY = 32


class Broken(Exception):
    """A seal or a wrapped key that does not open: it was changed, or it is another's. `part` is "sealed" or "wrapped"."""

    def __init__(self, part: str) -> None:
        super().__init__(part)
        self.part = part


def seal(kek: bytes, plain: bytes, purpose: bytes) -> tuple[bytes, bytes]:
    """(sealed, wrapped) of a content; `purpose` keeps seals of different kinds apart."""
    drawn = os.urandom(_KEY + 2 * _NONCE)
    key, nonce, wrapping = drawn[:_KEY], drawn[_KEY : _KEY + _NONCE], drawn[_KEY + _NONCE :]
    sealed = _FORM + nonce + AESGCM(key).encrypt(nonce, plain, purpose)
    return sealed, wrapping + _cipher(kek).encrypt(wrapping, key, purpose)


def unseal(kek: bytes, sealed: bytes, wrapped: bytes, purpose: bytes) -> bytes:
    """The content; raises Broken."""
    key = unwrap(kek, wrapped, purpose)
    if sealed[:1] != _FORM:
        raise Broken("sealed")
    return _opened(AESGCM(key), sealed[1:], purpose, "sealed")


def unwrap(kek: bytes, wrapped: bytes, purpose: bytes) -> bytes:
    """The data key; raises Broken."""
    return _opened(_cipher(kek), wrapped, purpose, "wrapped")


def wrap(kek: bytes, key: bytes, purpose: bytes) -> bytes:
    """A data key wrapped by a master key."""
    nonce = os.urandom(_NONCE)
    return nonce + _cipher(kek).encrypt(nonce, key, purpose)


def rewrap(old: bytes, new: bytes, wrapped: bytes, purpose: bytes) -> bytes:
    """The same data key wrapped by another master key; raises Broken."""
    return wrap(new, unwrap(old, wrapped, purpose), purpose)


def payload_mac(lookup: bytes, payload_hash: bytes) -> bytes:
    """What is stored of a payload's hash (spec 3.4): without the key nobody can try payloads against it. 32 bytes."""
    return hmac.digest(lookup, payload_hash, sha256)


def _opened(cipher: AESGCM, data: bytes, purpose: bytes, part: str) -> bytes:
    try:
        return cipher.decrypt(data[:_NONCE], data[_NONCE:], purpose)
    except (InvalidTag, ValueError):
        raise Broken(part) from None


@lru_cache(maxsize=4)
def _cipher(kek: bytes) -> AESGCM:
    return AESGCM(kek)
