"""/console/capture: the forms, what their lines were understood as, saving, and what was saved."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Annotated
from urllib.parse import quote, unquote

import orjson
from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.roles import Right
from api.console.capture.choose import choose_page
from api.console.capture.event import event_id_of, event_of
from api.console.capture.form import Notice, form_page
from api.console.capture.lines import codes_in
from api.console.capture.places import places
from api.console.capture.read import Filled, read, read_codes
from api.console.capture.saved import Recorded, saved_page
from api.console.capture.scanned import Known, LinesPart, codes_field, product_of
from api.console.capture.steps import CAMERA, HOME, STEPS, Step
from api.console.refusals import refusal
from api.console.render import render
from api.console.shown import Link
from api.console.visit import Refilled, Visit, visiting
from api.dependencies import Configured, Db
from api.forms import Fields
from api.names import attributes_of
from api.pages.product import NAME_ATTRIBUTES
from api.scanning import rules_of
from ledger_client.codes import ItemCode, parse
from ledger_client.errors import Conflict, InvalidInput, NotFound
from ledger_client.sentences import sentence
from recall.gate import gate
from records import capture as capturing
from records import contents, queries
from records.models import Outcome, Record, RecordItem
from records.queries import RecordState
from records.store import Stored

router = APIRouter()
Writing = Annotated[Visit, Depends(visiting(Right.WRITE), scope="function")]
PLACE = "traceledger_place"  # the cookie that keeps the last place on this device
_KEPT = timedelta(days=365)
_FORM = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@router.get(HOME)
def choose_form(visit: Writing) -> Response:
    """All forms."""
    return visit.show(choose_page(visit))


@router.get(HOME + "/saved/{form}")
def show_saved(request: Request, form: str, db: Db, visit: Writing, settings: Configured, step: str = "", again: str = "") -> Response:
    """What a form became."""
    record = _earlier(db, visit, form)
    if record is None:
        raise NotFound(sentence("form {form}: nothing of yours is recorded from it", form=form[:40]))
    codes = [parse(code) for code in queries.items_of_record(db, record.id)]
    state = queries.states(db, [record.id]).get(record.id, RecordState.PENDING)
    recorded = Recorded(record.event_id, record.event_time, contents.opened(db, [record])[record.id].event() or {}, codes, state)
    base = settings.public_url or str(request.base_url).rstrip("/")
    known = places(db, visit.acting.signs_with, visit.words)
    return visit.show(saved_page(visit, _step(step), recorded, known, _products(db, codes, visit), base, again=bool(again)))


@router.get(HOME + "/{step}")
def show_form(request: Request, step: str, db: Db, visit: Writing) -> Response:
    """An empty form, with what its link brings along; the place is remembered, and whoever is signed in did it."""
    typed = {"place": unquote(request.cookies.get(PLACE, "")), "people": visit.acting.display_name, **request.query_params}
    return _shown(db, visit, _step(step), Filled(typed, rules_of(db, visit.acting)), str(uuid.uuid4()))


@router.post(HOME + "/{step}")
def save_form(step: str, db: Db, visit: Writing, fields: Fields) -> Response:
    """Save the event, or show the form again with what is wrong; a form that was saved before is told so."""
    wanted, form, judged = _step(step), fields.get("form", ""), fields.get("judge", "")
    if not _FORM.fullmatch(form):
        raise InvalidInput("form", "is no form's id", "open the form anew")
    if judged:
        raise Refilled(_judged(db, visit, wanted, fields, judged))
    filled = read(wanted, fields, places(db, visit.acting.signs_with, visit.words), visit.words, rules_of(db, visit.acting))
    if filled.problems:
        raise Refilled(_shown(db, visit, wanted, filled, form, status=400))
    try:
        stored = _store(db, visit, wanted, filled, form)
    except Conflict:
        raise Refilled(_shown(db, visit, wanted, filled, str(uuid.uuid4()), _saved_before(visit, wanted, form), 409)) from None
    except InvalidInput as error:
        raise Refilled(
            _shown(db, visit, wanted, filled, form, Notice("bad", visit.words.say("capture.invalid"), refusal(error, visit.words)), 400)
        ) from None
    again = stored.outcome == Outcome.DUPLICATE
    visit.acting.note(event_id_of(form), outcome=stored.outcome.value, record=stored.record_id, form=wanted.name)
    answer = visit.go(f"{HOME}/saved/{form}?step={wanted.name}" + ("&again=1" if again else ""))
    answer.set_cookie(
        PLACE,
        quote(filled.text("place")[:500]),
        max_age=int(_KEPT.total_seconds()),
        path=HOME,
        httponly=True,
        samesite="lax",
        secure=visit.request.url.scheme == "https",
    )
    return answer


def _store(db: Session, visit: Visit, step: Step, filled: Filled, form: str) -> Stored:
    """Store the form's event. When it is sent again, "now" is still the moment of the first time: so both are the same event."""
    signer = visit.acting.signs_with

    def store(when: datetime) -> Stored:
        event = orjson.dumps(event_of(step, filled, form, filled.when or when))
        return capturing.store_event(db, signer, event, gate)[0]

    earlier = _earlier(db, visit, form)
    try:
        return store(earlier.event_time if earlier else visit.words.now.replace(microsecond=0))
    except Conflict:
        first = _earlier(db, visit, form)
        if first is None or earlier is not None:
            raise
        return store(first.event_time)  # the same form came twice at once


