"""Long lists of values in parts that one `IN (…)` takes: SQLite allows a statement 32,766 parameters, PostgreSQL's driver 65,535."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

AT_ONCE = 5000

Value = TypeVar("Value")


def parts(values: Iterable[Value], at_once: int = AT_ONCE) -> Iterator[list[Value]]:
    """The values in their order, at most `at_once` in a part; none for none."""
    left = iter(values)
    while part := list(islice(left, at_once)):
        yield part
