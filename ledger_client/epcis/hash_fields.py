"""The standard fields in the order in which the event hash writes them (docs/event-hash.md rules 3 to 6)."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

Kind = Literal["leaf", "time", "codes", "quantities", "pairs", "parent", "sensors"]


class Field(NamedTuple):
    """One field: its name, how it is written, the fields inside it, the vocabulary of its bare words, the names of the fields inside."""

    name: str
    kind: Kind
    fields: tuple[Field, ...] = ()
    words: str = ""
    names: frozenset[str] = frozenset()


def _leaves(*names: str) -> tuple[Field, ...]:
    return tuple(Field(name, "time" if name in ("time", "startTime", "endTime") else "leaf") for name in names)


def _parent(name: str, *fields: Field) -> Field:
    return Field(name, "parent", fields, names=frozenset(field.name for field in fields))


_QUANTITY = _leaves("epcClass", "quantity", "uom")
SENSOR_METADATA: Final = _parent(
    "sensorMetadata",
    *_leaves("time", "startTime", "endTime", "deviceID", "deviceMetadata", "rawData", "dataProcessingMethod", "bizRules"),
)
SENSOR_REPORT: Final = _parent(
    "sensorReport",
    Field("type", "leaf", words="voc"),
    Field("exception", "leaf", words="voc"),
    *_leaves("deviceID", "deviceMetadata", "rawData", "dataProcessingMethod", "time", "microorganism", "chemicalSubstance", "value"),
    Field("component", "leaf", words="Comp"),
    *_leaves("stringValue", "booleanValue", "hexBinaryValue", "uriValue"),
    *_leaves("minValue", "maxValue", "meanValue", "sDev", "percRank", "percValue", "uom", "coordinateReferenceSystem"),
)
FIELDS: Final = (
    Field("eventTime", "time"),
    Field("eventTimeZoneOffset", "leaf"),
    Field("epcList", "codes"),
    Field("parentID", "leaf"),
    Field("inputEPCList", "codes"),
    Field("childEPCs", "codes"),
    Field("quantityList", "quantities", _QUANTITY),
    Field("childQuantityList", "quantities", _QUANTITY),
    Field("inputQuantityList", "quantities", _QUANTITY),
    Field("outputEPCList", "codes"),
    Field("outputQuantityList", "quantities", _QUANTITY),
    Field("action", "leaf"),
    Field("transformationID", "leaf"),
    Field("bizStep", "leaf", words="BizStep"),
    Field("disposition", "leaf", words="Disp"),
    _parent("persistentDisposition", Field("set", "leaf", words="Disp"), Field("unset", "leaf", words="Disp")),
    _parent("readPoint", *_leaves("id")),
    _parent("bizLocation", *_leaves("id")),
    Field("bizTransactionList", "pairs", (Field("type", "leaf", words="BTT"), *_leaves("bizTransaction"))),
    Field("sourceList", "pairs", (Field("type", "leaf", words="SDT"), *_leaves("source"))),
    Field("destinationList", "pairs", (Field("type", "leaf", words="SDT"), *_leaves("destination"))),
    Field("sensorElementList", "sensors"),
)
IGNORED: Final = frozenset({"type", "@context", "recordTime", "eventID", "errorDeclaration", "certificationInfo"})
COMMENTS: Final = frozenset({"comment", "rdfs:comment"})
