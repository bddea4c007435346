"""The parameters of an EPCIS event query, as one table (EPCIS 2.0 8.2.7.1; query-schema.json of the REST bindings).

A parameter's name is an operator and a field: `EQ_bizStep`, `GE_eventTime`, `MATCH_epc`. Fields with a fixed name stand in `FIXED`; the
others are made of a part that is fixed and a part that the asker names: a unit (`UNITS`), the type of an entry (`PAIRS`), a field of an
extension (`AREAS`). `docs/epcis-query.md` explains them to those who ask.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ledger_client.epcis.query.fields import Field, Kind, Path

RANGE = frozenset({"GT", "GE", "LT", "LE"})
SPAN = frozenset({"GE", "LT"})  # all that the standard offers for moments
EQ = frozenset({"EQ"})
MATCH = frozenset({"MATCH"})
THERE = frozenset({"EXISTS"})
OPERATORS = ("EQ", "GT", "GE", "LT", "LE", "MATCH", "WD", "EXISTS")


class Row(NamedTuple):
    """What can be asked of a field."""

    operators: frozenset[str]
    field: Field


def _row(label: str, operators: frozenset[str], kind: Kind, *paths: str, vocabulary: str = "") -> Row:
    return Row(operators, Field(label, kind, tuple(tuple(path.split(".")) for path in paths), vocabulary))


def _under(names: Iterable[str], *parents: str) -> tuple[str, ...]:
    return tuple(f"{parent}.{name}" for name in names for parent in parents)


_META, _REPORT = "sensorElementList.sensorMetadata", "sensorElementList.sensorReport"
_EPCS = {"epc": ("epcList", "childEPCs"), "parentID": ("parentID",), "inputEPC": ("inputEPCList",), "outputEPC": ("outputEPCList",)}
_CLASSES = {"epcClass": ("quantityList", "childQuantityList"), "inputEPCClass": ("inputQuantityList",)}
_CLASSES |= {"outputEPCClass": ("outputQuantityList",)}
_EPCS["anyEPC"] = tuple(name for names in _EPCS.values() for name in names)
_CLASSES["anyEPCClass"] = tuple(name for names in _CLASSES.values() for name in names)
QUANTITIES = _CLASSES["anyEPCClass"]
MEASURED = ("value", "minValue", "maxValue", "meanValue", "sDev", "percValue")  # of a sensor report, in a unit

FIXED: dict[str, Row] = {
    "eventTime": _row("eventTime", SPAN, "moment", "eventTime"),
    "recordTime": _row("recordTime", SPAN, "moment", "recordTime"),
    "action": _row("action", EQ, "text", "action"),
    "bizStep": _row("bizStep", EQ, "word", "bizStep", vocabulary="BizStep"),
    "disposition": _row("disposition", EQ, "word", "disposition", vocabulary="Disp"),
    "persistentDisposition_set": _row("set", EQ, "word", "persistentDisposition.set", vocabulary="Disp"),
    "persistentDisposition_unset": _row("unset", EQ, "word", "persistentDisposition.unset", vocabulary="Disp"),
    "readPoint": _row("readPoint", frozenset({"EQ", "WD"}), "identifier", "readPoint.id"),
    "bizLocation": _row("bizLocation", frozenset({"EQ", "WD"}), "identifier", "bizLocation.id"),
    "transformationID": _row("transformationID", EQ, "identifier", "transformationID"),
    **{name: _row("code", MATCH, "code", *lists) for name, lists in _EPCS.items()},
    **{name: _row("code", MATCH, "code", *_under(["epcClass"], *lists)) for name, lists in _CLASSES.items()},
    "quantity": _row("quantity", EQ | RANGE, "number", *_under(["quantity"], *QUANTITIES)),
    "eventID": _row("eventID", EQ, "text", "eventID"),
    "errorDeclaration": _row("errorDeclaration", THERE, "there", "errorDeclaration"),
    "errorDeclarationTime": _row("declared", SPAN, "moment", "errorDeclaration.declarationTime"),
    "errorReason": _row("reason", EQ, "word", "errorDeclaration.reason", vocabulary="ER"),
    "correctiveEventID": _row("corrective", EQ, "text", "errorDeclaration.correctiveEventIDs"),
    "sensorElementList": _row("sensorElementList", THERE, "there", "sensorElementList"),
    "time": _row("time", SPAN, "moment", *_under(["time"], _META, _REPORT)),
    "startTime": _row("startTime", SPAN, "moment", f"{_META}.startTime"),
    "endTime": _row("endTime", SPAN, "moment", f"{_META}.endTime"),
    "type": _row("measured", EQ, "word", f"{_REPORT}.type", vocabulary="voc"),
    **{name: _row(name, EQ, "identifier", *_under([name], _META, _REPORT)) for name in ("deviceID", "dataProcessingMethod", "bizRules")},
    **{name: _row(name, EQ, "identifier", f"{_REPORT}.{name}") for name in ("microorganism", "chemicalSubstance", "uriValue")},
    **{name: _row(name, EQ, "text", f"{_REPORT}.{name}") for name in ("stringValue", "hexBinaryValue", "booleanValue")},
    "percRank": _row("percRank", RANGE, "number", f"{_REPORT}.percRank"),
}
FIXED["errorDeclaration_Time"] = FIXED["errorDeclarationTime"]  # as query-schema.json spells it
EVENT_TYPE = Field("type", "identifier", (("type",),))

# name -> operators, and where the objects are that have a unit beside the number
UNITS: dict[str, tuple[frozenset[str], tuple[Path, ...]]] = {
    "quantity": (EQ | RANGE, tuple((name,) for name in QUANTITIES)),
    **{name: (EQ | RANGE if name == "value" else RANGE, (tuple(_REPORT.split(".")),)) for name in MEASURED},
}

# name -> the list, and the vocabulary of the types of its entries
PAIRS = {"bizTransaction": ("bizTransactionList", "BTT"), "source": ("sourceList", "SDT"), "destination": ("destinationList", "SDT")}


class Area(NamedTuple):
    """A part of the event that extensions stand in, and what can be asked of those in it, and of those below them."""

    path: Path
    operators: frozenset[str]
    inner: frozenset[str]


_ANY = EQ | RANGE | THERE
AREAS = {
    "ILMD_": Area(("ilmd",), _ANY, _ANY),
    "ERROR_DECLARATION_": Area(("errorDeclaration",), _ANY, _ANY),
    "SENSORELEMENT_": Area(("sensorElementList",), _ANY, EQ | RANGE),
    "SENSORMETADATA_": Area(tuple(_META.split(".")), _ANY, EQ | RANGE),
    "SENSORREPORT_": Area(tuple(_REPORT.split(".")), _ANY, EQ | RANGE),
    "readPoint_": Area(("readPoint",), EQ, EQ),
    "bizLocation_": Area(("bizLocation",), EQ, EQ),
    "": Area((), _ANY, _ANY),  # of the event itself; the last to be tried
}

# Fields whose values may have master data: of these HASATTR and EQATTR can be asked, and of any extension.
NAMED_THINGS: dict[str, Field] = {
    **{name: FIXED[name].field for name in ("readPoint", "bizLocation", "bizStep", "disposition", "transformationID")},
    "epc": FIXED["anyEPC"].field,
    "epcClass": FIXED["anyEPCClass"].field,
    **{name: Field(name, "identifier", ((place, name),)) for name, (place, _) in PAIRS.items()},
}

ACTIONS = ("ADD", "OBSERVE", "DELETE")
EVENT_TYPES = ("ObjectEvent", "AggregationEvent", "TransactionEvent", "TransformationEvent", "AssociationEvent")
CONTROLS = ("orderBy", "orderDirection", "eventCountLimit", "maxEventCount")
