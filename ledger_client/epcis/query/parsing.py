"""From parameters to a query: conditions (`asked`), an order, and how many events.

`of_address` takes the parameters of an address, where everything is text and lists are parted by `|` or given by repeating the name;
`of_json` takes the query object of a named query. Both give the same `Query`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ledger_client.epcis.json_value import Json
from ledger_client.epcis.prefixes import Prefixes, prefixes_of
from ledger_client.epcis.query import given_as
from ledger_client.epcis.query.asked import condition, extension
from ledger_client.epcis.query.conditions import Condition
from ledger_client.epcis.query.fields import Field
from ledger_client.epcis.query.given_as import QueryParameter
from ledger_client.epcis.query.parameters import (
    CONTROLS,
    FIXED,
)
from ledger_client.sentences import sentence

MOST_VALUES = 1000  # of one parameter
MOST_PARAMETERS = 100


@dataclass(frozen=True, slots=True)
class Order:
    """By which field the events are put in order; `by` is eventTime, recordTime, or the name of another field."""

    by: str
    field: Field
    descending: bool = True


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked. Without an order events come as they were captured. `limit`: only so many; `most`: refuse when there are more."""

    conditions: tuple[Condition, ...] = ()
    order: Order | None = None
    limit: int | None = None
    most: int | None = None


def of_address(pairs: Iterable[tuple[str, str]], prefixes: Prefixes | None = None) -> Query:
    """A query out of the parameters of an address, in any order. Raises QueryParameter."""
    given: dict[str, list[str]] = {}
    for name, text in pairs:
        given.setdefault(name, []).extend(text.split("|"))
    return _query(given, prefixes or {})


def of_json(query: Mapping[str, Json], prefixes: Prefixes | None = None) -> Query:
    """A query out of its JSON object; its own `@context` declares further prefixes. Raises QueryParameter, InvalidEvent for those."""
    declared = {**(prefixes or {}), **prefixes_of(query.get("@context"), "@context")}
    given = {name: value if isinstance(value, list) else [value] for name, value in query.items() if name != "@context"}
    return _query(given, declared)


def _query(given: Mapping[str, Sequence[Json]], prefixes: Prefixes) -> Query:
    if len(given) > MOST_PARAMETERS:
        raise QueryParameter(
            "query",
            sentence("has {count} parameters", count=len(given)),
            sentence("at most {most}", most=MOST_PARAMETERS),
        )
    for name, found in given.items():
        if not found or len(found) > MOST_VALUES:
            raise QueryParameter(
                given_as.short(name),
                sentence("has {count} values", count=len(found)),
                sentence("give 1 to {most}", most=MOST_VALUES),
            )
    asked = (condition(name, found, prefixes) for name, found in given.items() if name not in CONTROLS)
    order = _order(given, prefixes)
    limit, most = (given_as.count(name, given[name]) if name in given else None for name in ("eventCountLimit", "maxEventCount"))
    if limit is not None and most is not None:
        raise QueryParameter("maxEventCount", "is given beside eventCountLimit", "give one of them")
    if limit is not None and order is None:
        raise QueryParameter("eventCountLimit", "is given without orderBy", "add orderBy, which says what comes first")
    return Query(tuple(one for one in asked if one is not None), order, limit, most)


def _order(given: Mapping[str, Sequence[Json]], prefixes: Prefixes) -> Order | None:
    direction = given_as.text("orderDirection", given_as.single("orderDirection", given.get("orderDirection", ["DESC"])))
    if direction not in ("ASC", "DESC"):
        raise QueryParameter("orderDirection", sentence("{direction!r} is no direction", direction=direction[:40]), "use ASC or DESC")
    if "orderBy" not in given:
        return None
    by = given_as.text("orderBy", given_as.single("orderBy", given["orderBy"]))
    field = FIXED[by].field if by in ("eventTime", "recordTime", "quantity") else extension("EQ", by, prefixes)
    if field is None:
        raise QueryParameter(
            "orderBy",
            sentence("{by!r} is no field to order by", by=by[:60]),
            "use eventTime, recordTime, or the name of an extension field",
        )
    return Order(by, field, direction == "DESC")
