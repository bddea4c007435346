"""GET /console/trace: where a thing went, or what it was made from; GET /console/trace/file: the same as PDF, CSV or GraphML"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response, StreamingResponse
from sqlalchemy.orm import Session

from accounts.roles import Right
from api.callers import view_of
from api.console.capture.steps import CAMERA
from api.console.items import GS1
from api.console.refusals import refusal
from api.console.scan import kind_of
from api.console.search.links import search_url
from api.console.tracing.asked import Asked, asked_in
from api.console.tracing.candidates import candidates
from api.console.tracing.named import Names
from api.console.tracing.page import Wrong, printed, trace_page
from api.console.visit import Visit, visiting
from api.console.words import ConsoleWords
from api.dependencies import Db
from api.names import place_names, product_names
from api.rates import lists
from api.scanning import scanned
from indexer import queries as mirror
from ledger_client.codes import ItemCode, parse
from ledger_client.errors import InvalidCode, NotFound
from records.parts import parts
from tracing.answer import Step, Trace
from tracing.ask import trace
from tracing.files import csv_lines, graphml_lines
from tracing.narrow import narrowed

router = APIRouter()
Reading = Annotated[Visit, Depends(visiting(Right.READ), scope="function")]
MOST, MOST_IN_FILE = 20_000, 100_000  # things; the answer says where it was cut
LINES = 500  # of a file that are sent in one piece
FORMS = {"pdf": "application/pdf", "csv": "text/csv; charset=utf-8", "graphml": "application/graphml+xml"}


@router.get("/console/trace", dependencies=[Depends(lists, scope="function")])
def show_trace(db: Db, visit: Reading) -> Response:
    """The page: empty, what is wrong with the text, or the answer."""
    asked, words = asked_in(visit.request.query_params, visit.words.zone), visit.words
    found, wrong = _found(db, visit, asked)
    names = _names(db, found, words) if found else Names(words, {}, {}, {})
    meant = candidates(db, visit, asked.text, asked.direction) if wrong else ()
    answer = visit.show(trace_page(visit, asked, found, names, wrong=None if meant else wrong, candidates=meant))
    answer.headers.update(CAMERA)
    return answer


@router.get("/console/trace/file", dependencies=[Depends(lists, scope="function")])
def trace_file(db: Db, visit: Reading, form: Annotated[Literal["pdf", "csv", "graphml"], Query()]) -> Response:
    """The same as a file, whose name says whether it is complete."""
    asked = asked_in(visit.request.query_params, visit.words.zone)
    whole = _traced(db, visit, asked, MOST if form == "pdf" else MOST_IN_FILE)
    names, trace = _names(db, whole, visit.words), narrowed(whole, asked.narrow)
    known = {**names.places, **names.products}
    headers = {
        "Content-Disposition": f'attachment; filename="{_file_name(whole, narrow=trace is not whole)}.{form}"',
        "Cache-Control": "no-store",
    }
    if form == "pdf":
        return Response(printed(visit, asked, whole, names), media_type=FORMS[form], headers=headers)
    lines = (csv_lines if form == "csv" else graphml_lines)(trace, known)
    pieces = ("".join(some).encode() for some in parts(lines, LINES))
    return StreamingResponse(pieces, media_type=FORMS[form], headers=headers)


def _found(db: Session, visit: Visit, asked: Asked) -> tuple[Trace | None, Wrong | None]:
    """The trace, or what is wrong with the text; neither where nothing is asked."""
    words = visit.words
    try:
        return (_traced(db, visit, asked) if asked.text else None), None
    except InvalidCode as error:
        return None, Wrong(words.say(f"capture.line.{kind_of(error)}"), refusal(error, words), search_url(asked.text))
    except NotFound:
        return None, Wrong(words.say("trace.problem.unknown"), "", search_url(asked.text))


def _traced(db: Session, visit: Visit, asked: Asked, most: int = MOST) -> Trace:
    """InvalidCode for a text that is no code, NotFound for one that nothing is recorded under."""
    item = _item(db, visit, asked.text)
    return trace(db, item, asked.direction, view_of(db, visit.caller), most=most)


def _item(db: Session, visit: Visit, text: str) -> ItemCode:
    """Also as the console shows codes: without the address that all GS1 codes share."""
    try:
        return scanned(db, visit.acting, text).item
    except InvalidCode:
        with suppress(InvalidCode):
            return parse(f"{GS1}{text}")
        raise


def _names(db: Session, found: Trace, words: ConsoleWords) -> Names:
    said = {code for step in found.steps for code in (step.place, step.location, *_parties(step)) if code}
    products = product_names(db, [parse(code) for code in {thing.product for thing in found.things} if code], words)
    return Names(words, place_names(db, said, words), products, mirror.member_names(db))


def _parties(step: Step) -> tuple[str, ...]:
    return step.source.owner, step.source.place, step.destination.owner, step.destination.place


def _file_name(found: Trace, *, narrow: bool) -> str:
    """Any system takes it: plain characters, the start's code, the direction, and how far it goes."""
    start = next(thing.code for thing in found.things if thing.number == found.start)
    plain = re.sub(r"[^A-Za-z0-9.-]+", "_", start.removeprefix("https://id.gs1.org/")).strip("_.")[:100]
    return f"{plain}.{found.direction}.{'narrowed' if narrow else 'complete' if found.complete else 'truncated'}"
