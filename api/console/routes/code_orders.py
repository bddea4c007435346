"""GET and POST /console/codes/orders and /console/codes/look-up: orders, ranges, and the life of one code."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi import Path as InPath
from fastapi.responses import Response
from sqlalchemy.orm import Session

from accounts.roles import Right
from api.codes import today
from api.console.codes.code import code_page, look_up_page
from api.console.codes.orders import NewOrderPage, OrderPage, new_order_page, order_page, orders_page
from api.console.codes.parts import code_url, order_url
from api.console.paging import ROWS
from api.console.refusals import refusal
from api.console.shown import Link
from api.console.visit import Refilled, Visit, visiting
from api.dependencies import Db
from api.forms import Fields
from api.members_here import member_of, seen_by
from api.uploads import Uploaded
from exchange.imports.code_files import codes_in
from issuing import export, orders, returned, rules, states
from issuing.models import CodeOrder, CodeState, Purpose
from issuing.orders import Wanted
from issuing.segments import NAMED
from ledger_client.codes import canonical
from ledger_client.errors import Conflict, InvalidInput, NotFound
from ledger_client.sentences import sentence

router = APIRouter()
Reading = Annotated[Visit, Depends(visiting(Right.READ), scope="function")]
Issuing = Annotated[Visit, Depends(visiting(Right.ISSUE), scope="function")]
Number = Annotated[int, InPath(ge=1, le=2**62)]
Place = Annotated[int | None, Query(ge=1, le=2**62)]
EXAMPLES = 5


@router.get("/console/codes/orders")
def list_orders(db: Db, visit: Reading, purpose: str = "", before: Place = None) -> Response:
    """Orders and ranges, newest first."""
    chosen = Purpose(purpose) if purpose in tuple(Purpose) else None
    found = orders.listed(db, seen_by(db, visit.acting), chosen, None, before, ROWS + 1)
    names = {row.id: row.name for row in rules.listed(db)}
    may = visit.may(Right.ISSUE)
    return visit.show(orders_page(visit, found[:ROWS], names, chosen, first=before is None, more=len(found) > ROWS, may_order=may))


@router.get("/console/codes/orders/new")
def new_order(request: Request, db: Db, visit: Issuing) -> Response:
    """The form; its key makes of a form that is sent twice one order."""
    typed = {"key": str(uuid.uuid4()), "day": today().isoformat()} | dict(request.query_params)
    return visit.show(_form(db, visit, typed))


@router.post("/console/codes/orders/new")
def order_codes(db: Db, visit: Issuing, fields: Fields) -> Response:
    """An order, or the form again with what is wrong with it."""
    caller = visit.acting
    try:
        order, _ = orders.place(db, member_of(db, caller), _wanted(fields), caller.display_name or caller.name)
    except (InvalidInput, Conflict, NotFound) as problem:
        status = 400 if isinstance(problem, InvalidInput) else 409
        raise Refilled(visit.show(_form(db, visit, fields, refusal(problem, visit.words)), status)) from None
    caller.note(f"order {order.id}", rule=order.rule_id, quantity=order.quantity, key=order.key)
    return visit.go(order_url(order.id), done="codes.done.ordered")


@router.get("/console/codes/orders/{order_id}")
def show_order(db: Db, visit: Reading, order_id: Number) -> Response:
    """One order, read again while it is being made."""
    return visit.show(_order(db, visit, orders.one(db, order_id, seen_by(db, visit.acting))))


@router.post("/console/codes/orders/{order_id}")
def move_order(db: Db, visit: Issuing, order_id: Number, fields: Fields) -> Response:
    """What became of all its codes, or of those that are listed."""
    caller = visit.acting
    member = member_of(db, caller)
    order, by, reason = orders.one(db, order_id, member), caller.display_name or caller.name, fields.get("reason", "")
    try:
        state = _state(fields)
        if "codes" in fields:
            codes = [canonical(line) for line in fields["codes"].split("\n") if line.strip()]
            states.move(db, codes, state, by, reason, member_id=member, order=order.id)
        else:
            states.move_order(db, order, state, by, reason)
    except (InvalidInput, Conflict, NotFound) as problem:
        status = 400 if isinstance(problem, InvalidInput) else 409
        raise Refilled(visit.show(_order(db, visit, orders.one(db, order_id), refusal(problem, visit.words)), status)) from None
    caller.note(f"order {order.id}", state=str(state), reason=reason)
    return visit.go(order_url(order.id), done="codes.done.moved")


@router.post("/console/codes/orders/{order_id}/used")
def take_used(db: Db, visit: Issuing, order_id: Number, upload: Uploaded) -> Response:
    """The file that a co-packer or an offline line gives back: its codes are applied."""
    caller = visit.acting
    order = orders.one(db, order_id, member_of(db, caller))
    try:
        moved = returned.take(db, order, codes_in(upload.content), caller.display_name or caller.name, upload.file_name[:200])
    except (InvalidInput, Conflict, NotFound) as problem:
        status = 400 if isinstance(problem, InvalidInput) else 409
        raise Refilled(visit.show(_order(db, visit, orders.one(db, order_id), refusal(problem, visit.words)), status)) from None
    caller.note(f"order {order.id}", codes=moved, file=upload.file_name[:200])
    return visit.go(order_url(order.id), done="codes.done.used")


@router.get("/console/codes/look-up")
def look_up(db: Db, visit: Reading, code: Annotated[str, Query(max_length=2048)] = "") -> Response:
    """A code in any spelling."""
    if not code.strip():
        return visit.show(look_up_page(visit))
    return _code(db, visit, code, seen_by(db, visit.acting))


@router.post("/console/codes/look-up")
def move_codes(db: Db, visit: Issuing, fields: Fields) -> Response:
    """What became of this one."""
    caller, given, reason = visit.acting, fields.get("code", "")[:2048], fields.get("reason", "")
    member = member_of(db, caller)
    try:
        state, code = _state(fields), canonical(given)
        states.move(db, [code], state, caller.display_name or caller.name, reason, member_id=member)
    except (InvalidInput, Conflict, NotFound) as problem:
        raise Refilled(
            _code(db, visit, given, member, refusal(problem, visit.words), 400 if isinstance(problem, InvalidInput) else 409)
        ) from None
    caller.note(code, state=str(state), reason=reason)
    return visit.go(code_url(code), done="codes.done.moved")


def _form(db: Session, visit: Visit, typed: Mapping[str, str], wrong: str = "") -> NewOrderPage:
    listed = rules.listed(db, member_of(db, visit.acting))
    chosen = next((row for row in listed if str(row.id) == typed.get("rule", "")), listed[0] if listed else None)
    return new_order_page(visit, listed, chosen, rules.newest(db, chosen) if chosen else None, typed, wrong)


def _wanted(fields: Mapping[str, str]) -> Wanted:
    rule, quantity = (fields.get(name, "").replace(",", "").strip() for name in ("rule", "quantity"))
    for name, text in (("rule", rule), ("quantity", quantity)):
        if not (text.isascii() and text.isdigit() and len(text) < 18):
            raise InvalidInput(name, sentence("{text!r} is no whole number", text=text[:40]), "give one")
    purpose = Purpose.RANGE if fields.get("purpose") == Purpose.RANGE else Purpose.OWN
    names = {str(kind): fields[f"name.{kind}"].strip() for kind in NAMED if f"name.{kind}" in fields}
    holder = fields.get("holder", "") if purpose == Purpose.RANGE else ""
    return Wanted(
        int(rule), int(quantity), fields.get("key", ""), purpose, holder, _day(fields.get("day", "")), names, fields.get("note", "")
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError:
        raise InvalidInput("day", sentence("{text!r} is no date", text=text[:40]), "write it like 2026-11-26") from None


def _state(fields: Mapping[str, str]) -> CodeState:
    text = fields.get("state", "")
    if text not in tuple(CodeState):
        raise InvalidInput(
            "state", sentence("{text!r} is not known", text=text[:40]), sentence("use {known}", known=", ".join(states.BY_HAND))
        )
    return CodeState(text)


def _order(db: Session, visit: Visit, order: CodeOrder, wrong: str = "") -> OrderPage:
    examples = [Link(code_url(line.code), line.printed) for line in export.lines(db, order, limit=EXAMPLES)]
    may = visit.may(Right.ISSUE)
    return order_page(visit, order, rules.one(db, order.rule_id), states.counts(db, order), examples, may_issue=may, wrong=wrong)


def _code(db: Session, visit: Visit, given: str, member: int | None, problem: str = "", status: int = 200) -> Response:
    try:
        found = states.find(db, canonical(given), member)
    except (InvalidInput, NotFound) as missing:
        return visit.show(look_up_page(visit, given, problem or str(missing)), status if problem else 404)
    printed = export.printed(rules.said(rules.version(db, found.order.rule_id, found.order.version)), found.row.code)
    rule, life = rules.one(db, found.order.rule_id), states.history(db, found)
    return visit.show(code_page(visit, found, printed, rule, life, may_issue=visit.may(Right.ISSUE), problem=problem), status)