def _earlier(db: Session, visit: Visit, form: str) -> Record | None:
    """What this form was recorded as before."""
    rows = queries.records_of_event(db, event_id_of(form))
    return next((row for row in rows if row.signer == visit.acting.signs_with and row.original), None)


def _shown(db: Session, visit: Visit, step: Step, filled: Filled, form: str, notice: Notice | None = None, status: int = 200) -> Response:
    """The form as a page."""
    if status == 200:
        for codes in step.codes:
            if filled.text(codes.name):  # a link brought codes along
                read_codes(filled, codes, visit.words)
    known = _known(db, filled, visit)
    page = form_page(visit, step, filled, form, places(db, visit.acting.signs_with, visit.words), known, notice)
    answer = visit.show(page, status)
    answer.headers.update(CAMERA)
    return answer


def _judged(db: Session, visit: Visit, step: Step, fields: Mapping[str, str], name: str) -> Response:
    """The lines of one field, for the page that is open."""
    codes = next((one for one in step.codes if one.name == name), None)
    if codes is None:
        raise NotFound(sentence("this form has no field {name}", name=name[:40]))
    filled = Filled(fields, rules_of(db, visit.acting))
    read_codes(filled, codes, visit.words)
    field = codes_field(step, codes, filled, _known(db, filled, visit), visit.words)
    return HTMLResponse(render(LinesPart(visit.frame(""), field)), headers={"Cache-Control": "no-store"})


def _known(db: Session, filled: Filled, visit: Visit) -> Known:
    """What is known of the codes in a form."""
    codes = [code for lines in filled.lines.values() for code in codes_in(lines)]
    ids = {code.item_id: code.uri for code in codes}
    found = db.scalars(select(RecordItem.item_id).where(RecordItem.item_id.in_(list(ids))).distinct()) if ids else ()
    return Known(_products(db, codes, visit), frozenset(ids[item] for item in found))


def _products(db: Session, codes: Iterable[ItemCode], visit: Visit) -> dict[str, str]:
    """Product -> its name, from master data."""
    known = attributes_of(db, {product_of(code) for code in codes})
    named = {code: next((text for name in NAME_ATTRIBUTES if (text := visit.words.stated(told, name))), "") for code, told in known.items()}
    return {code: name for code, name in named.items() if name}


def _saved_before(visit: Visit, step: Step, form: str) -> Notice:
    there = Link(f"{HOME}/saved/{form}?step={step.name}", visit.words.say("capture.saved_before.link"))
    return Notice("warn", visit.words.say("capture.saved_before"), link=there)


def _step(name: str) -> Step:
    if name not in STEPS:
        raise NotFound(sentence("there is no form {name}", name=name[:40]))
    return STEPS[name]
