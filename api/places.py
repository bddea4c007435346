"""Where a page of keys, sessions or erasures goes on: a row's key (moment, then digest or id) as one word for an address or an answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from ledger_client.errors import InvalidInput
from records.lists.paging import Key, Place

LONGEST = 100


def word(key: Key | None) -> str | None:
    """`20260901T041000.000001-ab12…`; None for nothing."""
    if key is None:
        return None
    moment, name = key
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%S.%f}-{name.hex() if isinstance(name, bytes) else name}"


def place(text: str | None, *, newer: bool = False, of: Callable[[str], bytes | str] = bytes.fromhex) -> Place | None:
    """The place that a word names; None for an empty one, InvalidInput for one that is none of ours."""
    if not text:
        return None
    moment, _, name = text.partition("-")
    try:
        when = datetime.strptime(moment, "%Y%m%dT%H%M%S.%f").replace(tzinfo=UTC)
        return Place((when, of(name)), newer)
    except ValueError:
        raise InvalidInput("after", f"{text[:40]!r} is no place in this list", "give the `next` of the page before") from None
