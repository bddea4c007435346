"""Taking values out of an event that nobody vouches for: a row may have been edited behind our back, and its page must still be shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def object_in(properties: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """The object under a name; empty when there is none."""
    value = properties.get(name)
    return value if isinstance(value, Mapping) else {}


def list_in(properties: Mapping[str, Any], name: str) -> list[Any]:
    """The list under a name; empty when there is none."""
    value = properties.get(name)
    return value if isinstance(value, list) else []


def text_in(properties: Mapping[str, Any], name: str) -> str:
    """The text under a name; empty when there is none."""
    value = properties.get(name)
    return value if isinstance(value, str) else ""
