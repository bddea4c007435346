"""Where a fault of an event stands in its XML: `….quantityList[0].quantity` is `…/quantityList/quantityElement[1]/quantity`.

The wrappers of 1.x are left out: they say nothing, and the element is found without them.
"""

from __future__ import annotations

import re
from typing import Final

from ledger_client.errors import InvalidEvent

LISTS: Final = {  # list -> element
    **dict.fromkeys(("epcList", "childEPCs", "inputEPCList", "outputEPCList"), "epc"),
    **dict.fromkeys(("quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList"), "quantityElement"),
    "bizTransactionList": "bizTransaction",
    "sourceList": "source",
    "destinationList": "destination",
    "sensorElementList": "sensorElement",
    "correctiveEventIDs": "correctiveEventID",
}
PAIRS: Final = frozenset({"bizTransaction", "source", "destination"})  # the type is an attribute, the rest is the text
_STEP = re.compile(r"\.([A-Za-z_][A-Za-z0-9_]*)|\['(.*?)'\]|\[([0-9]+)\]")
_ATTRIBUTES = frozenset({"sensorMetadata", "sensorReport"})
_CHILD = {"epcisBody": "EPCISBody", "queryResults": "QueryResults", "eventList": "EventList", "epcisHeader": "EPCISHeader"}


def in_xml(error: InvalidEvent, path: str) -> InvalidEvent:
    """The same fault of the event at `path` (of an XML document), told by elements and attributes."""
    rest = error.field.removeprefix(path) if error.field.startswith(path) else error.field.removeprefix("$")
    return error.at(path + xml_path(rest))


def around_xml(error: InvalidEvent, kind: str) -> InvalidEvent:
    """The same for a fault of the document around its events."""
    name = error.field.removeprefix("$.")
    return error.at(f"/{kind}/@{name}" if name in ("schemaVersion", "creationDate") else f"/{kind}{xml_path(error.field)}")


def xml_path(steps: str) -> str:
    """A JSON path below an event as a path of elements."""
    path, parent, inside = "", "", ""
    for name, quoted, index in _STEP.findall(steps):
        if index:
            inside = LISTS.get(parent, "")
            path += f"/{inside}[{int(index) + 1}]" if inside else f"[{int(index) + 1}]"
            parent = inside or parent
            continue
        step = _CHILD.get(name or quoted, name or quoted)
        if parent in PAIRS:
            path += "" if step == parent else f"/@{step}"
        elif parent in _ATTRIBUTES:
            path += f"/@{step}"
        elif parent == "@context":
            path += f"/@xmlns:{step}"
        elif step != "@context":
            path += f"/{step}"
        parent = step
    return path
