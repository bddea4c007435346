"""The six forms as data: which event each makes (EPCIS 2.0 type, CBV 2.0 step and disposition) and which fields it asks for."""

from __future__ import annotations

from dataclasses import dataclass

HOME = "/console/capture"
CAMERA = {"Permissions-Policy": "camera=(self), microphone=(), geolocation=()"}  # of pages that scan
LONG, SHORT = 1000, 200  # characters of a note, of any other text


@dataclass(frozen=True, slots=True)
class Codes:
    """A field of scanned codes and the event's properties that they become: serial items in one, lots with quantities in the other."""

    name: str  # its texts are capture.codes.<name>
    serials: str
    lots: str = ""  # empty: lots are not taken here
    many: bool = True


@dataclass(frozen=True, slots=True)
class Step:
    """One form. Its texts are `capture.step.<name>` and `.lead`."""

    name: str
    icon: str
    event_type: str
    action: str  # empty: events of this type have none
    biz_step: str
    disposition: str  # empty: the field `result` says it
    codes: tuple[Codes, ...]
    asks: tuple[str, ...]  # beside codes, place, time, people and note: delivery, temperature, machine, result
    stays: bool = True  # the goods are at the place afterwards (bizLocation)
    step_of_serials: str = ""  # what the step is called when serial items come out of it


_ITEMS = Codes("items", "epcList", "quantityList")
_INPUTS = Codes("inputs", "inputEPCList", "inputQuantityList")
_OUTPUTS = Codes("outputs", "outputEPCList", "outputQuantityList")
_PARENT = Codes("parent", "parentID", many=False)
_CHILDREN = Codes("children", "childEPCs", "childQuantityList")

STEPS = {
    step.name: step
    for step in (
        Step("receive", "package-import", "ObjectEvent", "OBSERVE", "receiving", "in_progress", (_ITEMS,), ("delivery", "temperature")),
        Step(
            "transform",
            "transform",
            "TransformationEvent",
            "",
            "creating_class_instance",
            "active",
            (_INPUTS, _OUTPUTS),
            ("machine", "temperature"),
            step_of_serials="commissioning",
        ),
        Step("inspect", "clipboard-check", "ObjectEvent", "OBSERVE", "inspecting", "", (_ITEMS,), ("result", "temperature", "machine")),
        Step("pack", "package", "AggregationEvent", "ADD", "packing", "in_progress", (_PARENT, _CHILDREN), ("machine",)),
        Step(
            "ship",
            "truck-delivery",
            "ObjectEvent",
            "OBSERVE",
            "shipping",
            "in_transit",
            (_ITEMS,),
            ("delivery", "temperature"),
            stays=False,
        ),
        Step(
            "shop",
            "building-store",
            "ObjectEvent",
            "OBSERVE",
            "receiving",
            "sellable_not_accessible",
            (_ITEMS,),
            ("delivery", "temperature"),
        ),
    )
}
RESULTS = {"pass": "conformant", "fail": "non_conformant"}  # of an inspection -> disposition
UNITS = ("", "KGM", "GRM", "TNE", "LTR", "MLT", "MTR", "CS", "PX")  # UN/ECE Recommendation 20 and 21; empty: pieces, which carry none
