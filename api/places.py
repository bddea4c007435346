"""Where a page of keys or sessions goes on: the key (moment, digest) of a row as one word for an address or a JSON answer."""

from __future__ import annotations

from datetime import UTC, datetime

from ledger_client.errors import InvalidInput
from records.lists.paging import Key, Place

LONGEST = 100


def word(key: Key | None) -> str | None:
    """`20260901T041000.000001-ab12…`; None for nothing."""
    return f"{key[0].astimezone(UTC):%Y%m%dT%H%M%S.%f}-{key[1].hex()}" if key else None


def place(text: str | None, *, newer: bool = False) -> Place | None:
    """The place that a word names; None for an empty one, InvalidInput for one that is none of ours."""
    if not text:
        return None
    moment, _, digest = text.partition("-")
    try:
        when = datetime.strptime(moment, "%Y%m%dT%H%M%S.%f").replace(tzinfo=UTC)
        return Place((when, bytes.fromhex(digest)), newer)
    except ValueError:
        raise InvalidInput("after", f"{text[:40]!r} is no place in this list", "give the `next` of the page before") from None
