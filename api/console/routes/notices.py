"""GET and POST /console/notices and below, and /console/recalls/{id}/notices: notices to one's own company, and those of one's own case."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.roles import Right
from api.console.notices.inbox import notices_page
from api.console.notices.of_case import DEFAULTS, MOST, CaseNoticesPage, case_notices_page
from api.console.notices.one import ROWS as UNITS
from api.console.notices.one import NoticePage, notice_page
from api.console.notices.parts import HOME, RECALLS, names_of, of_case_url
from api.console.paging import ROWS, instant, place_in
from api.console.refusals import refusal
from api.console.visit import Refilled, Visit, visiting
from api.dependencies import Db
from api.forms import Fields
from api.members_here import seen_by
from api.recalls import person_of
from api.recalls_here import own_case, seen_notice
from api.routes.notices import CaseId, NoticeId, sent, units
from ledger_client.errors import Conflict, InvalidInput
from recall.models import RecallCase
from recall.notices import answer, lists, send

router = APIRouter()
Reading = Annotated[Visit, Depends(visiting(Right.READ), scope="function")]
Holder = Annotated[Visit, Depends(visiting(Right.HOLD), scope="function")]
Answering = Annotated[Visit, Depends(visiting(Right.WRITE), scope="function")]


@router.get(HOME)
def list_notices(db: Db, visit: Reading, show: str = "") -> Response:
    """Those that wait; with `show=all` all of them, newest first."""
    member = seen_by(db, visit.acting)
    found = lists.to_member(db, member, place_in(visit.request.query_params, instant, str), ROWS, waiting=show != "all")
    cases = {one.id: one for one in db.scalars(select(RecallCase).where(RecallCase.id.in_({row.case_id for row in found.rows})))}
    names = names_of(db, found.rows, visit.words)
    return visit.show(notices_page(visit, found, cases, names, everything=show == "all", owners=member is None))


@router.get(HOME + "/{notice_id}")
def show_notice(db: Db, visit: Reading, notice_id: NoticeId) -> Response:
    """One of them, with the form that answers it."""
    return visit.show(_notice(db, visit, notice_id, {}))


@router.post(HOME + "/{notice_id}")
def answer_notice(db: Db, visit: Answering, notice_id: NoticeId, fields: Fields) -> Response:
    """Take the answer; the form again when something is wrong with it."""
    notice, case = seen_notice(db, visit.acting, notice_id)
    try:
        found = {uom: _number(fields, uom) for uom in notice.amounts}
        by = person_of(visit.acting)
        answer.acknowledge(db, notice, found, fields.get("note", ""), by, fields.get("answered_by", ""))
    except (InvalidInput, Conflict) as problem:
        status = 409 if isinstance(problem, Conflict) else 400
        raise Refilled(visit.show(_notice(db, visit, notice_id, fields, refusal(problem, visit.words)), status)) from None
    visit.acting.note(f"notice {notice.id}", case=case.number)
    return visit.go(f"{HOME}/{notice_id}", done="notices.done.answered")


@router.get(RECALLS + "/{recall_id}/notices")
def list_of_case(db: Db, visit: Reading, recall_id: CaseId) -> Response:
    """Those of a case, overdue ones first, and the form that sends more."""
    return visit.show(_of_case(db, visit, recall_id, DEFAULTS))


@router.post(RECALLS + "/{recall_id}/notices")
def send_notices(db: Db, visit: Holder, recall_id: CaseId, fields: Fields) -> Response:
    """Send them; the form again when something is wrong with it."""
    try:
        actions = [action for action in send.ACTIONS if f"action.{action}" in fields]
        hours = {name: _hours(fields, name) for name in ("due", "first", "every")}
        sent(db, visit.acting, recall_id, send.Wanted(actions, fields.get("words", ""), **hours))
    except (InvalidInput, Conflict) as problem:
        status = 409 if isinstance(problem, Conflict) else 400
        raise Refilled(visit.show(_of_case(db, visit, recall_id, fields, refusal(problem, visit.words)), status)) from None
    return visit.go(of_case_url(own_case(db, visit.acting, recall_id)), done="notices.done.sent")


def _notice(db: Session, visit: Visit, notice_id: str, fields: Mapping[str, str], problem: str = "") -> NoticePage:
    notice, case = seen_notice(db, visit.acting, notice_id)
    rows, own = units(db, notice, 0, UNITS + 1), seen_by(db, visit.acting)
    return notice_page(visit, notice, case, names_of(db, [notice], visit.words), own, rows, fields, problem, may=visit.may(Right.WRITE))


def _of_case(db: Session, visit: Visit, recall_id: str, fields: Mapping[str, str], problem: str = "") -> CaseNoticesPage:
    case = own_case(db, visit.acting, recall_id)
    found = lists.of_case(db, case.id, visit.words.now, MOST + 1)
    mine = visit.may(Right.HOLD) and seen_by(db, visit.acting) == case.member_id
    to_tell = len(send.to_tell(db, case)) if mine and case.closed_at is None else 0
    return case_notices_page(visit, case, found, names_of(db, found, visit.words), to_tell, fields, problem, may=mine)


def _number(fields: Mapping[str, str], uom: str) -> Decimal:
    text = fields.get(f"found.{uom}", "").strip()
    try:
        return Decimal(text.replace(",", ""))
    except InvalidOperation:
        raise InvalidInput(f"found.{uom}", "is no amount" if text else "is missing", "write a number; 0 if nothing is left") from None


def _hours(fields: Mapping[str, str], name: str) -> float:
    text = fields.get(name, "").strip()
    return float(text) if re.fullmatch(r"[0-9]{1,5}(\.[0-9]{1,3})?", text) else 0
