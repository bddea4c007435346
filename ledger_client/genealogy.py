"""What took part in an event, as what, and how much: the facts from which lots are traced.

From a normalised event to one `Part` for each thing in each of its roles; pure, without SQL or web, so that whoever holds an event can
hold it against what a server keeps of it (`records.genealogy`). Rules: EPCIS 2.0 section 7.4; docs/trace.md numbers ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from decimal import Decimal
from enum import IntEnum
from typing import NamedTuple
from urllib.parse import quote

from ledger_client.codes import canonical
from ledger_client.epcis.json_value import Json
from ledger_client.errors import InvalidCode

_GTIN = "https://id.gs1.org/01/"  # then 14 digits, then qualifiers (spec 1.4)


class Role(IntEnum):
    """As what a thing took part."""

    OBJECT = 1  # it was seen, made, moved or ended
    PARENT = 2  # it holds the children
    CHILD = 3
    INPUT = 4
    OUTPUT = 5
    LOT = 6  # the event's items belong to it, as their ilmd says (CBV 2.0 lotNumber); it was not there itself
    PROCESS = 7  # the transformation that several events belong to (EPCIS 2.0 7.4.6 transformationID)


class Action(IntEnum):
    """What an event does to the tie between things (EPCIS 2.0 7.3.2); NONE where its type has no action."""

    NONE = 0
    ADD = 1
    OBSERVE = 2
    DELETE = 3


class Part(NamedTuple):
    """One thing in one role. `quantity` in `uom` (UN/ECE Recommendation 20; "" = pieces); None: not said, or one single thing."""

    code: str  # canonical item code
    role: Role
    action: Action
    quantity: float | None = None
    uom: str = ""


# The properties that name things, with the role and whether they name classes with quantities.
_NAMES = (
    ("parentID", Role.PARENT),
    ("epcList", Role.OBJECT),
    ("quantityList", Role.OBJECT),
    ("childEPCs", Role.CHILD),
    ("childQuantityList", Role.CHILD),
    ("inputEPCList", Role.INPUT),
    ("inputQuantityList", Role.INPUT),
    ("outputEPCList", Role.OUTPUT),
    ("outputQuantityList", Role.OUTPUT),
)


def parts_of(event: Mapping[str, Json], code_of: Callable[[str], str] = canonical) -> tuple[Part, ...]:
    """Who took part, in the order of the event; nobody in one that declares another to be in error (EPCIS 2.0 7.4.1.2).

    The event must be valid and normalised. A thing that an event names twice in one role is there twice. `code_of`: the canonical code of
    a spelling, for a caller that knows many of them.
    """
    if "errorDeclaration" in event:
        return ()
    action = Action[str(event["action"])] if "action" in event else Action.NONE
    named = [part for name, role in _NAMES if event.get(name) for part in _named(event[name], role, action, code_of)]
    return (*named, *_lots(event, named), *_process(event))


def _named(content: Json, role: Role, action: Action, code_of: Callable[[str], str]) -> Iterator[Part]:
    for element in content if isinstance(content, list) else [content]:
        if isinstance(element, dict):
            amount = element.get("quantity")
            quantity = float(amount) if isinstance(amount, int | float | Decimal) else None
            yield Part(code_of(str(element["epcClass"])), role, action, quantity, str(element.get("uom", "")))
        else:
            yield Part(code_of(str(element)), role, action)


def _lots(event: Mapping[str, Json], named: list[Part]) -> Iterator[Part]:
    """The lots that an event's ilmd says its new serial items belong to: the item's GTIN with the lot number."""
    ilmd = event.get("ilmd")
    number = next((value for name, value in ilmd.items() if _local(name) == "lotNumber"), None) if isinstance(ilmd, dict) else None
    if not isinstance(number, str) or not number:
        return
    made = {part.code[len(_GTIN) :][:14] for part in named if part.role in (Role.OBJECT, Role.OUTPUT) and is_serial(part.code)}
    for gtin in sorted(made):
        with suppress(InvalidCode):  # a number that GS1 does not allow names no lot
            yield Part(canonical(f"{_GTIN}{gtin}/10/{quote(number, safe='')}"), Role.LOT, Action.ADD)


def is_serial(code: str) -> bool:
    """Whether a canonical code is that of one single trade item (SGTIN)."""
    return code.startswith(_GTIN) and "/21/" in code


def _local(name: str) -> str:
    return name.rpartition(":")[2].rpartition("/")[2]


def _process(event: Mapping[str, Json]) -> Iterator[Part]:
    name = event.get("transformationID")
    if isinstance(name, str) and name:
        try:
            yield Part(canonical(name), Role.PROCESS, Action.NONE)
        except InvalidCode:  # any URI will do: it names a process, not a thing
            yield Part(name, Role.PROCESS, Action.NONE)
