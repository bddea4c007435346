"""Values of parameters as what they have to be; QueryParameter names the parameter where they are not.

From an address everything comes as text, from a query object as JSON: both are taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from ledger_client.epcis.json_value import Json
from ledger_client.epcis.query import values
from ledger_client.errors import InvalidInput
from ledger_client.sentences import sentence

_LONGEST = 2048


class QueryParameter(InvalidInput):
    """A parameter that no query has, or a value that it does not take (QueryParameterException of EPCIS 2.0)."""


def number(name: str, value: Json) -> Decimal:
    """A number, exactly."""
    found = values.number(value)
    if found is None:
        raise QueryParameter(name, sentence("{value!r} is no number", value=str(value)[:40]), "write it like 12.5")
    return found


def flag(name: str, given: Sequence[Json]) -> bool:
    """Whether something must be there; a name alone says yes."""
    value = single(name, given)
    return True if value is None or value == "" else truth(name, value)


def truth(name: str, value: Json) -> bool:
    """True or false."""
    found = {"true": True, "1": True, "false": False, "0": False}.get(str(value).lower())
    if found is None:
        raise QueryParameter(name, sentence("{value!r} is neither true nor false", value=str(value)[:40]), "write true or false")
    return found


def count(name: str, given: Sequence[Json]) -> int:
    """How many events, from 1 up."""
    text = str(single(name, given))
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) > 0):
        raise QueryParameter(name, sentence("{text!r} is no number of events", text=text[:40]), "write a whole number from 1 up")
    return int(text)


def single(name: str, given: Sequence[Json]) -> Json:
    """The one value of a parameter that takes one."""
    if len(given) != 1:
        raise QueryParameter(short(name), sentence("has {count} values", count=len(given)), "give one")
    return given[0]


def plain(name: str, value: Json) -> Json:
    """A text, a number, true or false."""
    if isinstance(value, (dict, list)) or value is None:
        raise QueryParameter(short(name), "is neither text nor number", "give a text, a number, true or false")
    return value


def text(name: str, value: Json) -> str:
    """A text that is not empty, without spaces around it."""
    if not isinstance(value, str) or not value.strip():
        raise QueryParameter(short(name), "is empty" if value == "" else "is no text", "give a text")
    if len(value) > _LONGEST:
        raise QueryParameter(short(name), sentence("has {count} characters", count=len(value)), sentence("at most {most}", most=_LONGEST))
    return value.strip()


def short(name: str) -> str:
    """A name that may stand in a message."""
    return name[:100]
