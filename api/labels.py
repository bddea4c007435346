"""Label templates and print jobs as JSON, and what a label looks like; shared by the routes of programs and of people."""

from __future__ import annotations

from typing import Any

import orjson
from fastapi import Request

from api.label_schemas import JobOut, TemplateOut
from issuing import label_jobs
from issuing.label_models import JobState, LabelJob, LabelTemplate
from labels.content import Content
from labels.layout import drawing
from labels.printing import Form
from labels.raster import png
from labels.svg import svg
from labels.template import Template, template
from ledger_client.codes.gs1_keys import DOMAIN
from ledger_client.codes.scan import scan
from ledger_client.errors import InvalidInput
from ledger_client.sentences import sentence

SVG, PNG = "image/svg+xml", "image/png"


def template_in(text: str) -> Template:
    """A template from the text of its JSON; InvalidInput names the field."""
    try:
        given = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise InvalidInput("template", sentence("is no JSON: {error}", error=str(error)), "see docs/labels.md") from None
    if not isinstance(given, dict):
        raise InvalidInput("template", "is no object", "see docs/labels.md")
    return template(given)


def template_out(row: LabelTemplate) -> TemplateOut:
    """A template."""
    return TemplateOut(
        id=row.id, name=row.name, version=row.version, template=row.template, changed_at=row.changed_at, changed_by=row.changed_by
    )


def job_out(request: Request, job: LabelJob) -> JobOut:
    """A job."""
    return JobOut(
        id=job.id,
        order=job.order_id,
        first=job.first + 1,
        quantity=job.quantity,
        template_name=job.template_name,
        template_version=job.template_version,
        form=Form(job.form),
        state=JobState(job.state),
        done=job.done,
        problem=job.problem,
        file=str(request.app.url_path_for("getLabelFile", job_id=job.id)) if label_jobs.has_file(job) else None,
        asked_at=job.asked_at,
        asked_by=job.asked_by,
        finished_at=job.finished_at,
    )


def domain_of(request: Request, given: str = "") -> str:
    """What QR codes open: what is given, else this server, else GS1's resolver."""
    return given or request.app.state.settings.public_url or DOMAIN


def looks(made: Template, told: dict[str, Any], code: str, domain: str, dpi: int | None = None) -> tuple[bytes, str]:
    """One label and its media type: SVG, or PNG in a printer's dots."""
    drawn = drawing(made.label, Content(scan(code).item, domain, **told), dpi)
    return (png(drawn, dpi), PNG) if dpi else (svg(drawn).encode(), SVG)
