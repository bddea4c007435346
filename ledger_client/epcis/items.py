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
    found: dict[str, None] = {}
    for path, text in _identifiers(event):
        try:
            found[canonical(text)] = None
        except InvalidCode as error:
            raise InvalidEvent(path, str(error)) from None
    return list(found) or [str(event["eventID"])]


def _identifiers(event: Mapping[str, Json]) -> Iterator[tuple[str, str]]:
    for name in _CODES:
        content = event.get(name)
        if isinstance(content, list):
            yield from ((f"$.{name}[{index}]", code) for index, code in enumerate(content))
        elif content is not None:
            yield f"$.{name}", content
    for name in _QUANTITIES:
        for index, element in enumerate(event.get(name) or ()):
            yield f"$.{name}[{index}].epcClass", element["epcClass"]
