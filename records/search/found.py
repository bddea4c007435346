"""A group of results: the best ones, and whether there are more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """`more`: there are others than these, or there may be. `unread`: records that were not looked at, because no index holds them yet."""

    rows: Sequence[T]
    more: bool = False
    unread: int = 0


def first_of(rows: Sequence[T], limit: int, *, more: bool = False, unread: int = 0) -> Found[T]:
    """The first of some rows that are sorted, best first."""
    return Found(rows[:limit], more or len(rows) > limit or unread > 0, unread)
