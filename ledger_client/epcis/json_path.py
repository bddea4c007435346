"""JSON paths as error messages show them: `$.epcisBody.eventList[1].quantityList[0].quantity` (RFC 9535)."""

from __future__ import annotations

import re
from collections.abc import Iterable

_LONGEST_NAME = 100  # characters shown
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def child(path: str, step: str | int) -> str:
    """The path of a member or an element of what is at `path`."""
    if isinstance(step, int):
        return f"{path}[{step}]"
    if len(step) > _LONGEST_NAME:
        step = step[:_LONGEST_NAME] + "…"
    return f"{path}.{step}" if _PLAIN.fullmatch(step) else f"{path}['{step}']"


def descendant(path: str, steps: Iterable[str | int]) -> str:
    """The path of what is several steps below `path`."""
    for step in steps:
        path = child(path, step)
    return path
