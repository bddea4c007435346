"""Where a list's page stands, as addresses hold it: `?older=` and `?newer=` with a row's key, its parts parted by `~`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from api.console.shown import Pager, pager, with_query
from api.console.words import ConsoleWords
from ledger_client.errors import InvalidInput
from ledger_client.sentences import sentence
from records.lists.paging import Key, Page, Place

ROWS = 50
_LARGEST = 2**63 - 1


def whole(text: str) -> int:
    """A row's number."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 20 else -1
    if not 0 <= number <= _LARGEST:
        raise ValueError("not a number of a row")
    return number


def downwards(text: str) -> int:
    """The number of a row of a list that counts upwards: negative, because places are greatest first."""
    return -whole(text.removeprefix("-"))


def instant(text: str) -> datetime:
    """A row's time."""
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError("a time without a zone")
    return found.astimezone(UTC)


def place_in(query: Mapping[str, str], *parts: Callable[[str], Any]) -> Place | None:
    """The place that an address names, None for the first page; InvalidInput where it is none that we gave."""
    name = next((one for one in ("newer", "older") if query.get(one)), "")
    if not name:
        return None
    texts = query[name].split("~")
    try:
        key = tuple(part(text) for part, text in zip(parts, texts, strict=True))
    except (ValueError, OverflowError):
        raise InvalidInput(
            name, sentence("{value!r} is no place in this list", value=query[name][:80]), "begin at its first page"
        ) from None
    return Place(key, newer=name == "newer")


def pager_of(path: str, query: Mapping[str, str], found: Page[Any], words: ConsoleWords) -> Pager:
    """The foot of a page; the filters of the address stay."""
    newer = with_query(path, query, newer=text_of(found.newer), older=None, done=None) if found.newer else ""
    older = with_query(path, query, older=text_of(found.older), newer=None, done=None) if found.older else ""
    return pager(len(found.rows), newer, older, words)


def text_of(key: Key) -> str:
    """A place as an address holds it."""
    return "~".join(part.isoformat() if isinstance(part, datetime) else str(part) for part in key)
