"""Print jobs over JSON: ask for the labels of an order, follow the job, take its file, say that it is on paper."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi import Path as InPath

from accounts.roles import Right
from api.body import described, json_of
from api.callers import Caller, allowed
from api.dependencies import Db
from api.label_schemas import ConfirmedOut, JobIn, JobOut, JobsOut
from api.labels import domain_of, job_out
from api.members_here import member_of, seen_by
from api.problems import documented
from api.routes.coding_rules import PROBLEMS, ReaderOf
from issuing import label_jobs, label_templates, orders
from issuing.label_facts import filled
from issuing.label_jobs import TEXTS, Wanted
from labels.content import DATES
from labels.printing import Form

router = APIRouter(prefix="/label-jobs", tags=["labels"])
Issuer = Annotated[Caller, Depends(allowed(Right.ISSUE), scope="function")]
JobNumber = Annotated[int, InPath(ge=1, le=2**62, description="number of the job")]


@router.post(
    "",
    operation_id="printLabels",
    summary="Print the labels of an order of codes",
    status_code=201,
    responses=documented(*PROBLEMS, 404, 409, 413, 415),
    openapi_extra=described(JobIn),
)
def print_labels(request: Request, response: Response, db: Db, caller: Issuer, wanted: Annotated[JobIn, Depends(json_of(JobIn))]) -> JobOut:
    """Up to 10,000 in one file; a background job draws them, `Location` tells how far it is. Codes that are void get no label.
    400 names the field that does not fit on the first label."""
    member = member_of(db, caller)
    order, row = orders.one(db, wanted.order, member), label_templates.one(db, wanted.template, member)
    dates = {name: day for name in DATES.values() if (day := getattr(wanted, name))}
    domain = domain_of(request, wanted.domain)
    texts = {name: getattr(wanted, name) for name in TEXTS}
    told = Wanted(wanted.form, domain, dates=dates, first=wanted.first, quantity=wanted.quantity, tags=wanted.tags, **texts)
    job = label_jobs.ask(db, order, row, filled(db, order, told), caller.display_name or caller.name)
    caller.note(f"label job {job.id}", order=order.id, template=row.name, labels=job.quantity)
    response.headers["Location"] = str(request.app.url_path_for("getLabelJob", job_id=job.id))
    return job_out(request, job)


@router.get("", operation_id="listLabelJobs", summary="Print jobs, newest first", responses=documented(*PROBLEMS))
def list_jobs(
    request: Request,
    db: Db,
    caller: ReaderOf,
    order: Annotated[int | None, Query(ge=1, le=2**62, description="only of this order")] = None,
    limit: Annotated[int, Query(ge=1, le=500, description="at most so many")] = 50,
) -> JobsOut:
    """Those of the caller's member."""
    return JobsOut(jobs=[job_out(request, job) for job in label_jobs.listed(db, order, seen_by(db, caller), limit)])


@router.get(
    "/{job_id}", operation_id="getLabelJob", name="getLabelJob", summary="How far a print job is", responses=documented(*PROBLEMS, 404)
)
def get_job(request: Request, db: Db, caller: ReaderOf, job_id: JobNumber) -> JobOut:
    """`done` of `quantity` labels are drawn; `file` is there once `state` is done."""
    return job_out(request, label_jobs.one(db, job_id, seen_by(db, caller)))


@router.get(
    "/{job_id}/file",
    operation_id="getLabelFile",
    name="getLabelFile",
    summary="The labels of a print job",
    response_class=Response,
    responses=documented(
        *PROBLEMS,
        404,
        409,
        http_200={
            "description": "PDF or ZPL",
            "content": {form.media_type: {"schema": {"type": "string", "format": "binary"}} for form in (Form.SHEETS, Form.ZPL_203)},
        },
    ),
)
def get_file(db: Db, caller: ReaderOf, job_id: JobNumber) -> Response:
    """To be sent to a printer; say `printed` when it is on paper. 409 while it is being made."""
    job = label_jobs.one(db, job_id, seen_by(db, caller))
    form = Form(job.form)
    headers = {"Content-Disposition": f'attachment; filename="labels-{job.id}.{form.suffix}"', "Cache-Control": "no-store"}
    return Response(label_jobs.file(db, job), media_type=form.media_type, headers=headers)


@router.post(
    "/{job_id}/printed",
    operation_id="confirmLabels",
    summary="Say that a job's labels are on paper",
    responses=documented(*PROBLEMS, 404, 409),
)
def confirm_labels(db: Db, caller: Issuer, job_id: JobNumber) -> ConfirmedOut:
    """Its codes are printed from now on, unless they are further already. 409 for a job that is not done, or was said to be printed."""
    job = label_jobs.one(db, job_id, member_of(db, caller))
    moved = label_jobs.confirm(db, job, caller.display_name or caller.name)
    caller.note(f"label job {job.id}", codes=moved)
    return ConfirmedOut(job=job.id, codes=moved)
