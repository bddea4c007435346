"""Whether a sensor report of an event is out of limits (EPCIS 2.0 7.3.7). Pure.

The parameters of a query look at the whole event: one report may be of the type, and another, of something else, have the value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from ledger_client.epcis.prefixes import prefixes_of
from ledger_client.epcis.query import values
from recall.suspicion.asked import Limit

_ABOVE = ("value", "maxValue", "meanValue")
_BELOW = ("value", "minValue", "meanValue")


def is_out(event: Mapping[str, Any], limit: Limit) -> bool:
    """Whether any of its reports of that type and unit is below or above."""
    prefixes = prefixes_of(event.get("@context"))
    wanted = values.word(limit.type, "voc", {})
    of_type = (one for one in _reports(event) if values.word(str(one.get("type", "")), "voc", prefixes) == wanted)
    return any(_beyond(one, limit) for one in of_type if one.get("uom") == limit.uom)


def _beyond(report: Mapping[str, Any], limit: Limit) -> bool:
    high, low = limit.above, limit.below
    return any(high is not None and at > high for at in _figures(report, _ABOVE)) or any(
        low is not None and at < low for at in _figures(report, _BELOW)
    )


def _figures(report: Mapping[str, Any], names: tuple[str, ...]) -> Iterator[Decimal]:
    yield from (found for name in names if (found := values.number(report.get(name))) is not None)


def _reports(event: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for element in event.get("sensorElementList") or ():
        yield from (element.get("sensorReport") or ()) if isinstance(element, Mapping) else ()
