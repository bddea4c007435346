"""A mapping: for each thing that an event can say, the column that says it, a fixed value, or nothing. Data, and its JSON.

{"fields": {"time": {"column": "日期"}, "step": {"value": "receiving"}, "items": {"column": "箱码"}, "ext:moisture": {"column": "水分"}},
 "dates": "ymd", "zone": "Asia/Shanghai", "group": "送货单", "key": "", "namespace": "https://id.traceledger.org/voc/"}
"""

from __future__ import annotations

import re
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from exchange.imports.values import ORDERS
from ledger_client.errors import InvalidInput
from ledger_client.sentences import sentence

EVENT_TYPES = ("ObjectEvent", "AggregationEvent", "TransactionEvent", "TransformationEvent")
ACTIONS = ("OBSERVE", "ADD", "DELETE")
EXTENSION = "ext:"
NAMESPACE = "https://id.traceledger.org/voc/"
MOST_EXTENSIONS = 50
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,63}")
_NAMESPACE = re.compile(r"(https?://|urn:)[!-~]{1,300}")


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that an event can say. `properties`: where it stands in the event (EPCIS 2.0 section 7)."""

    name: str
    properties: tuple[str, ...]
    of_row: bool = False  # each row of a group has its own; all others must agree within a group


FIELDS = {
    one.name: one
    for one in (
        Field("type", ("type",)),
        Field("action", ("action",)),
        Field("time", ("eventTime", "eventTimeZoneOffset")),
        Field("clock", ("eventTime",)),
        Field("step", ("bizStep",)),
        Field("disposition", ("disposition",)),
        Field("read_point", ("readPoint",)),
        Field("location", ("bizLocation",)),
        Field("items", ("epcList", "quantityList", "childEPCs", "childQuantityList", "inputEPCList", "inputQuantityList"), of_row=True),
        Field("lot", ("quantityList", "childQuantityList", "inputQuantityList"), of_row=True),
        Field("serial", ("epcList", "childEPCs", "inputEPCList"), of_row=True),
        Field("quantity", ("quantityList", "childQuantityList", "inputQuantityList"), of_row=True),
        Field("unit", ("quantityList", "childQuantityList", "inputQuantityList"), of_row=True),
        Field("outputs", ("outputEPCList", "outputQuantityList"), of_row=True),
        Field("output_quantity", ("outputQuantityList",), of_row=True),
        Field("output_unit", ("outputQuantityList",), of_row=True),
        Field("parent", ("parentID",)),
        Field("document", ("bizTransactionList",)),
        Field("document_type", ("bizTransactionList",)),
        Field("source", ("sourceList",)),
        Field("destination", ("destinationList",)),
        Field("temperature", ("sensorElementList",)),
    )
}
REQUIRED = ("time", "items")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value comes from: a column, or always the same."""

    column: str = ""
    value: str = ""

    def of(self, cells: Dictionary[str, str]) -> str:
        """The value in a row; empty if the cell is."""
        return cells.get(self.column, "") if self.column else self.value


@dataclass(frozen=True, slots=True)
class Mapping:
    """What each column means. `zone`: of times that name none. `group`: rows with the same value there are one event.
    `key`: a column whose value names the event for ever, so that a row that is imported again is the same event."""

    fields: Dictionary[str, Source]
    dates: str = "ymd"
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))
    group: str = ""
    key: str = ""
    namespace: str = NAMESPACE

    def source(self, name: str) -> Source:
        """Of a field; one that gives nothing if it was left out."""
        return self.fields.get(name, Source())

    def columns(self) -> set[str]:
        """The columns that are read."""
        return {one.column for one in self.fields.values() if one.column} | ({self.group, self.key} - {""})

    def as_json(self) -> dict[str, Any]:
        """As `of_json` reads it."""
        fields = {name: {"column": one.column} if one.column else {"value": one.value} for name, one in self.fields.items()}
        told = {"dates": self.dates, "zone": self.zone.key, "group": self.group, "key": self.key, "namespace": self.namespace}
        return {"fields": fields, **told}


def of_json(told: Dictionary[str, Any]) -> Mapping:
    """The mapping; InvalidInput names the field that is wrong and the fix."""
    fields = {name: _source(name, one) for name, one in told["fields"].items()}
    for name in REQUIRED:
        if name not in fields and not (name == "items" and {"outputs", "parent"} & fields.keys()):
            raise InvalidInput(sentence("fields.{of}", of=name), "is missing", "choose the column that holds it, or a fixed value")
    if sum(name.startswith(EXTENSION) for name in fields) > MOST_EXTENSIONS:
        raise InvalidInput("fields", sentence("has more than {most} extension fields", most=MOST_EXTENSIONS), "leave some out")
    if told["dates"] not in ORDERS:
        raise InvalidInput(
            "dates", sentence("is {given!r}", given=str(told["dates"])[:20]), sentence("choose {known}", known=", ".join(ORDERS))
        )
    if not _NAMESPACE.fullmatch(told["namespace"]) or "gs1.org" in told["namespace"]:
        raise InvalidInput(
            "namespace", "is no namespace of your own", sentence("write an absolute URI such as {namespace}", namespace=NAMESPACE)
        )
    return Mapping(
        fields, told["dates"], _zone(told["zone"]), _heading("group", told["group"]), _heading("key", told["key"]), told["namespace"]
    )


def check_columns(mapping: Mapping, columns: tuple[str, ...]) -> None:
    """InvalidInput if the file lacks a column that the mapping reads."""
    for name in sorted(mapping.columns() - set(columns)):
        raise InvalidInput(
            "file",
            sentence("has no column {name!r}, which the mapping reads", name=name[:60]),
            "name it so in the first row, or change the mapping",
        )


def _source(name: str, told: Dictionary[str, str]) -> Source:
    where = sentence("fields.{of}", of=name[:80])
    known = _NAME.fullmatch(name.removeprefix(EXTENSION)) if name.startswith(EXTENSION) else name in FIELDS
    if not known:
        fix = sentence(
            "choose {known}, or {extension}name for an extension field (letters, digits, _ . -)",
            known=", ".join(FIELDS),
            extension=EXTENSION,
        )
        raise InvalidInput(where, "is no field of an event", fix)
    column, value = _heading(where, told.get("column", "")), told.get("value", "").strip()
    if bool(column) == bool(value):
        raise InvalidInput(where, "names a column and a value, or neither", "give one of the two")
    if len(value) > 1000 or "\0" in value:
        raise InvalidInput(where, "has a value of more than 1,000 characters, or one that is no text", "shorten it")
    if not column and name in ("type", "action"):
        _check_word(where, value, EVENT_TYPES if name == "type" else ACTIONS)
    return Source(column, value)


def _check_word(where: str, value: str, words: tuple[str, ...]) -> None:
    if value not in words:
        raise InvalidInput(where, sentence("is {given!r}", given=value[:40]), sentence("choose {known}", known=", ".join(words)))


def _heading(where: str, text: str) -> str:
    if len(text) > 200 or "\0" in text:
        raise InvalidInput(where, "is no heading of a column", "write it as in the file's first row")
    return " ".join(text.split())


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name[:64])
    except (ValueError, OSError, LookupError):
        raise InvalidInput("zone", sentence("{name!r} is no time zone", name=name[:64]), "write one such as Asia/Shanghai or UTC") from None
