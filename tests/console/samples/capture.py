"""Capture by hand: every form empty, filled with what is wrong, filled with what means harm; and what was saved."""

from __future__ import annotations

from functools import partial
from typing import Any

from api.console.capture.choose import choose_page
from api.console.capture.form import FormPage, Notice, form_page
from api.console.capture.places import Place
from api.console.capture.read import Filled, read
from api.console.capture.saved import Recorded, SavedPage, saved_page
from api.console.capture.scanned import Known, product_of
from api.console.capture.steps import STEPS, Step
from api.console.shown import Link
from api.console.visit import Visit
from ledger_client.codes import parse
from records.queries import RecordState
from tests.console.sampled import HOSTILE, NOW

LOT, SERIAL, PALLET = "(01)06901234567892(10)L260901", "(01)06901234567892(21)A1", "(00)369012340000000017"
PLACES = (Place("https://id.gs1.org/414/6901234000047", HOSTILE), Place("https://id.gs1.org/414/6901234000054", "澄露乳业 冷库"))
KNOWN = Known({"https://id.gs1.org/01/06901234567892": "清源鲜牛奶"}, frozenset({parse(LOT).uri}))
SCANNED = "\n".join([LOT, SERIAL, PALLET, SERIAL, "06901234567893", HOSTILE, "414\x1d"])
TYPED = {
    "items": SCANNED, "inputs": SCANNED, "outputs": SCANNED, "parent": LOT + "\n" + PALLET, "children": SCANNED, "place": HOSTILE,
    "time": HOSTILE, "zone": "Asia/Shanghai", "people": HOSTILE, "machine": HOSTILE, "note": HOSTILE, "reason": HOSTILE, "result": HOSTILE,
    "temperature": HOSTILE, "delivery": HOSTILE + ":", f"quantity.items.{parse(LOT).uri}": HOSTILE,
}  # fmt: skip
EVENT: dict[str, Any] = {
    "readPoint": {"id": HOSTILE}, "tl:people": HOSTILE, "tl:note": HOSTILE, "tl:inspection": {"tl:result": "fail", "tl:reason": HOSTILE},
    "bizTransactionList": [{"bizTransaction": HOSTILE}], "sensorElementList": [{"sensorReport": [{"value": 4.3}]}, HOSTILE],
    "quantityList": [{"epcClass": parse(LOT).uri, "quantity": 1200, "uom": HOSTILE}, HOSTILE],
}  # fmt: skip
FORM = "0b7c3c0e-0000-4000-8000-000000000001"


def empty(step: Step, visit: Visit) -> FormPage:
    return form_page(visit, step, Filled({"people": "王芳"}), FORM, PLACES, KNOWN)


def refused(step: Step, visit: Visit) -> FormPage:
    return form_page(visit, step, read(step, TYPED, PLACES, visit.words), FORM, PLACES, KNOWN)


def noticed(visit: Visit) -> FormPage:
    notice = Notice("warn", visit.words.say("capture.saved_before"), HOSTILE, Link("/console", HOSTILE))
    return form_page(visit, STEPS["ship"], Filled({}), FORM, PLACES, KNOWN, notice)


def saved(visit: Visit, *, again: bool = False, state: RecordState = RecordState.PENDING, many: int = 1) -> SavedPage:
    codes = [parse(LOT), parse(PALLET), *(parse(f"(01)06901234567892(21)B{number}") for number in range(many))]
    recorded = Recorded("urn:uuid:" + FORM, NOW, EVENT, codes, state)
    products = {product_of(codes[0]): HOSTILE}
    return saved_page(visit, STEPS["inspect"], recorded, PLACES, products, "https://trace.example", again=again)


PAGES = {
    "choose": choose_page,
    **{f"{step.name}_empty": partial(empty, step) for step in STEPS.values()},
    **{f"{step.name}_refused": partial(refused, step) for step in STEPS.values()},
    "saved_before": noticed,
    "saved": saved,
    "saved_again": partial(saved, again=True, state=RecordState.FINAL, many=40),
}
