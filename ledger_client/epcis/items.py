"""Which items an event speaks of: the codes under which it is anchored (spec 3.5)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from ledger_client.codes import canonical
from ledger_client.epcis.json_path import child
from ledger_client.epcis.json_value import Json
from ledger_client.epcis.prefixes import STANDARD, prefixes_of
from ledger_client.errors import InvalidCode, InvalidEvent

_CODES = ("epcList", "parentID", "childEPCs", "inputEPCList", "outputEPCList")
_QUANTITIES = ("quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList")


def items(event: Mapping[str, Json]) -> list[str]:
    """Canonical codes, each once, in the order of the rule; the event's own id if it names none.

    Raises InvalidEvent with the path of the first code that is wrong. The event must be normalised, so that it has an id.
    """
    prefixes = STANDARD.keys() | prefixes_of(event.get("@context")).keys()
    found = {_canonical(path, code, prefixes): None for path, code in _identifiers(event)}
    return list(found) or [_canonical("$.eventID", event["eventID"], prefixes)]


def _canonical(path: str, code: Json, prefixes: Collection[str]) -> str:
    if not isinstance(code, str):
        raise InvalidEvent(path, "is not a text", "codes are strings, never numbers")
    scheme = code.partition(":")[0]
    if scheme in prefixes:  # the same short form means something else in the next document
        raise InvalidEvent(path, f"{code!r} begins with {scheme}:, which is a prefix here", "write the whole URI")
    try:
        return canonical(code)
    except InvalidCode as error:
        raise InvalidEvent(path, f"{error.field} {error.problem}", error.fix) from None


def _identifiers(event: Mapping[str, Json]) -> Iterator[tuple[str, Json]]:
    for name in _CODES:
        yield from _elements(f"$.{name}", event.get(name))
    for name in _QUANTITIES:
        for path, element in _elements(f"$.{name}", event.get(name)):
            yield child(path, "epcClass"), element.get("epcClass") if isinstance(element, dict) else element


def _elements(path: str, content: Json) -> Iterator[tuple[str, Json]]:
    if isinstance(content, list):
        yield from ((child(path, index), element) for index, element in enumerate(content))
    elif content is not None:
        yield path, content
