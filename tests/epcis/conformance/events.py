"""The events that a run captures: every field of the standard and of an extension, several times with other values.

Codes are of the company prefix 9521321, which GS1 keeps for examples. Half of them are written as EPC URN, half as GS1 Digital Link.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from tests.epcis.conformance.codes import code

Event = dict[str, Any]
CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
EXTENSION = "https://ns.conformance.example/"
OTHER = "https://other.conformance.example/"
PREFIX = "9521321"
DAY = datetime(2026, 9, 1, 6, 0, tzinfo=UTC)


def document(*events: Event, header: dict[str, Any] | None = None) -> dict[str, Any]:
    """An EPCIS document."""
    told: dict[str, Any] = {
        "@context": [CONTEXT, {"ex": EXTENSION, "other": OTHER}],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-09-01T00:00:00Z",
        "epcisBody": {"eventList": list(events)},
    }
    return told | ({"epcisHeader": header} if header else {})


class Maker:
    """Makes the events of a run, or of one test of it: of other words, other codes."""

    def __init__(self, *words: str) -> None:
        self.name, self.made = sha256("/".join(words).encode()).hexdigest()[:10], 0  # stands in all codes; serials have 20 letters at most

    def event(self, kind: str, number: int, step: str | None = None, **fields: Any) -> Event:
        """Number `number` of the run: three hours after the one before, in one of three time zones."""
        zone = timezone(timedelta(hours=(8, 0, -5)[number % 3]))
        offset = ("+08:00", "+00:00", "-05:00")[number % 3]
        told = {
            "type": kind,
            "eventID": self.event_id(number),
            "eventTime": (DAY + timedelta(hours=3 * number)).astimezone(zone).isoformat(),
            "eventTimeZoneOffset": offset,
        }
        return told | ({"bizStep": step} if step else {}) | fields

    def event_id(self, name: object) -> str:
        """An id that no other run gives."""
        return f"urn:uuid:{uuid5(NAMESPACE_URL, f'{self.name}/{name}')}"

    def item(self, serial: object) -> str:
        """One thing."""
        return self._spelt(f"urn:epc:id:sgtin:{PREFIX}.012345.{self.name}{serial}")

    def pallet(self, serial: int) -> str:
        """A logistic unit; the run's name as a number keeps it apart from other runs'."""
        return self._spelt(f"urn:epc:id:sscc:{PREFIX}.3{int(self.name, 16) % 10**7:07}{serial:02}")

    def lot(self, name: object) -> str:
        """A class of things."""
        return self._spelt(f"urn:epc:class:lgtin:{PREFIX}.012345.{self.name}{name}")

    def place(self, number: int, extension: object = 0) -> str:
        """A place; places with an extension lie within the one without."""
        return self._spelt(f"urn:epc:id:sgln:{PREFIX}.{number:05}.{extension if extension == 0 else f'{self.name}{extension}'}")

    def uri(self, name: object) -> str:
        """Any other name."""
        return f"https://conformance.example/{self.name}/{name}"

    def _spelt(self, urn: str) -> str:
        self.made += 1
        return code(urn) if self.made % 2 else urn


def made(name: str) -> list[Event]:
    """The events of a run."""
    make = Maker(name)
    makers = (_objects, _containers, _transactions, _transformations, _sensors, _extended, _declared)
    return [event for some in makers for event in some(make)]


def _objects(make: Maker) -> list[Event]:
    return [
        make.event("ObjectEvent", 0, "commissioning", action="ADD", epcList=[make.item(1), make.item(2)], disposition="active",
                   readPoint={"id": make.place(1)}, bizLocation={"id": make.place(2)},
                   ilmd={"ex:lot": "0012", "ex:weight": 12, "ex:bestBefore": "2026-12-01T00:00:00+08:00",
                         "ex:origin": {"ex:farm": "North", "ex:height": 850.5, "ex:sown": "2026-03-01T00:00:00Z"}}),
        make.event("ObjectEvent", 1, "https://ref.gs1.org/cbv/BizStep-shipping", action="OBSERVE", epcList=[make.item(1)],
                   disposition="https://ref.gs1.org/cbv/Disp-in_transit", readPoint={"id": make.place(1, 7)},
                   bizTransactionList=[{"type": "po", "bizTransaction": make.uri("po/1")},
                                       {"type": "desadv", "bizTransaction": make.uri("da/1")}],
                   sourceList=[{"type": "owning_party", "source": make.place(5)}],
                   destinationList=[{"type": "owning_party", "destination": make.place(6)},
                                    {"type": "location", "destination": make.place(3)}]),
        make.event("ObjectEvent", 2, "receiving", action="OBSERVE", epcList=[make.item(2), make.uri("thing")], disposition="in_progress",
                   readPoint={"id": make.uri("door")}, bizLocation={"id": make.place(3)},
                   persistentDisposition={"set": ["completeness_verified"], "unset": ["completeness_inferred"]},
                   bizTransactionList=[{"type": "po", "bizTransaction": make.uri("po/2")}],
                   sourceList=[{"type": "possessing_party", "source": make.place(5)}]),
        make.event("ObjectEvent", 3, "decommissioning", action="DELETE", disposition="inactive", bizLocation={"id": make.place(2, 4)},
                   quantityList=[{"epcClass": make.lot("A"), "quantity": 3.5, "uom": "KGM"}, {"epcClass": make.lot("B"), "quantity": 200}]),
        make.event("ObjectEvent", 4, "commissioning", action="ADD",
                   quantityList=[{"epcClass": f"urn:epc:idpat:sgtin:{PREFIX}.012345.*", "quantity": 12, "uom": "LTR"}],
                   ilmd={"ex:lot": "12", "ex:weight": 9.5, "ex:bestBefore": "2026-11-01T00:00:00Z", "other:lot": "0012"}),
    ]  # fmt: skip


def _containers(make: Maker) -> list[Event]:
    return [
        make.event("AggregationEvent", 5, "packing", action="ADD", parentID=make.pallet(1), childEPCs=[make.item(1), make.item(3)],
                   childQuantityList=[{"epcClass": make.lot("A"), "quantity": 10, "uom": "KGM"}], readPoint={"id": make.place(1)}),
        make.event("AggregationEvent", 6, "unpacking", action="DELETE", parentID=make.pallet(1), childEPCs=[make.item(3)]),
        make.event("AssociationEvent", 7, "assembling", action="ADD", parentID=f"urn:epc:id:grai:{PREFIX}.12345.{make.name}",
                   childEPCs=[f"urn:epc:id:giai:{PREFIX}.{make.name}"], bizLocation={"id": make.place(2)}),
    ]  # fmt: skip


def _transactions(make: Maker) -> list[Event]:
    return [
        make.event("TransactionEvent", 8, "accepting", action="ADD", parentID=make.pallet(2), epcList=[make.item(4)],
                   quantityList=[{"epcClass": make.lot("B"), "quantity": 40, "uom": "KGM"}],
                   bizTransactionList=[{"type": "inv", "bizTransaction": make.uri("inv/1")},
                                       {"type": "po", "bizTransaction": make.uri("po/1")}]),
        make.event("TransactionEvent", 9, action="OBSERVE", epcList=[make.item(5)],
                   bizTransactionList=[{"bizTransaction": make.uri("untyped")}]),
    ]  # fmt: skip


def _transformations(make: Maker) -> list[Event]:
    return [
        make.event("TransformationEvent", 10, "commissioning", inputEPCList=[make.item(4)], outputEPCList=[make.item(6), make.item(7)],
                   inputQuantityList=[{"epcClass": make.lot("A"), "quantity": 5, "uom": "KGM"}],
                   outputQuantityList=[{"epcClass": make.lot("C"), "quantity": 4.75, "uom": "KGM"}],
                   transformationID=make.uri("mix/1"), ilmd={"ex:lot": "M1", "ex:weight": 4}),
        make.event("TransformationEvent", 11, inputQuantityList=[{"epcClass": make.lot("C")}], outputEPCList=[make.item(8)],
                   transformationID=make.uri("mix/2"), disposition="active"),
    ]  # fmt: skip


def _sensors(make: Maker) -> list[Event]:
    first = {
        "sensorMetadata": {"time": "2026-09-02T08:00:00+08:00", "deviceID": make.uri("logger/1"), "deviceMetadata": make.uri("model"),
                           "rawData": make.uri("raw"), "startTime": "2026-09-02T07:00:00+08:00", "endTime": "2026-09-02T08:00:00+08:00",
                           "dataProcessingMethod": make.uri("mean"), "bizRules": make.uri("rules/1"),
                           "ex:battery": 87, "ex:checked": "2026-08-01T00:00:00Z", "ex:seal": {"ex:number": 5, "ex:colour": "red"}},
        "sensorReport": [{"type": "Temperature", "value": 4.5, "minValue": 3.5, "maxValue": 6.25, "meanValue": 4.75, "sDev": 0.5,
                          "uom": "CEL", "percRank": 90, "percValue": 5.5, "time": "2026-09-02T07:30:00+08:00",
                          "ex:probe": 2, "ex:since": "2026-08-15T00:00:00Z", "ex:place": {"ex:shelf": 3, "ex:side": "left"}},
                         {"type": "RelativeHumidity", "value": 62, "uom": "A93", "booleanValue": False}],
        "ex:campaign": 7, "ex:ended": "2026-09-03T00:00:00Z", "ex:route": {"ex:leg": 2, "ex:by": "road"},
    }  # fmt: skip
    second = {
        "sensorMetadata": {"time": "2026-09-03T00:00:00Z", "deviceID": make.uri("logger/2"), "bizRules": make.uri("rules/2"),
                           "ex:battery": 12},
        "sensorReport": [{"type": "Temperature", "value": -18, "minValue": -21, "maxValue": -17.5, "meanValue": -19, "sDev": 1.25,
                          "uom": "CEL", "percRank": 50, "percValue": -18.5, "ex:probe": 1},
                         {"type": "https://conformance.example/voc/Count", "stringValue": "SOS", "deviceID": make.uri("logger/3"),
                          "microorganism": "https://www.ncbi.nlm.nih.gov/taxonomy/1126011",
                          "ex:place": {"ex:shelf": 9, "ex:side": "right"}},
                         {"type": "https://conformance.example/voc/Flag", "booleanValue": True, "hexBinaryValue": "F0F0",
                          "chemicalSubstance": "https://identifiers.org/inchikey:CZMRCDWAGMRECN-UGDNZRGBSA-N",
                          "dataProcessingMethod": make.uri("median"), "uriValue": make.uri("picture/1")}],
        "ex:campaign": 8, "ex:route": {"ex:leg": 5, "ex:by": "rail"},
    }  # fmt: skip
    return [
        make.event("ObjectEvent", 12, "sensor_reporting", action="OBSERVE", epcList=[make.item(1)], sensorElementList=[first]),
        make.event("ObjectEvent", 13, "sensor_reporting", action="OBSERVE", epcList=[make.item(3)], readPoint={"id": make.place(1)},
                   sensorElementList=[second]),
    ]  # fmt: skip


def _extended(make: Maker) -> list[Event]:
    return [
        make.event("ObjectEvent", 14, "inspecting", action="OBSERVE", epcList=[make.item(6)],
                   readPoint={"id": make.place(4), "ex:gate": "G7", "ex:dock": {"ex:bay": "B1"}},
                   bizLocation={"id": make.place(2), "ex:hall": "H2", "ex:zone": {"ex:aisle": "A9"}},
                   **{"ex:grade": "A", "ex:weight": 20, "ex:ripe": "2026-09-05T00:00:00+08:00", "ex:fit": True,
                      "ex:check": {"ex:by": "Lin", "ex:score": 9.5, "ex:at": "2026-09-04T00:00:00Z", "ex:deep": {"ex:floor": 3}}}),
        make.event("ObjectEvent", 15, "inspecting", action="OBSERVE", epcList=[make.item(7)],
                   readPoint={"id": make.place(4), "ex:gate": "G8", "ex:dock": {"ex:bay": "B2"}},
                   bizLocation={"id": make.place(3), "ex:hall": "H3", "ex:zone": {"ex:aisle": "A1"}},
                   **{"ex:grade": ["B", "C"], "ex:weight": 30.5, "ex:ripe": "2026-09-06T00:00:00Z", "other:grade": "A",
                      "ex:check": {"ex:by": "Wang", "ex:score": 4, "ex:at": "2026-09-05T00:00:00Z"}}),
    ]  # fmt: skip


def _declared(make: Maker) -> list[Event]:
    return [
        make.event("ObjectEvent", 16, "shipping", action="OBSERVE", epcList=[make.item(9)],
                   errorDeclaration={"declarationTime": "2026-09-10T08:00:00+08:00", "reason": "incorrect_data",
                                     "correctiveEventIDs": [make.event_id("right")],
                                     "ex:clerk": "Zhou", "ex:level": 2, "ex:seen": "2026-09-09T00:00:00Z",
                                     "ex:why": {"ex:cause": "typing", "ex:cost": 100, "ex:since": "2026-09-08T00:00:00Z"}}),
        make.event("ObjectEvent", 17, "shipping", action="OBSERVE", epcList=[make.item(10)],
                   errorDeclaration={"declarationTime": "2026-09-11T00:00:00Z", "reason": "did_not_occur",
                                     "ex:clerk": "Wu", "ex:level": 5, "ex:why": {"ex:cause": "theft", "ex:cost": 7.5}}),
    ]  # fmt: skip
