"""Whether an event is one that a query asks for. Exact: whatever an index proposed is judged here, on the event as the asker may see it.

All conditions of a query must hold; of several values of one condition any. Each condition looks at the whole event, so that two of them
about quantities may be met by two entries of one list (EPCIS 2.0 8.2.7.1).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from operator import ge, gt, le, lt
from typing import Any, Literal

from ledger_client.epcis.json_value import Json
from ledger_client.epcis.prefixes import prefixes_of
from ledger_client.epcis.query import values
from ledger_client.epcis.query.fields import Field
from ledger_client.epcis.query.patterns import Pattern
from ledger_client.epcis.query.values import Name, Prefixes
from ledger_client.errors import InvalidInput

Comparison = Literal["EQ", "WD", "GT", "GE", "LT", "LE", "EXISTS"]
Bound = Decimal | datetime
_COMPARE: dict[str, Any] = {"GT": gt, "GE": ge, "LT": lt, "LE": le}
_EXTENSION = "/254/"  # of a GLN: a place within the one that the GLN names


@dataclass(frozen=True, slots=True)
class Attribute:
    """Attributes of master data that a thing must have: one of `names`, and if given with one of `contents`."""

    names: tuple[Name, ...]
    contents: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """One parameter of a query, understood. Which of the fields below it has follows from its comparison."""

    parameter: str
    comparison: Comparison
    field: Field
    texts: frozenset[str] = frozenset()  # EQ, WD: any of these, as `keys` gives them
    patterns: tuple[Pattern, ...] = ()  # EQ of codes: or any of these
    bound: Bound | None = None  # GT, GE, LT, LE
    attribute: Attribute | None = None  # EQ: things whose master data have it; `master_data.resolved` turns them into `texts`

    def holds(self, event: Mapping[str, Json], prefixes: Prefixes) -> bool:
        """Whether it holds for an event whose prefixes are these."""
        found = self.field.found(event, prefixes)
        if self.comparison == "EXISTS":
            return next(found, _NOTHING) is not _NOTHING
        if self.comparison in _COMPARE:
            return any(self._compares(value) for value in found)
        return any(self._is_one(value, prefixes) for value in found)

    def _compares(self, value: Json) -> bool:
        one = values.moment(value) if isinstance(self.bound, datetime) else values.number(value)
        return one is not None and bool(_COMPARE[self.comparison](one, self.bound))

    def _is_one(self, value: Json, prefixes: Prefixes) -> bool:
        for key in keys(self.field, value, prefixes):
            if key in self.texts or any(pattern.matches(key) for pattern in self.patterns):
                return True
            if self.comparison == "WD" and _EXTENSION in key and key.partition(_EXTENSION)[0] in self.texts:
                return True
        return False


_NOTHING: Any = object()


def keys(field: Field, value: Json, prefixes: Prefixes) -> Iterator[str]:
    """The texts by which a value of a field is found; more than one where a prefix was written out."""
    match field.kind:
        case "any":
            yield from values.texts(value, prefixes)
        case "number":
            yield from () if isinstance(value, str) else values.texts(value, prefixes)
        case "text":
            yield value if isinstance(value, str) else str(value).lower()
        case _ if isinstance(value, str):
            yield (one := key_of(field, value, prefixes))
            if prefixes and (other := key_of(field, value, {})) != one:
                yield other


def key_of(field: Field, text: str, prefixes: Prefixes) -> str:
    """The text by which a word or an identifier of a field is compared."""
    return values.word(text, field.vocabulary, prefixes) if field.kind == "word" else values.identifier(text, prefixes)


def matches(event: Mapping[str, Json], conditions: tuple[Condition, ...]) -> bool:
    """Whether an event, normalised or as somebody may see it, fulfils every condition. `recordTime` must be in it where it is asked for."""
    prefixes = prefixes_in(event)
    return all(condition.holds(event, prefixes) for condition in conditions)


def prefixes_in(event: Mapping[str, Json]) -> Prefixes:
    """The prefixes that an event declares; none where they cannot be read."""
    try:
        return prefixes_of(event.get("@context"))
    except InvalidInput:
        return {}
