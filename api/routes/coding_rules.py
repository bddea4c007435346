"""Coding rules over JSON: try one, make one, add a version, read all that they ever said."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi import Path as InPath
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from accounts.roles import Right
from api.body import described, json_of
from api.callers import Caller, allowed
from api.code_schemas import DefinitionIn, PreviewOut, RuleIn, RuleOut, RulesOut, VersionIn
from api.codes import definition_in, preview_out, rule_out
from api.dependencies import Db
from api.members_here import member_of, seen_by
from api.problems import documented
from issuing import rules

router = APIRouter(prefix="/coding-rules", tags=["codes"])
ReaderOf = Annotated[Caller, Depends(allowed(Right.READ), scope="function")]
Ruler = Annotated[Caller, Depends(allowed(Right.CODES), scope="function")]
RuleNumber = Annotated[int, InPath(ge=1, le=2**62, description="number of the rule")]
PROBLEMS = (400, 401, 403, 503)


@router.get("", operation_id="listCodingRules", summary="The company's coding rules", responses=documented(*PROBLEMS))
def list_rules(db: Db, caller: ReaderOf) -> RulesOut:
    """By name, each as its newest version says, with how long its codes last."""
    return RulesOut(rules=[rule_out(db, row) for row in rules.listed(db, seen_by(db, caller))])


@router.get("/preview", operation_id="previewCodingRule", summary="What a definition would make", responses=documented(*PROBLEMS))
def preview_rule(
    db: Db, _caller: Ruler, definition: Annotated[str, Query(max_length=8000, description="a rule's definition as JSON, percent-encoded")]
) -> PreviewOut:
    """Examples, capacity and warnings, before anything is kept. 400 names the field of what must not become a rule."""
    try:
        return preview_out(db, definition_in(DefinitionIn.model_validate_json(definition)))
    except ValidationError as error:
        raise RequestValidationError(error.errors(include_url=False)) from None


@router.post(
    "",
    operation_id="createCodingRule",
    summary="Make a coding rule",
    status_code=201,
    responses=documented(*PROBLEMS, 409, 413, 415),
    openapi_extra=described(RuleIn),
)
def create_rule(db: Db, caller: Ruler, wanted: Annotated[RuleIn, Depends(json_of(RuleIn))]) -> RuleOut:
    """400 lists every warning that `confirmed` does not name: choices that are costly to change once codes are out there."""
    row = rules.make(
        db, member_of(db, caller), wanted.name, definition_in(wanted), wanted.confirmed, caller.display_name or caller.name, wanted.reason
    )
    caller.note(f"rule {row.id}", name=row.name, stem=row.stem)
    return rule_out(db, row, rules.versions(db, row.id))


@router.get("/{rule_id}", operation_id="getCodingRule", summary="A coding rule with all its versions", responses=documented(*PROBLEMS, 404))
def get_rule(db: Db, caller: ReaderOf, rule_id: RuleNumber) -> RuleOut:
    """Versions are never changed: by which one a code was made says its order."""
    row = rules.one(db, rule_id, seen_by(db, caller))
    return rule_out(db, row, rules.versions(db, row.id))


@router.post(
    "/{rule_id}/versions",
    operation_id="changeCodingRule",
    summary="Add a version to a coding rule",
    status_code=201,
    responses=documented(*PROBLEMS, 404, 409, 413, 415),
    openapi_extra=described(VersionIn),
)
def change_rule(db: Db, caller: Ruler, rule_id: RuleNumber, wanted: Annotated[VersionIn, Depends(json_of(VersionIn))]) -> RuleOut:
    """For orders from now on. Scheme, level and base stay; 409 when somebody else changed the rule since `basedOn`."""
    row = rules.one(db, rule_id, member_of(db, caller))
    by = caller.display_name or caller.name
    rules.change(db, row, definition_in(wanted), wanted.confirmed, wanted.based_on, by, wanted.reason)
    caller.note(f"rule {row.id}", version=row.version, reason=wanted.reason)
    return rule_out(db, row, rules.versions(db, row.id))
