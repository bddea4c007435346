"""The page after saving: what was recorded, how far it is on its way to the chain, labels to print, and the next one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from api.console.capture.places import Place, name_of
from api.console.capture.scanned import product_of, spelled
from api.console.capture.steps import HOME, RESULTS, Step
from api.console.capture.values import DOCUMENT
from api.console.event_rows import event_url, state_badge
from api.console.frame import Frame
from api.console.shown import Badge, Digest, Fact, Link, digest, link, moment
from api.console.visit import Visit
from api.console.words import ConsoleWords
from api.pages.payload import list_in, object_in, text_in
from api.pages.qr import svg
from api.routes.pages import path_of
from ledger_client.codes import ItemCode
from records.queries import RecordState

LABELS = 24  # QR codes on the page; each is a drawing
_QUANTITIES = ("quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList")


@dataclass(frozen=True, slots=True)
class Label:
    """An item to be labelled."""

    url: str  # of its public page, which the QR code holds
    text: str
    name: str
    amount: str
    qr: str  # SVG, or empty when there are too many


@dataclass(frozen=True, slots=True)
class Recorded:
    """A record as the page needs it."""

    event_id: str
    when: datetime
    event: Mapping[str, Any]  # as stored
    items: Sequence[ItemCode]
    state: RecordState


@dataclass(frozen=True, slots=True)
class SavedPage:
    """templates/console/capture/saved.html"""

    template: ClassVar[str] = "console/capture/saved.html"
    frame: Frame
    here: str
    step: str
    again: bool  # the form had been sent before; this is the one record of it
    moving: bool  # towards the chain, so that the state is asked for again
    state: Badge
    event_id: Digest
    facts: tuple[Fact, ...]
    labels: tuple[Label, ...]
    more: str
    event_url: str
    next_url: str
    next_text: str
    other_url: str


def saved_page(
    visit: Visit, step: Step, recorded: Recorded, places: Sequence[Place], products: Mapping[str, str], base: str, *, again: bool
) -> SavedPage:
    """The page; `base` is the address of this server as QR codes hold it."""
    words = visit.words
    place = name_of(text_in(object_in(recorded.event, "readPoint"), "id"), places)
    sticky = {"place": place, "people": _text(recorded, "tl:people"), "machine": _text(recorded, "tl:machine")}
    title = words.say(f"capture.step.{step.name}")
    return SavedPage(
        frame=visit.frame(words.say("capture.saved", step=title), Link(HOME, words.say("capture.title"))),
        here=visit.request.url.path,
        step=step.name,
        again=again,
        moving=recorded.state != RecordState.FINAL,
        state=state_badge(recorded.state, words),
        event_id=digest(recorded.event_id),
        facts=tuple(_facts(recorded, place, words)),
        labels=tuple(_label(code, recorded, products, base, words) for code in recorded.items[:LABELS]),
        more=words.say("capture.labels.more", count=len(recorded.items) - LABELS) if len(recorded.items) > LABELS else "",
        event_url=event_url(recorded.event_id),
        next_url=link(f"{HOME}/{step.name}", **sticky),
        next_text=words.say("capture.next", step=title),
        other_url=HOME,
    )


def _facts(recorded: Recorded, place: str, words: ConsoleWords) -> list[Fact]:
    event = recorded.event
    inspection = object_in(event, "tl:inspection")
    result = text_in(inspection, "tl:result")
    temperatures = [
        f"{report['value']} °C"
        for element in list_in(event, "sensorElementList")
        for report in list_in(element if isinstance(element, dict) else {}, "sensorReport")
        if isinstance(report, dict) and "value" in report
    ]
    deliveries = [text_in(one, "bizTransaction") for one in list_in(event, "bizTransactionList") if isinstance(one, dict)]
    told = {
        "result": words.say(f"capture.result.{result}") if result in RESULTS else result,
        "reason": text_in(inspection, "tl:reason"),
        "temperature": ", ".join(temperatures),
        "delivery": ", ".join(one.removeprefix(DOCUMENT) for one in deliveries),
        "people": _text(recorded, "tl:people"),
        "machine": _text(recorded, "tl:machine"),
        "note": _text(recorded, "tl:note"),
    }
    return [
        Fact(words.say("capture.time"), moment=moment(recorded.when, words)),
        Fact(words.say("capture.place"), place),
        *(Fact(words.say(f"capture.{name}"), text) for name, text in told.items() if text),
    ]


def _label(code: ItemCode, recorded: Recorded, products: Mapping[str, str], base: str, words: ConsoleWords) -> Label:
    path = path_of(code)
    text = spelled(code, words)
    return Label(path, text, products.get(product_of(code), ""), _amount(code.uri, recorded.event, words), svg(base + path, "QR"))


def _amount(code: str, event: Mapping[str, Any], words: ConsoleWords) -> str:
    for name in _QUANTITIES:
        for one in list_in(event, name):
            if isinstance(one, dict) and one.get("epcClass") == code and isinstance(one.get("quantity"), int | float):
                unit = str(one.get("uom", "pieces"))
                return f"{one['quantity']:,} {words.texts.get(f'capture.unit.{unit}', unit)}"
    return ""


def _text(recorded: Recorded, name: str) -> str:
    return text_in(recorded.event, name)
