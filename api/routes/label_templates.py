"""Label templates over JSON: see what one looks like, make one, change it, take it away."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi import Path as InPath

from accounts.roles import Right
from api.body import described, json_of
from api.callers import Caller, allowed
from api.dependencies import Db
from api.label_schemas import TemplateChange, TemplateIn, TemplateOut, TemplatesOut
from api.labels import PNG, SVG, domain_of, looks, template_in, template_out
from api.members_here import member_of, seen_by
from api.problems import documented
from api.routes.coding_rules import PROBLEMS, ReaderOf
from issuing import label_templates
from labels.content import checked_domain
from labels.template import template

router = APIRouter(prefix="/label-templates", tags=["labels"])
Ruler = Annotated[Caller, Depends(allowed(Right.CODES), scope="function")]
TemplateNumber = Annotated[int, InPath(ge=1, le=2**62, description="number of the template")]
PICTURE: dict[str, Any] = {
    "description": "the label",
    "content": {SVG: {"schema": {"type": "string"}}, PNG: {"schema": {"type": "string"}}},
}
MILK = "(01)06901234567892(21)A1B2C3"


def sample(
    code: Annotated[str, Query(max_length=2048, description="of the label, in any spelling")] = MILK,
    domain: Annotated[str, Query(max_length=200, description="what QR codes open; this server if left out")] = "",
    product: Annotated[str, Query(max_length=200)] = "有机纯牛奶",
    spec: Annotated[str, Query(max_length=200)] = "1 L",
    producer: Annotated[str, Query(max_length=200)] = "示例乳业有限公司",
    lot: Annotated[str, Query(max_length=200)] = "L20261125",
    produced: date = date(2026, 11, 25),
    best_before: Annotated[date, Query(alias="bestBefore")] = date(2026, 12, 25),
    expires: date = date(2026, 12, 25),
) -> dict[str, Any]:
    """What a label in a preview says."""
    dates = {"produced": produced, "best_before": best_before, "expires": expires}
    return {"code": code, "domain": domain, "told": {"product": product, "spec": spec, "producer": producer, "lot": lot, "dates": dates}}


Sample = Annotated[dict[str, Any], Depends(sample)]
Dpi = Annotated[int | None, Query(ge=72, le=600, description="PNG in the dots of such a printer; SVG if left out")]


@router.get("", operation_id="listLabelTemplates", summary="The company's label templates", responses=documented(*PROBLEMS))
def list_templates(db: Db, caller: ReaderOf) -> TemplatesOut:
    """By name."""
    return TemplatesOut(templates=[template_out(row) for row in label_templates.listed(db, seen_by(db, caller))])


@router.get(
    "/preview",
    operation_id="previewLabel",
    summary="What a template would look like",
    response_class=Response,
    responses=documented(*PROBLEMS, http_200=PICTURE),
)
def preview_label(
    request: Request,
    _caller: ReaderOf,
    shown: Sample,
    template: Annotated[str, Query(max_length=12000, description="a template as JSON, percent-encoded")],
    dpi: Dpi = None,
) -> Response:
    """The label of one code, before anything is kept. 400 names the field that does not fit."""
    domain = checked_domain(domain_of(request, shown["domain"]))
    data, kind = looks(template_in(template), shown["told"], shown["code"], domain, dpi)
    return Response(data, media_type=kind, headers={"Cache-Control": "no-store"})


@router.post(
    "",
    operation_id="createLabelTemplate",
    summary="Make a label template",
    status_code=201,
    responses=documented(*PROBLEMS, 409, 413, 415),
    openapi_extra=described(TemplateIn),
)
def create_template(db: Db, caller: Ruler, wanted: Annotated[TemplateIn, Depends(json_of(TemplateIn))]) -> TemplateOut:
    """400 names the field that could never be printed so."""
    by = caller.display_name or caller.name
    row = label_templates.make(db, member_of(db, caller), wanted.name, template(wanted.template), by)
    caller.note(f"label template {row.id}", name=row.name)
    return template_out(row)


@router.get("/{template_id}", operation_id="getLabelTemplate", summary="A label template", responses=documented(*PROBLEMS, 404))
def get_template(db: Db, caller: ReaderOf, template_id: TemplateNumber) -> TemplateOut:
    """As it is now."""
    return template_out(label_templates.one(db, template_id, seen_by(db, caller)))


@router.get(
    "/{template_id}/preview",
    operation_id="showLabel",
    summary="What a label of this template looks like",
    response_class=Response,
    responses=documented(*PROBLEMS, 404, http_200=PICTURE),
)
def show_label(request: Request, db: Db, caller: ReaderOf, template_id: TemplateNumber, shown: Sample, dpi: Dpi = None) -> Response:
    """The label of one code; what is not told is an example's."""
    row = label_templates.one(db, template_id, seen_by(db, caller))
    domain = checked_domain(domain_of(request, shown["domain"]))
    data, kind = looks(label_templates.said(row), shown["told"], shown["code"], domain, dpi)
    return Response(data, media_type=kind, headers={"Cache-Control": "no-store"})


@router.put(
    "/{template_id}",
    operation_id="changeLabelTemplate",
    summary="Change a label template",
    responses=documented(*PROBLEMS, 404, 409, 413, 415),
    openapi_extra=described(TemplateChange),
)
def change_template(
    db: Db, caller: Ruler, template_id: TemplateNumber, wanted: Annotated[TemplateChange, Depends(json_of(TemplateChange))]
) -> TemplateOut:
    """For jobs from now on. 409 when somebody else changed it since `basedOn`."""
    row = label_templates.one(db, template_id, member_of(db, caller))
    label_templates.change(db, row, wanted.name, template(wanted.template), wanted.based_on, caller.display_name or caller.name)
    caller.note(f"label template {row.id}", name=row.name, version=row.version)
    return template_out(row)


@router.delete(
    "/{template_id}",
    operation_id="deleteLabelTemplate",
    summary="Take a label template away",
    status_code=204,
    responses=documented(*PROBLEMS, 404),
)
def delete_template(db: Db, caller: Ruler, template_id: TemplateNumber) -> None:
    """Jobs that printed by it keep their copy."""
    row = label_templates.one(db, template_id, member_of(db, caller))
    caller.note(f"label template {row.id}", name=row.name)
    label_templates.remove(db, row)
