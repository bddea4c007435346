"""GET and POST /console/labels and below: label templates, their designer, printing an order, print jobs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi import Path as InPath
from fastapi.responses import PlainTextResponse, Response
from markupsafe import Markup
from sqlalchemy.orm import Session

from accounts.roles import Right
from api.console.labels.jobs import First, PrintPage, beginning, job_page, print_page
from api.console.labels.parts import TEMPLATES, job_url, template_url
from api.console.labels.templates import designer_page, templates_page
from api.console.refusals import refusal
from api.console.visit import Refilled, Visit, visiting
from api.dependencies import Db
from api.forms import Fields
from api.labels import SVG, domain_of, looks, template_in
from api.members_here import member_of, seen_by
from api.routes.label_templates import sample
from issuing import export, label_jobs, label_templates, orders
from issuing.label_facts import Facts, facts_of
from issuing.label_jobs import Wanted
from issuing.label_models import LabelTemplate
from issuing.models import CodeOrder
from labels.content import DATES
from labels.printing import Form
from labels.svg import svg
from labels.template import Template
from ledger_client.errors import Conflict, InvalidInput, NotFound
from ledger_client.sentences import sentence

router = APIRouter()
Reading = Annotated[Visit, Depends(visiting(Right.READ), scope="function")]
Ruling = Annotated[Visit, Depends(visiting(Right.CODES), scope="function")]
Issuing = Annotated[Visit, Depends(visiting(Right.ISSUE), scope="function")]
Number = Annotated[int, InPath(ge=1, le=2**62)]
SHOWN = 10  # jobs beside the form


@router.get("/console/labels")
def list_templates(db: Db, visit: Reading) -> Response:
    """Every template with its picture."""
    caller = visit.acting
    return visit.show(templates_page(visit, label_templates.listed(db, seen_by(db, caller)), may_make=visit.may(Right.CODES)))


@router.get("/console/labels/new")
def new_template(visit: Ruling) -> Response:
    """The designer with a label to begin with."""
    return visit.show(designer_page(visit, None, may_change=True))


@router.post("/console/labels/new")
def create_template(db: Db, visit: Ruling, fields: Fields) -> Response:
    """A new template, or the designer again with what is wrong with it."""
    caller = visit.acting
    try:
        made = template_in(fields.get("template", ""))
        row = label_templates.make(db, member_of(db, caller), fields.get("name", ""), made, caller.display_name or caller.name)
    except (InvalidInput, Conflict) as problem:
        raise _again(visit, None, fields, problem) from None
    caller.note(f"label template {row.id}", name=row.name)
    return visit.go(template_url(row.id), done="labels.done.made")


@router.get("/console/labels/print")
def print_form(request: Request, db: Db, visit: Issuing, order: Annotated[int, Query(ge=1, le=2**62)]) -> Response:
    """What is asked before an order is printed."""
    return visit.show(_form(db, visit, order, dict(request.query_params)))


@router.post("/console/labels/print")
def print_labels(request: Request, db: Db, visit: Issuing, fields: Fields) -> Response:
    """A job, or the form again with what is wrong with it."""
    caller, number = visit.acting, _whole("order", fields.get("order", ""))
    member = member_of(db, caller)
    order = orders.one(db, number, member)
    try:
        row = label_templates.one(db, _whole("template", fields.get("template", "")), member)
        job = label_jobs.ask(db, order, row, _wanted(request, fields), caller.display_name or caller.name)
    except (InvalidInput, Conflict, NotFound) as problem:
        status = 400 if isinstance(problem, InvalidInput) else 409
        raise Refilled(visit.show(_form(db, visit, number, fields, refusal(problem, visit.words)), status)) from None
    caller.note(f"label job {job.id}", order=order.id, template=row.name, labels=job.quantity)
    return visit.go(job_url(job.id))


@router.get("/console/labels/preview")
def preview_template(request: Request, db: Db, visit: Reading, template: Annotated[str, Query(max_length=12000)]) -> Response:
    """What the designer shows while one works: the label of the company's newest code, or why it cannot be printed."""
    try:
        return Response(_looks(request, db, visit, template_in(template)), media_type=SVG, headers={"Cache-Control": "no-store"})
    except InvalidInput as problem:
        return PlainTextResponse(refusal(problem, visit.words), 400)


@router.get("/console/labels/jobs/{job_id}")
def show_job(db: Db, visit: Reading, job_id: Number) -> Response:
    """One job, read again while it runs."""
    job = label_jobs.one(db, job_id, seen_by(db, visit.acting))
    return visit.show(job_page(visit, job, may_issue=visit.may(Right.ISSUE)))


@router.post("/console/labels/jobs/{job_id}")
def confirm_labels(db: Db, visit: Issuing, job_id: Number) -> Response:
    """Its labels are on paper."""
    caller = visit.acting
    job = label_jobs.one(db, job_id, member_of(db, caller))
    moved = label_jobs.confirm(db, job, caller.display_name or caller.name)
    caller.note(f"label job {job.id}", codes=moved)
    return visit.go(job_url(job.id), done="labels.done.printed")


