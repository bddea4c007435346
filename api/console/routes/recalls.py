"""GET and POST /console/recalls and below: cases, the form that opens one, a case with its units, what became of them, and its end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response
from sqlalchemy.orm import Session

from accounts.roles import Right
from api.callers import view_of
from api.console.notices.parts import RECALLS
from api.console.paging import ROWS, instant, place_in
from api.console.recalls import units as pages
from api.console.recalls.case import case_page
from api.console.recalls.form import NEW, case_form, cases_page
from api.console.recalls.journal import journal
from api.console.recalls.known import known
from api.console.recalls.lines import Names
from api.console.recalls.typed import moment_in, suspicion_in
from api.console.refusals import refusal
from api.console.visit import Refilled, Visit, visiting
from api.console.words import ConsoleWords
from api.dependencies import Db
from api.forms import Fields
from api.members_here import seen_by
from api.names import place_names, product_names
from api.recalls import person_of
from api.recalls_here import own_case
from api.routes.notices import CaseId
from indexer import queries as mirror
from indexer.audiences import members_of_keys
from ledger_client.codes import parse
from ledger_client.errors import Conflict, InvalidInput, NotFound
from ledger_client.sentences import sentence
from recall import cases
from recall.cases import accounting, closing, freezing, opening, units
from recall.cases.accounting import Line, Statement, balance
from recall.cases.preview import preview
from recall.drill.figures import facts
from recall.models import RecallCase
from recall.suspicion import asked

router = APIRouter()
Reading = Annotated[Visit, Depends(visiting(Right.READ), scope="function")]
Holder = Annotated[Visit, Depends(visiting(Right.HOLD), scope="function")]
Owner = Annotated[str, Query(pattern="^[0-9]{1,19}$")]
Text = Annotated[str, Query(max_length=2048)]


@router.get(RECALLS)
def list_recalls(db: Db, visit: Reading, show: str = "") -> Response:
    """Newest first; with `show=all` those that are closed among them."""
    place = place_in(visit.request.query_params, instant, str)
    found = cases.page_of(db, place, ROWS, member=seen_by(db, visit.acting), open_only=show != "all")
    return visit.show(cases_page(visit, found, mirror.member_names_by_number(db), everything=show == "all"))


@router.get(NEW)
def show_open(db: Db, visit: Holder, code: Text = "", kind: str = "recall") -> Response:
    """The form, with the code of the page that led here."""
    fields = {"codes": code, "kind": "drill" if kind == "drill" else "recall"}
    return visit.show(case_form(visit, fields, known(db, visit.words)))


@router.post(NEW)
def open_recall(db: Db, visit: Holder, fields: Fields) -> Response:
    """With `do=preview` what the suspicion finds; else the case. The form again when something is missing."""
    names, view = known(db, visit.words), view_of(db, visit.acting)
    try:
        suspicion = asked.of(suspicion_in(fields, names, visit.words.zone))
        if fields.get("do") == "preview":
            return visit.show(case_form(visit, fields, names, preview(db, suspicion, view)))
        grade = int(grade) if (grade := fields.get("grade", "2")).isascii() and grade.isdigit() and len(grade) == 1 else 0
        aware = moment_in(fields, "aware", visit.words.zone)
        wanted = opening.Wanted(fields.get("title", ""), fields.get("reason", ""), suspicion, fields.get("kind", "recall"), grade, aware)
        case = opening.open_case(db, wanted, person_of(visit.acting), view)
    except InvalidInput as problem:
        raise Refilled(visit.show(case_form(visit, fields, names, problem=refusal(problem, visit.words)), 400)) from None
    visit.acting.note(case.code, number=case.number, units=case.units)
    return visit.go(f"{RECALLS}/{case.id}", done="recalls.done.opened")


@router.get(RECALLS + "/{recall_id}")
def show_recall(db: Db, visit: Reading, recall_id: CaseId) -> Response:
    """The case."""
    case = own_case(db, visit.acting, recall_id)
    lines = balance(db, case)
    names, acts = _names(db, lines, visit.words), journal(db, case, visit.words)
    return visit.show(
        case_page(
            visit, case, lines, names, acts, held=freezing.held(db, case), waiting=freezing.waiting(db, case), may=_may(db, visit, case)
        )
    )


@router.get(RECALLS + "/{recall_id}/units")
def show_units(
    db: Db, visit: Reading, recall_id: CaseId, owner: str = "", state: str = "", after: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0
) -> Response:
    """The list behind it, of all owners or of one, in any state or in one."""
    case, words = own_case(db, visit.acting, recall_id), visit.words
    key = int(owner) if owner.isascii() and owner.isdigit() and len(owner) < 19 else None
    state = state if state in pages.STATES else ""
    rows = units.page_of(db, case, after, pages.ROWS + 1, owner=key, state=state)
    places = units.names(db, {row.place_key: row.place_record for row in rows if row.place_record})
    owners = units.names(db, {row.owner_key: row.owner_record for row in rows if row.owner_record})
    named = place_names(db, [*places.values(), *owners.values()], words)
    products = product_names(db, [parse(code) for code in {row.product for row in rows} if code], words)
    names = Names(words, mirror.member_names_by_number(db), named, products)
    told = {number: named.get(code, code) for number, code in places.items()}
    shown = pages.units_page(visit, case, rows, told, owners, names, owner="" if key is None else owner, state=state)
    return visit.show(shown)


@router.post(RECALLS + "/{recall_id}/refresh")
def refresh_recall(db: Db, visit: Holder, recall_id: CaseId) -> Response:
    """Walk again."""
    case = opening.refresh(db, own_case(db, visit.acting, recall_id).id, person_of(visit.acting), view_of(db, visit.acting))
    visit.acting.note(case.code, number=case.number, fresh=case.fresh)
    return visit.go(f"{RECALLS}/{case.id}", done="recalls.done.refreshed")


@router.post(RECALLS + "/{recall_id}/freeze")
def freeze_recall(db: Db, visit: Holder, recall_id: CaseId) -> Response:
    """Hold everything."""
    case = own_case(db, visit.acting, recall_id)
    held = freezing.freeze(db, case.id, person_of(visit.acting))
    visit.acting.note(case.code, number=case.number, held=held)
    done = "timed" if case.kind == "drill" else "freezing" if case.moving else "frozen"
    return visit.go(f"{RECALLS}/{case.id}", done=f"recalls.done.{done}")


@router.get(RECALLS + "/{recall_id}/account")
def show_account(db: Db, visit: Holder, recall_id: CaseId, owner: Owner, product: Text = "", uom: Text = "") -> Response:
    """The form for one line of the case."""
    case = _open(own_case(db, visit.acting, recall_id))
    line = _line(balance(db, case), owner, product, uom)
    return visit.show(pages.account_form(visit, case, line, _names(db, [line], visit.words), {}))


@router.post(RECALLS + "/{recall_id}/account")
def state_account(db: Db, visit: Holder, recall_id: CaseId, fields: Fields, owner: Owner, product: Text = "", uom: Text = "") -> Response:
    """Write down what became of it; the form again when something is wrong."""
    case = own_case(db, visit.acting, recall_id)
    line = _line(balance(db, case), owner, product, uom)
    try:
        said = Statement(
            line.key, product, uom, fields.get("outcome", ""), _quantity(fields.get("quantity", "")), fields.get("note", "").strip()
        )
        accounting.state(db, case.id, said, person_of(visit.acting))
    except InvalidInput as problem:
        form = pages.account_form(visit, case, line, _names(db, [line], visit.words), fields, refusal(problem, visit.words))
        raise Refilled(visit.show(form, 400)) from None
    visit.acting.note(case.code, number=case.number, outcome=said.outcome, quantity=said.quantity)
    return visit.go(f"{RECALLS}/{case.id}", done="recalls.done.accounted")


@router.get(RECALLS + "/{recall_id}/close")
def show_close(db: Db, visit: Holder, recall_id: CaseId) -> Response:
    """The form that ends a case."""
    case = _open(own_case(db, visit.acting, recall_id))
    return visit.show(pages.close_form(visit, case, balance(db, case), {}))


@router.post(RECALLS + "/{recall_id}/close")
def close_recall(db: Db, visit: Holder, recall_id: CaseId, fields: Fields) -> Response:
    """End it; the form again when something is missing."""
    case, release = own_case(db, visit.acting, recall_id), fields.get("holds", "release") == "release"
    conclusion, remainder = fields.get("conclusion", ""), fields.get("remainder", "")
    try:
        closing.close(db, case.id, conclusion, person_of(visit.acting), release=release, remainder=remainder, facts=facts(db, case))
    except InvalidInput as problem:
        form = pages.close_form(visit, case, balance(db, case), fields, refusal(problem, visit.words))
        raise Refilled(visit.show(form, 400)) from None
    visit.acting.note(case.code, number=case.number, release=release)
    return visit.go(f"{RECALLS}/{case.id}", done="recalls.done.closed")


def _may(db: Session, visit: Visit, case: RecallCase) -> bool:
    signer = visit.caller.signer if visit.caller else None
    return visit.may(Right.HOLD) and signer is not None and members_of_keys(db).get(signer) == case.member_id


def _open(case: RecallCase) -> RecallCase:
    """The same; Conflict where it is closed and takes no form any more."""
    if case.closed_at is not None:
        raise Conflict(sentence("{number} was closed already, by {name}", number=case.number, name=case.closed_name or ""))
    return case


def _line(lines: Iterable[Line], owner: str, product: str, uom: str) -> Line:
    found = next((one for one in lines if (str(one.key), one.product, one.uom) == (owner, product, uom)), None)
    if found is None:
        raise NotFound("the case has no such line")
    return found


def _names(db: Session, lines: Sequence[Line], words: ConsoleWords) -> Names:
    parties = place_names(db, {line.party for line in lines if line.party}, words)
    products = product_names(db, [parse(code) for code in {line.product for line in lines} if code], words)
    return Names(words, mirror.member_names_by_number(db), parties, products)


def _quantity(text: str) -> float:
    try:
        return float(text.replace(",", "").strip())
    except ValueError:
        raise InvalidInput("quantity", "is no number", "write it like 12.5") from None
