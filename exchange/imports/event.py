"""Rows that belong together -> one EPCIS 2.0 event, by a mapping; pure.

What a row says of its event as a whole (time, step, place …) must agree within them; its items are added to those of the others.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from exchange.imports import values
from exchange.imports.mapping import ACTIONS, EVENT_TYPES, EXTENSION, FIELDS, Mapping
from exchange.imports.table import Fault, Row
from exchange.imports.values import Unfit
from ledger_client.codes import ItemCode
from ledger_client.codes.own_scheme import OwnScheme
from ledger_client.codes.serial import serial
from ledger_client.sentences import sentence

T = TypeVar("T")
PREFIX = "ext"
_NAMESPACE = uuid.UUID("6f1d2c0e-7f0b-5b43-9a0e-0d5a6a3c9f11")  # of event ids that a row's own key makes
_LISTS = {  # event type -> (serial items, lots) of `items`
    "ObjectEvent": ("epcList", "quantityList"),
    "TransactionEvent": ("epcList", "quantityList"),
    "AggregationEvent": ("childEPCs", "childQuantityList"),
    "TransformationEvent": ("inputEPCList", "inputQuantityList"),
}
_OUTPUTS = ("outputEPCList", "outputQuantityList")


@dataclass(frozen=True, slots=True)
class Setting:
    """What a reading needs beside file and mapping. `scope` tells apart the same row key of two members or two mappings."""

    mapping: Mapping
    now: datetime
    scope: str = ""
    own: Sequence[OwnScheme] = ()


def event_of(rows: Sequence[Row], setting: Setting) -> tuple[dict[str, Any], dict[int, Fault]]:
    """The event of some rows, and what is wrong with which of them."""
    faults = {row.number: row.faults[0] for row in rows if row.faults}
    for row in rows[1:]:
        differing = _differing(rows[0], row, setting.mapping)
        if differing and row.number not in faults:
            faults[row.number] = differing
    try:
        event = _head(rows[0], setting)
    except _Wrong as wrong:
        return {}, faults | {rows[0].number: wrong.fault}
    for row in rows:
        try:
            _add_items(event, row, setting)
        except _Wrong as wrong:
            faults.setdefault(row.number, wrong.fault)
    return event, faults


class _Wrong(Exception):
    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.problem)
        self.fault = fault


def _differing(first: Row, row: Row, mapping: Mapping) -> Fault | None:
    shared = {name: one.column for name, one in mapping.fields.items() if one.column and not (name in FIELDS and FIELDS[name].of_row)}
    for column in [*shared.values(), mapping.key]:
        ours, theirs = row.cells.get(column, ""), first.cells.get(column, "")
        if column and ours != theirs:
            fix = "let all rows of one event say the same there, or group by another column"
            return Fault(
                column,
                sentence(
                    "is {ours!r}, but {theirs!r} in row {number} of the same event", ours=ours[:40], theirs=theirs[:40], number=first.number
                ),
                fix,
            )
    return None


def _head(row: Row, setting: Setting) -> dict[str, Any]:
    """The event without its items."""
    mapping = setting.mapping
    kind = _word(row, mapping, "type", EVENT_TYPES)
    when = _moment(row, setting)
    stamp = when.isoformat(timespec="seconds")
    event: dict[str, Any] = {
        "type": kind,
        "eventID": _event_id(row, setting),
        "eventTime": stamp,
        "eventTimeZoneOffset": stamp[-6:],  # +08:00
        "action": "" if kind == "TransformationEvent" else _word(row, mapping, "action", ACTIONS),
        "bizStep": _made(row, mapping, "step", values.step),
        "disposition": _text(row, mapping, "disposition"),
        "parentID": _made(row, mapping, "parent", lambda text: _single(text, setting)),
        "bizTransactionList": _document(row, mapping),
        "sourceList": _party(row, mapping, "source"),
        "destinationList": _party(row, mapping, "destination"),
        "sensorElementList": _temperature(row, mapping, stamp),
    }
    for name, where in (("read_point", "readPoint"), ("location", "bizLocation")):
        uri = _made(row, mapping, name, values.place)
        event[where] = {"id": uri} if uri else None
    for name, source in mapping.fields.items():
        if name.startswith(EXTENSION):
            event[f"{PREFIX}:{name.removeprefix(EXTENSION)}"] = source.of(row.cells)
    return {name: value for name, value in event.items() if value}


def _moment(row: Row, setting: Setting) -> datetime:
    mapping = setting.mapping
    day, clock = _text(row, mapping, "time"), _text(row, mapping, "clock")
    if not day:
        raise _Wrong(Fault(mapping.source("time").column, "is empty", "write when it happened"))
    return _fit(mapping.source("time").column, lambda: values.moment(day, clock, mapping.dates, mapping.zone, setting.now))


def _event_id(row: Row, setting: Setting) -> str:
    """The same for the same key for ever; empty without a column of keys: then the event's content names it."""
    key = setting.mapping.key
    if not key:
        return ""
    if not row.cells.get(key):
        raise _Wrong(Fault(key, "is empty", "write the key that names this event, or choose a mapping without one"))
    return f"urn:uuid:{uuid.uuid5(_NAMESPACE, setting.scope + chr(0) + row.cells[key])}"


