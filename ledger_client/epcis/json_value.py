"""JSON as `document` reads it, as a type name that says so."""

from __future__ import annotations

from typing import Any, TypeAlias

Json: TypeAlias = Any
"""str, bool, None, int, Decimal, list of Json or dict from str to Json. A checker's recursive union would ask for a cast at every step."""

Event: TypeAlias = dict[str, Json]
"""One event; also any other JSON object of a document."""
