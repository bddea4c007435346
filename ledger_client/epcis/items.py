"""Which items an event speaks of: the codes under which it is anchored (spec 3.5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ledger_client.codes import canonical
from ledger_client.epcis.json_value import Json
from ledger_client.errors import InvalidCode, InvalidEvent

_CODES = ("epcList", "parentID", "childEPCs", "inputEPCList", "outputEPCList")
_QUANTITIES = ("quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList")


def items(event: Mapping[str, Json]) -> list[str]:
    """Canonical codes, each once, in the order of the rule; the event's own id if it names none.

    Raises InvalidEvent with the path of the first code that is wrong. The event must be normalised, so that it has an id.
    """
    found = {_canonical(path, code): None for path, code in _identifiers(event)}
    return list(found) or [_canonical("$.eventID", event["eventID"])]


def _canonical(path: str, code: Json) -> str:
    if not isinstance(code, str):
        raise InvalidEvent(path, "is not a text", "codes are strings, never numbers")
    try:
        return canonical(code)
    except InvalidCode as error:
        raise InvalidEvent(path, f"{error.field} {error.problem}", error.fix) from None


def _identifiers(event: Mapping[str, Json]) -> Iterator[tuple[str, Json]]:
    for name in _CODES:
        content = event.get(name)
        if isinstance(content, list):
            yield from ((f"$.{name}[{index}]", code) for index, code in enumerate(content))
        elif content is not None:
            yield f"$.{name}", content
    for name in _QUANTITIES:
        for index, element in enumerate(event.get(name) or ()):
            code = element.get("epcClass") if isinstance(element, dict) else element
            yield f"$.{name}[{index}].epcClass", code