def _add_items(event: dict[str, Any], row: Row, setting: Setting) -> None:
    """Put the row's items into the event's lists: serial ones by their code, lots with their quantity."""
    for names, lists in ((("items", "quantity", "unit"), _LISTS[event["type"]]), (("outputs", "output_quantity", "output_unit"), _OUTPUTS)):
        text = _text(row, setting.mapping, names[0])
        if not text or (lists is _OUTPUTS and event["type"] != "TransformationEvent"):
            continue
        column = setting.mapping.source(names[0]).column
        for code in _codes(row, setting, text, column, own=lists is not _OUTPUTS):
            place = 0 if serial(code) else 1
            told: list[Any] = event.setdefault(lists[place], [])
            one = _amount(row, setting.mapping, code.uri, names) if place else code.uri
            if code.uri in (other["epcClass"] if place else other for other in told):
                raise _Wrong(
                    Fault(
                        column,
                        sentence("{text!r} stands twice in the same event", text=text[:60]),
                        "name each item once, and sum up quantities",
                    )
                )
            told.append(one)
    if not any(_text(row, setting.mapping, name) for name in ("items", "outputs", "parent")):
        raise _Wrong(Fault(setting.mapping.source("items").column, "is empty", "write the item's code"))


def _codes(row: Row, setting: Setting, text: str, column: str, *, own: bool) -> list[ItemCode]:
    """The codes of a cell, completed by the lot or the serial number that stands in a column of its own."""
    found = _fit(column, partial(values.codes, text, setting.own))
    for name, key in (("lot", "10"), ("serial", "21")) if own else ():
        if part := _text(row, setting.mapping, name):
            found = [_fit(setting.mapping.source(name).column, partial(values.with_part, code, key, part)) for code in found]
    return found


def _amount(row: Row, mapping: Mapping, code: str, names: Sequence[str]) -> dict[str, Any]:
    amount = _made(row, mapping, names[1], values.quantity)
    if amount is None:
        return {"epcClass": code}
    unit = _made(row, mapping, names[2], values.unit)
    return {"epcClass": code, "quantity": amount} | ({"uom": unit} if unit else {})


def _document(row: Row, mapping: Mapping) -> list[dict[str, str]] | None:
    uri = _made(row, mapping, "document", values.document)
    kind = _text(row, mapping, "document_type") or "desadv"
    return [{"type": kind, "bizTransaction": uri}] if uri else None


def _party(row: Row, mapping: Mapping, name: str) -> list[dict[str, str]] | None:
    uri = _made(row, mapping, name, values.party)
    return [{"type": "owning_party", name: uri}] if uri else None


def _temperature(row: Row, mapping: Mapping, stamp: str) -> list[dict[str, Any]] | None:
    degrees = _made(row, mapping, "temperature", values.number)
    if degrees is None:
        return None
    return [{"sensorMetadata": {"time": stamp}, "sensorReport": [{"type": "Temperature", "value": degrees, "uom": "CEL"}]}]


def _single(text: str, setting: Setting) -> str:
    found = values.codes(text, setting.own)
    if len(found) != 1 or not serial(found[0]):
        raise Unfit(
            sentence("{text!r} is not one serial item", text=text[:60]), "write the code of the one pallet or case that holds the others"
        )
    return found[0].uri


def _word(row: Row, mapping: Mapping, name: str, words: Sequence[str]) -> str:
    text = _text(row, mapping, name) or words[0]
    if text not in words:
        raise _Wrong(
            Fault(mapping.source(name).column, sentence("is {given!r}", given=text[:40]), sentence("write {known}", known=", ".join(words)))
        )
    return text


def _text(row: Row, mapping: Mapping, name: str) -> str:
    return mapping.source(name).of(row.cells)


def _made(row: Row, mapping: Mapping, name: str, make: Callable[[str], T]) -> T | None:
    """What a cell becomes; None if it is empty."""
    text = _text(row, mapping, name)
    return _fit(mapping.source(name).column, lambda: make(text)) if text else None


def _fit(column: str, make: Callable[[], T]) -> T:
    """What `make` gives; _Wrong with the column if the cell will not do."""
    try:
        return make()
    except Unfit as unfit:
        raise _Wrong(Fault(column, unfit.problem, unfit.fix)) from None
