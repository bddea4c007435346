"""What a named query asks, in the reader's language; and a query out of what narrows the list of events."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from api.console.events import DECLARATION, Filters
from api.console.shown import Fact
from api.console.words import ConsoleWords
from ledger_client.codes.serial import serial
from ledger_client.disclosure import EVENT_TYPES, standard_step
from ledger_client.epcis.query.values import moment

_LABELS = {
    "eventType": "events.kind",
    "EQ_bizStep": "events.step",
    "MATCH_anyEPC": "queries.item",
    "MATCH_anyEPCClass": "queries.item",
    "GE_eventTime": "events.since",
    "LT_eventTime": "queries.before",
    "EXISTS_errorDeclaration": "events.declaration",
}


def of_filters(filters: Filters) -> dict[str, Any]:
    """The query of the same events; who recorded an event, and whether it is anchored, no query can ask."""
    kind = filters["kind"]
    query: dict[str, Any] = {"EXISTS_errorDeclaration": True} if kind == DECLARATION else {"eventType": [kind]} if kind else {}
    if filters["step"]:
        query["EQ_bizStep"] = [standard_step(filters["step"])]
    if filters.item is not None:
        query["MATCH_anyEPC" if serial(filters.item) else "MATCH_anyEPCClass"] = [filters.item.uri]
    for name, when in (("GE_eventTime", filters.since), ("LT_eventTime", filters.before)):
        if when is not None:
            query[name] = when.isoformat().replace("+00:00", "Z")
    return query


def left_out(filters: Filters) -> bool:
    """Whether the filters hold what no query can ask."""
    return bool(filters["member"] or filters["state"])


def told(query: Mapping[str, Any], words: ConsoleWords) -> tuple[Fact, ...]:
    """Each parameter with its values; those that people know by another name, by that."""
    return tuple(
        Fact(words.say(_LABELS[name]) if name in _LABELS else name, " · ".join(_value(name, one, words) for one in _listed(value)))
        for name, value in query.items()
    )


def _listed(value: Any) -> list[Any]:  # noqa: ANN401 (JSON)
    return value if isinstance(value, list) else [value]


def _value(name: str, value: Any, words: ConsoleWords) -> str:  # noqa: ANN401 (JSON)
    if name == "EQ_bizStep":
        return words.term("step", str(value))
    if name == "eventType" and value in EVENT_TYPES:
        return words.say(f"events.type.{value}")
    when = moment(value) if name.startswith(("GE_", "LT_")) else None
    if when is not None:
        return words.clock(when)
    if isinstance(value, bool):
        return words.say("queries.yes" if value else "queries.no")
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
