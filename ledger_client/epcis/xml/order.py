"""In which order the elements of an event stand (EPCIS 2.0 XML schema); what stands in no list has no place in XML."""

from __future__ import annotations

from typing import Final

FIRST: Final = ("eventTime", "recordTime", "eventTimeZoneOffset", "eventID", "errorDeclaration", "certificationInfo")
_STEP: Final = ("action", "bizStep", "disposition", "readPoint", "bizLocation")
_WHERE: Final = ("bizStep", "disposition", "readPoint", "bizLocation", "bizTransactionList")
_PARTIES: Final = ("sourceList", "destinationList", "sensorElementList", "persistentDisposition")
EVENTS: Final[dict[str, tuple[str, ...]]] = {
    "ObjectEvent": (*FIRST, "epcList", *_STEP, "bizTransactionList", "quantityList", *_PARTIES, "ilmd"),
    "AggregationEvent": (*FIRST, "parentID", "childEPCs", *_STEP, "bizTransactionList", "childQuantityList", *_PARTIES),
    "TransactionEvent": (*FIRST, "bizTransactionList", "parentID", "epcList", *_STEP, "quantityList", *_PARTIES),
    "TransformationEvent": (
        *(*FIRST, "inputEPCList", "inputQuantityList", "outputEPCList", "outputQuantityList", "transformationID"),
        *(*_WHERE, *_PARTIES, "ilmd"),
    ),
    "AssociationEvent": (*FIRST, "parentID", "childEPCs", "childQuantityList", *_STEP, "bizTransactionList", *_PARTIES),
}
PARTS: Final[dict[str, tuple[str, ...]]] = {
    "readPoint": ("id",),
    "bizLocation": ("id",),
    "errorDeclaration": ("declarationTime", "reason", "correctiveEventIDs"),
    "ilmd": (),
    "quantityElement": ("epcClass", "quantity", "uom"),
    "persistentDisposition": ("unset", "set"),
    "sensorElement": ("sensorMetadata", "sensorReport"),
}
CLOSED: Final = frozenset({"quantityElement", "persistentDisposition"})  # hold nothing else
NEVER_EMPTY: Final = frozenset({"bizTransactionList", "sourceList", "destinationList", "sensorElementList"})  # left out instead
