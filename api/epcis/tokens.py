"""Where the next page begins, as a text that only this server makes: nothing is kept for it.

A token holds a place, the query it belongs to and when it expires, and a keyed hash of these, so that what comes back is what was given.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import blake2b
from typing import Any

import orjson

from ledger_client.epcis.query import QueryParameter
from records.columns import now

LASTS = timedelta(days=1)
_NAME = "nextPageToken"
_SEAL = 16  # bytes
_FIX = "begin anew without it, or use the address of the header Link"


def made(key: bytes, subject: str, place: Iterable[Any], lasts: timedelta = LASTS) -> tuple[str, datetime]:
    """The token of a place in the answer to `subject`, and when it expires."""
    expires = now().replace(microsecond=0) + lasts
    content = orjson.dumps([_short(subject), int(expires.timestamp()), [_plain(part) for part in place]])
    return base64.urlsafe_b64encode(_seal(key, content) + content).decode().rstrip("="), expires


def read(key: bytes, subject: str | None, token: str) -> list[Any]:
    """The place of a token; QueryParameter for one that is not ours, has expired, or belongs to another query than `subject`."""
    try:
        data = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (binascii.Error, ValueError):
        data = b""
    if len(data) <= _SEAL or _seal(key, data[_SEAL:]) != data[:_SEAL]:
        raise QueryParameter(_NAME, "is none of this server's", _FIX)
    about, expires, place = orjson.loads(data[_SEAL:])
    if expires < now().timestamp():
        raise QueryParameter(_NAME, "has expired", _FIX)
    if subject is not None and about != _short(subject):
        raise QueryParameter(_NAME, "belongs to another query", _FIX)
    return [_value(part) for part in place]


def _seal(key: bytes, content: bytes) -> bytes:
    return blake2b(content, digest_size=_SEAL, key=key, person=b"tl next page").digest()


def _short(subject: str) -> str:
    return blake2b(subject.encode(), digest_size=8).hexdigest()


def _plain(part: Any) -> Any:  # noqa: ANN401 (a part of a place)
    if isinstance(part, datetime):
        return {"moment": part.isoformat()}
    return {"number": str(part)} if isinstance(part, Decimal) else [_plain(one) for one in part] if isinstance(part, tuple) else part


def _value(part: Any) -> Any:  # noqa: ANN401
    if isinstance(part, dict):
        return datetime.fromisoformat(part["moment"]) if "moment" in part else Decimal(part["number"])
    return tuple(_value(one) for one in part) if isinstance(part, list) else part
