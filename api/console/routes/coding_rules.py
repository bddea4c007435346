"""GET and POST /console/codes/rules and below: the company's coding rules and their editor.

The editor's buttons ask for the same page with the draft in the address, so that nothing is kept, or audited, before it is saved.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi import Path as InPath
from fastapi.responses import Response
from sqlalchemy.orm import Session

from accounts.roles import Right
from api.codes import today
from api.console.codes.draft import Draft, draft_in, draft_of
from api.console.codes.editor import PreviewShown, editor_page, preview_shown, refused
from api.console.codes.parts import rule_url
from api.console.codes.rules import rule_page, rules_page
from api.console.refusals import refusal
from api.console.visit import Refilled, Visit, visiting
from api.dependencies import Db
from api.forms import Fields
from api.members_here import member_of, seen_by
from issuing import rules
from issuing.capacity import Capacity, capacity
from issuing.counters import given_out
from issuing.definition import Definition, definition
from issuing.models import CodingRule
from issuing.preview import preview
from ledger_client.errors import Conflict, InvalidInput

router = APIRouter()
Reading = Annotated[Visit, Depends(visiting(Right.READ), scope="function")]
Ruling = Annotated[Visit, Depends(visiting(Right.CODES), scope="function")]
Number = Annotated[int, InPath(ge=1, le=2**62)]


@router.get("/console/codes/rules")
def list_rules(db: Db, visit: Reading) -> Response:
    """Every rule with how long its codes last."""
    caller = visit.acting
    found = [(row, rule, _room(db, row, rule)) for row in rules.listed(db, seen_by(db, caller)) for rule in [rules.newest(db, row)]]
    return visit.show(rules_page(visit, found, may_make=visit.may(Right.CODES), may_order=visit.may(Right.ISSUE)))


@router.get("/console/codes/rules/new")
def new_rule(request: Request, db: Db, visit: Ruling) -> Response:
    """The form, with a button pressed if the address says so."""
    draft = draft_in(request.query_params).edited(request.query_params.get("do", ""))
    return visit.show(editor_page(visit, draft, _preview(db, draft, None, visit), None))


@router.post("/console/codes/rules/new")
def create_rule(db: Db, visit: Ruling, fields: Fields) -> Response:
    """A new rule, or the form again with what is wrong with it."""
    draft, caller = draft_in(fields), visit.acting
    try:
        by = caller.display_name or caller.name
        row = rules.make(db, member_of(db, caller), draft.name, definition(draft.as_json()), draft.confirmed, by, draft.reason)
    except (InvalidInput, Conflict) as problem:
        raise Refilled(_again(db, visit, draft, None, problem)) from None
    caller.note(f"rule {row.id}", name=row.name, stem=row.stem)
    return visit.go(rule_url(row.id), done="codes.done.made")


@router.get("/console/codes/rules/{rule_id}")
def show_rule(db: Db, visit: Reading, rule_id: Number) -> Response:
    """A rule with all its versions."""
    caller = visit.acting
    row = rules.one(db, rule_id, seen_by(db, caller))
    rule = rules.newest(db, row)
    examples = [one.printed for one in preview(rule, today(), given_out(db, row.id, "")).examples]
    versions = [(one, rules.said(one)) for one in rules.versions(db, row.id)]
    may = {"may_change": visit.may(Right.CODES), "may_order": visit.may(Right.ISSUE)}
    return visit.show(rule_page(visit, row, rule, _room(db, row, rule), examples, versions, **may))


@router.get("/console/codes/rules/{rule_id}/change")
def change_form(request: Request, db: Db, visit: Ruling, rule_id: Number) -> Response:
    """The form filled with what the rule says now, or with the draft in the address."""
    row, query = rules.one(db, rule_id, member_of(db, visit.acting)), request.query_params
    draft = draft_in(query).edited(query.get("do", "")) if "scheme" in query else draft_of(row.name, rules.newest(db, row), row.version)
    return visit.show(editor_page(visit, draft, _preview(db, draft, row, visit), row))


@router.post("/console/codes/rules/{rule_id}/change")
def change_rule(db: Db, visit: Ruling, rule_id: Number, fields: Fields) -> Response:
    """A new version, or the form again with what is wrong with it."""
    draft, caller = draft_in(fields), visit.acting
    row = rules.one(db, rule_id, member_of(db, caller))
    try:
        based_on = int(draft.based_on) if draft.based_on.isascii() and draft.based_on.isdigit() else 0
        by = caller.display_name or caller.name
        rules.change(db, row, definition(draft.as_json()), draft.confirmed, based_on, by, draft.reason)
    except (InvalidInput, Conflict) as problem:
        raise Refilled(_again(db, visit, draft, row, problem)) from None
    caller.note(f"rule {row.id}", version=row.version, reason=draft.reason)
    return visit.go(rule_url(row.id), done="codes.done.changed")


def _again(db: Session, visit: Visit, draft: Draft, row: CodingRule | None, problem: InvalidInput | Conflict) -> Response:
    """The preview tells warnings that wait to be confirmed, so the message about them is ours."""
    told = visit.words.say("codes.confirm.first") if isinstance(problem, rules.Unconfirmed) else refusal(problem, visit.words)
    status = 409 if isinstance(problem, Conflict) else 400
    return visit.show(editor_page(visit, draft, _preview(db, draft, row, visit), row, told), status)


def _preview(db: Session, draft: Draft, row: CodingRule | None, visit: Visit) -> PreviewShown:
    try:
        rule = definition(draft.as_json())
        found = preview(rule, today(), given_out(db, row.id, "") if row else 0)
    except InvalidInput as problem:
        return refused(problem, visit.words)
    return preview_shown(rule, found, rules.warned(db, rule, row), draft.confirmed, visit.words)


def _room(db: Session, row: CodingRule, rule: Definition) -> Capacity:
    return capacity(rule, today(), given_out(db, row.id, ""))