@router.get("/console/labels/{template_id}")
def show_template(db: Db, visit: Reading, template_id: Number) -> Response:
    """The designer of a template."""
    caller = visit.acting
    return visit.show(designer_page(visit, label_templates.one(db, template_id, seen_by(db, caller)), may_change=visit.may(Right.CODES)))


@router.post("/console/labels/{template_id}")
def change_template(db: Db, visit: Ruling, template_id: Number, fields: Fields) -> Response:
    """The template as it is from now on, or the designer again with what is wrong with it."""
    caller = visit.acting
    row = label_templates.one(db, template_id, member_of(db, caller))
    try:
        made, based_on = template_in(fields.get("template", "")), _whole("based_on", fields.get("based_on", ""))
        label_templates.change(db, row, fields.get("name", ""), made, based_on, caller.display_name or caller.name)
    except (InvalidInput, Conflict) as problem:
        raise _again(visit, row, fields, problem) from None
    caller.note(f"label template {row.id}", name=row.name, version=row.version)
    return visit.go(template_url(row.id), done="labels.done.changed")


@router.post("/console/labels/{template_id}/remove")
def delete_template(db: Db, visit: Ruling, template_id: Number) -> Response:
    """Take it away."""
    row = label_templates.one(db, template_id, member_of(db, visit.acting))
    visit.acting.note(f"label template {row.id}", name=row.name)
    label_templates.remove(db, row)
    return visit.go(TEMPLATES, done="labels.done.removed")


def _looks(request: Request, db: Session, visit: Visit, made: Template) -> bytes:
    """An example's values where the company has none."""
    newest = next(iter(orders.listed(db, seen_by(db, visit.acting), limit=1)), None)
    codes = export.lines(db, newest, limit=1) if newest else []
    shown = sample(codes[0].code) if codes else sample()
    facts = facts_of(db, newest) if newest else Facts()
    texts = {name: text for name in ("product", "spec", "producer") if (text := getattr(facts, name))}
    told = shown["told"] | texts | {"dates": {**shown["told"]["dates"], **facts.dates}}
    return looks(made, told, shown["code"], domain_of(request))[0]


def _again(visit: Visit, row: LabelTemplate | None, fields: Mapping[str, str], problem: InvalidInput | Conflict) -> Refilled:
    typed = {"name": fields.get("name", "")[:200], "json": fields.get("template", "")[:20000], "based_on": fields.get("based_on", "")[:10]}
    page = designer_page(visit, row, may_change=True, wrong=refusal(problem, visit.words), **typed)
    return Refilled(visit.show(page, 409 if isinstance(problem, Conflict) else 400))


def _form(db: Session, visit: Visit, number: int, fields: Mapping[str, str], wrong: str = "") -> PrintPage:
    """The form as it was typed, or filled with what is known; beside it the first label."""
    member = member_of(db, visit.acting)
    order, rows = orders.one(db, number, member), label_templates.listed(db, member)
    facts = facts_of(db, order)
    typed = beginning(order, rows, facts) | dict(fields)
    first = _first(db, visit, order, rows, typed) if rows else None
    return print_page(visit, order, rows, label_jobs.listed(db, number, member, SHOWN), typed, facts, first, wrong)


def _first(db: Session, visit: Visit, order: CodeOrder, rows: Sequence[LabelTemplate], typed: Mapping[str, str]) -> First | None:
    row = next((one for one in rows if str(one.id) == typed["template"]), rows[0])
    try:
        drawn = label_jobs.first_label(db, order, label_templates.said(row), _wanted(visit.request, typed))
    except InvalidInput as problem:
        return First(Markup(), refusal(problem, visit.words))
    return First(Markup(svg(drawn)), "") if drawn else None  # noqa: S704 (paths of our own)


def _wanted(request: Request, fields: Mapping[str, str]) -> Wanted:
    form = fields.get("form", "")
    if form not in list(Form):
        raise InvalidInput("form", sentence("{form!r} is not known", form=form[:40]), sentence("use {known}", known=", ".join(Form)))
    dates = {name: _day(name, fields[name]) for name in DATES.values() if fields.get(name, "").strip()}
    product, spec, producer, lot = (fields.get(name, "") for name in label_jobs.TEXTS)
    first, quantity = (_whole(name, fields.get(name, "")) for name in ("first", "quantity"))
    domain = domain_of(request, fields.get("domain", "").strip())
    return Wanted(Form(form), domain, product, spec, producer, lot, dates, first, quantity)


def _whole(name: str, text: str) -> int:
    stripped = text.replace(",", "").strip()
    if not (stripped.isascii() and stripped.isdigit() and len(stripped) < 18):
        raise InvalidInput(name, sentence("{text!r} is no whole number", text=text[:40]), "give one")
    return int(stripped)


def _day(name: str, text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise InvalidInput(name, sentence("{text!r} is no date", text=text[:40]), "write it like 2026-11-26") from None
