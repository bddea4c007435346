"""Which items an event speaks of: the codes under which it is anchored (spec 3.5)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from ledger_client.codes import canonical
from ledger_client.epcis.json_path import descendant
from ledger_client.epcis.json_value import Json
from ledger_client.epcis.prefixes import STANDARD, prefixes_of
from ledger_client.errors import InvalidCode, InvalidEvent
from ledger_client.sentences import sentence

_Steps = tuple[str | int, ...]
_CODES = ("epcList", "parentID", "childEPCs", "inputEPCList", "outputEPCList")
_QUANTITIES = ("quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList")
NAMING = (*_CODES, *_QUANTITIES)  # the properties that name items


def items(event: Mapping[str, Json]) -> list[str]:
    """Canonical codes, each once, in the order of the rule; the event's own id if it names none.

    Raises InvalidEvent with the path of the first code that is wrong. The event must be normalised, so that it has an id.
    """
    prefixes = STANDARD.keys() | prefixes_of(event.get("@context")).keys()
    found = {_canonical(steps, code, prefixes): None for steps, code in identifiers(event)}
    return list(found) or [_canonical(("eventID",), event["eventID"], prefixes)]


def items_shown(event: Mapping[str, Json], names: Collection[str], codes: Sequence[str]) -> list[str]:
    """Which of an event's items somebody may be told who is shown the properties in `names`; `codes` are all of them."""
    naming = {name for name in NAMING if event.get(name)}
    if naming <= set(names):
        return list(codes)
    try:
        told = set(items({name: value for name, value in event.items() if name in naming & set(names) or name in ("@context", "eventID")}))
    except InvalidEvent:  # a payload that was edited behind our back
        return []
    return [code for code in codes if code in told]


def _canonical(steps: _Steps, code: Json, prefixes: Collection[str]) -> str:
    if not isinstance(code, str):
        raise InvalidEvent(descendant("$", steps), "is not a text", "codes are strings, never numbers")
    scheme = code.partition(":")[0]
    if scheme in prefixes:  # the same short form means something else in the next document
        raise InvalidEvent(
            descendant("$", steps),
            sentence("{code!r} begins with {scheme}:, which is a prefix here", code=code, scheme=scheme),
            "write the whole URI",
        )
    try:
        return canonical(code)
    except InvalidCode as error:
        raise InvalidEvent(
            descendant("$", steps), sentence("{field} {problem}", field=error.field, problem=sentence(error.problem)), error.fix
        ) from None


def identifiers(event: Mapping[str, Json]) -> Iterator[tuple[_Steps, Json]]:
    """Every identifier of items as it is written, with the steps that lead to it."""
    yield from _elements(event, _CODES)
    for steps, element in _elements(event, _QUANTITIES):
        yield (*steps, "epcClass"), element.get("epcClass") if isinstance(element, dict) else element


def _elements(event: Mapping[str, Json], names: tuple[str, ...]) -> Iterator[tuple[_Steps, Json]]:
    """What stands in these properties, each with the steps that lead to it: a path is only written for what is wrong."""
    for name in names:
        content = event.get(name)
        if isinstance(content, list):
            yield from [((name, index), element) for index, element in enumerate(content)]
        elif content is not None:
            yield (name,), content
