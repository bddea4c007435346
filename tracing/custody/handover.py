"""The events by which goods leave one hand and come into another: opened from their records, cut to what an asker may see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from ledger_client.codes import canonical
from ledger_client.epcis.vocabulary import bare_word, term
from ledger_client.errors import InvalidCode
from ledger_client.units import measure
from records import contents
from records.audiences import View
from records.parts import parts
from tracing.answer import Party
from tracing.read import Row, Said
from tracing.steps import party, place_id

SENDING, VOIDING = "shipping", "void_shipping"  # CBV 2.0 7.1
RECEIVING, ACCEPTING = "receiving", "accepting"
STEPS = frozenset({SENDING, VOIDING, RECEIVING, ACCEPTING})
AT_ONCE = 5_000  # records
NOBODY = Party()


@dataclass(frozen=True, slots=True)
class Handover:
    """A shipping or a receiving. Of one that was not opened, or whose members do not show it, the fields with a default are empty."""

    record: int
    event_id: str
    time: datetime
    step: str
    signer: bytes
    place: str = ""  # readPoint, else bizLocation, as the event writes it
    places: frozenset[str] = frozenset()  # both, canonical
    source: Party = NOBODY
    destination: Party = NOBODY
    papers: frozenset[str] = frozenset()  # despatch advices (CBV 2.0 7.3 desadv)
    temperature: tuple[float, float] | None = None  # least and most, degrees Celsius
    disposition: str = ""


@dataclass(frozen=True, slots=True)
class Leg:
    """One thing in a handover, and how much of it, in the base unit of `kind`; a single thing is one piece."""

    handover: Handover
    thing: int
    amount: Decimal
    kind: str
    single: bool = False

    @property
    def step(self) -> str:
        """shipping, receiving …"""
        return self.handover.step


def hands_over(said: Said) -> bool:
    """Whether an event is one of those."""
    return said.step in STEPS and said.type == "ObjectEvent" and not said.declared


def plain(said: Said) -> Handover:
    """What is known of it without opening its record."""
    return Handover(said.record, said.event_id, said.time, said.step, said.signer)


def leg(handover: Handover, row: Row) -> Leg:
    """A row of it."""
    told = measure(1 if row.quantity is None else row.quantity, row.uom)
    return Leg(handover, row.thing, told.amount, told.kind, row.quantity is None)


def opened(session: Session, said: Iterable[Said], view: View) -> dict[int, Handover]:
    """Record number -> the handover, of all of them."""
    known = {one.record: one for one in said}
    found: dict[int, Handover] = {}
    for some in parts(known, AT_ONCE):
        for number, (_, content) in contents.of_numbers(session, some).items():
            event = content.event()
            found[number] = _told(known[number], view.shown(content.signer, event) if event else {})
    return found


def same_code(text: str) -> str:
    """A place's or party's code by which spellings are compared."""
    try:
        return canonical(text)
    except InvalidCode:
        return text


def _told(said: Said, event: Mapping[str, Any]) -> Handover:
    here = [place for name in ("readPoint", "bizLocation") if (place := place_id(event.get(name)))]
    return Handover(
        said.record,
        said.event_id,
        said.time,
        said.step,
        said.signer,
        here[0] if here else "",
        frozenset(map(same_code, here)),
        party(event.get("sourceList"), "source"),
        party(event.get("destinationList"), "destination"),
        frozenset(_papers(event.get("bizTransactionList"))),
        _temperature(event.get("sensorElementList")),
        term(str(event.get("disposition") or ""), "Disp"),
    )


def _papers(listed: object) -> Iterable[str]:
    for one in listed if isinstance(listed, list) else ():
        if isinstance(one, dict) and bare_word(str(one.get("type", "")), "BTT") == "desadv":
            yield str(one.get("bizTransaction", ""))


def _temperature(elements: object) -> tuple[float, float] | None:
    """Over all reports in degrees Celsius that say so."""
    reports = [
        report
        for element in (elements if isinstance(elements, list) else ())
        if isinstance(element, dict)
        for report in element.get("sensorReport") or ()
        if isinstance(report, dict) and report.get("uom") == "CEL"
    ]
    values = [float(report[name]) for report in reports for name in ("value", "minValue", "maxValue") if _is_number(report.get(name))]
    return (min(values), max(values)) if values else None


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
