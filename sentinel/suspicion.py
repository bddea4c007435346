"""What a check says of a row that does not agree: a suspicion until it is read again, a finding afterwards."""

from __future__ import annotations

import json
from typing import NamedTuple

from sentinel.models import Kind

LONGEST = 200  # characters of a value that is shown


class Suspicion(NamedTuple):
    """One thing that is wrong. `row`: the number or hash by which the row is known; `column` is empty for the whole row."""

    kind: Kind
    table: str
    row: str
    column: str
    expected: str  # in words; hashes and codes are shown, payloads and secrets never
    found: str


class Piece(NamedTuple):
    """What one bounded piece of a phase did."""

    place: int  # done up to here
    checked: int  # rows
    over: bool  # the phase is done
    suspicions: tuple[Suspicion, ...] = ()
    position: int | None = None  # of the last anchor, in the phase that walks them
    foreign: int = 0  # anchors of others
    waits: str | None = None  # why `place` could not move


def altered(table: str, row: object, column: str, expected: object, found: object) -> Suspicion:
    """A column says something else than it should."""
    return Suspicion(Kind.ALTERED, table, str(row), column, shown(expected), shown(found))


def missing(table: str, row: object, expected: str, found: str = "no such row") -> Suspicion:
    """A row is gone."""
    return Suspicion(Kind.MISSING, table, str(row), "", expected, found)


def added(table: str, row: object, expected: str, found: str, column: str = "") -> Suspicion:
    """A row that nothing explains."""
    return Suspicion(Kind.ADDED, table, str(row), column, expected, found)


def shown(value: object) -> str:
    """A value in words, which remember how they were made: bytes in hex, lists and objects as JSON, a long text cut."""
    text = _text(value)
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"


def _text(value: object) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bytes):
        return "0x" + value.hex()
    if isinstance(value, dict | list | bool):
        return json.dumps(value, ensure_ascii=False)
    return value if isinstance(value, str) else str(value)
