"""An item's parents and children, out of its own events: what it was made from and went into, what it is packed in and holds.

Packing is followed in the order of the events, so that what was unpacked again no longer stands there. Events that their writer has
declared wrong do not count. Pure: the route hands in the events as their reader may see them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from api.pages.payload import text_in
from api.pages.words import TERMS
from ledger_client.codes import canonical
from ledger_client.errors import InvalidCode

KINDS = ("TransformationEvent", "AggregationEvent", "AssociationEvent")


@dataclass(frozen=True, slots=True)
class Told:
    """A record of the item as its reader may see it."""

    event_id: str
    signer: bytes
    happened: datetime
    declaration: bool
    event: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Relation:
    """Another item, and the event that says so. `amount`: how much of it, for a quantity."""

    code: str
    event_id: str
    happened: datetime
    amount: str = ""


@dataclass(frozen=True, slots=True)
class Relations:
    """Each by code, the newest first."""

    made_from: Mapping[str, Relation] = field(default_factory=dict)
    went_into: Mapping[str, Relation] = field(default_factory=dict)
    packed_in: Mapping[str, Relation] = field(default_factory=dict)
    holds: Mapping[str, Relation] = field(default_factory=dict)


def relations(item: str, told: Sequence[Told]) -> Relations:
    """Those of an item (canonical code)."""
    wrong = {(one.event_id, one.signer) for one in told if one.declaration}
    made: tuple[dict[str, Relation], dict[str, Relation]] = ({}, {})
    packed: tuple[dict[str, Relation], dict[str, Relation]] = ({}, {})
    for one in sorted((one for one in told if (one.event_id, one.signer) not in wrong), key=lambda one: one.happened):
        if text_in(one.event, "type") == KINDS[0]:
            _made(item, one, *made)
        else:
            _packed(item, one, *packed)
    return Relations(*(dict(reversed(found.items())) for found in (*made, *packed)))


def _made(item: str, one: Told, made_from: dict[str, Relation], went_into: dict[str, Relation]) -> None:
    inputs = dict(_named(one.event, "inputEPCList", "inputQuantityList"))
    outputs = dict(_named(one.event, "outputEPCList", "outputQuantityList"))
    if item in outputs:
        _add(made_from, inputs, one)
    if item in inputs:
        _add(went_into, outputs, one)


def _packed(item: str, one: Told, packed_in: dict[str, Relation], holds: dict[str, Relation]) -> None:
    parent = next((code for code, _ in _named(one.event, "parentID")), "")
    children = dict(_named(one.event, "childEPCs", "childQuantityList"))
    removed = text_in(one.event, "action") == "DELETE"
    if item == parent and removed:
        for code in children or list(holds):  # without children everything is taken out (EPCIS 2.0 7.4.3)
            holds.pop(code, None)
    elif item == parent:
        _add(holds, children, one)
    if parent and (item in children or (removed and item != parent)):
        packed_in.pop(parent, None)
        if not removed:
            _add(packed_in, {parent: ""}, one)


def _add(found: dict[str, Relation], codes: Mapping[str, str], one: Told) -> None:
    for code, amount in codes.items():
        found.pop(code, None)
        found[code] = Relation(code, one.event_id, one.happened, amount)


def _named(event: Mapping[str, Any], *names: str) -> Iterator[tuple[str, str]]:
    """The codes that stand in some properties, with the quantity of each."""
    for content in (event.get(name) for name in names):
        for one in _each(content):
            code, amount = (one.get("epcClass"), one) if isinstance(one, Mapping) else (one, {})
            try:
                yield canonical(str(code)), _amount(amount)
            except InvalidCode:
                continue


def _amount(element: Mapping[str, Any]) -> str:
    unit = str(element.get("uom", ""))
    return f"{element['quantity']} {TERMS['unit'].get(unit, unit)}".strip() if "quantity" in element else ""


def _each(content: object) -> Iterable[Any]:
    return content if isinstance(content, list) else [content] if isinstance(content, str) else []
