"""The JSON of label templates and print jobs."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field

from api.account_schemas import Request
from api.schemas import Reply
from issuing.label_jobs import LONGEST_TEXT
from issuing.label_models import JobState
from issuing.label_templates import LONGEST_NAME
from labels.printing import MOST, Form

_EXAMPLE = {
    "width": 50,
    "height": 30,
    "use": "package",
    "fields": [
        {"name": "qr", "kind": "qr", "x": 1, "y": 1, "width": 20, "height": 20},
        {"name": "code", "kind": "text", "x": 1, "y": 22, "width": 48, "height": 4, "text": "{code}", "size": 7},
    ],
}
TemplateJson = Annotated[dict[str, Any], Field(description="size, fields and sheet, as docs/labels.md says", examples=[_EXAMPLE])]
Number = Annotated[int, Field(ge=1, le=2**62)]


class TemplateIn(Request):
    """A template to be made."""

    name: Annotated[str, Field(min_length=1, max_length=LONGEST_NAME, examples=["Milk 1 l, 50 × 30 mm"])]
    template: TemplateJson


class TemplateChange(TemplateIn):
    """A template as it shall be from now on."""

    based_on: Annotated[int, Field(ge=1, le=2**31 - 1, description="version that it was made from")]


class TemplateOut(Reply):
    """A template as it is now."""

    id: int
    name: str
    version: int = Field(description="counts its changes")
    template: TemplateJson
    changed_at: datetime
    changed_by: str


class TemplatesOut(Reply):
    """Every template of the caller's member, by name."""

    templates: list[TemplateOut]


class JobIn(Request):
    """Labels that are wanted."""

    order: Annotated[Number, Field(description="number of the order of codes")]
    template: Annotated[Number, Field(description="number of the template")]
    form: Annotated[Form, Field(description="sheets and roll are PDF")]
    first: Annotated[int, Field(ge=1, le=2**31 - 1, description="place of the first code in its order")] = 1
    quantity: Annotated[
        int | None, Field(ge=1, le=MOST, description="codes from there on; all that are left, up to 10,000, if left out")
    ] = None
    domain: Annotated[
        str,
        Field(
            max_length=LONGEST_TEXT,
            description="what QR codes open; this server's public address if left out, else id.gs1.org",
            examples=["https://id.example.com"],
        ),
    ] = ""
    product: Annotated[str, Field(max_length=LONGEST_TEXT, description="the name in your master data if left out")] = ""
    spec: Annotated[str, Field(max_length=LONGEST_TEXT, description="what a pack holds; of your master data if left out")] = ""
    producer: Annotated[str, Field(max_length=LONGEST_TEXT, description="of your master data if left out, else your company's name")] = ""
    lot: Annotated[str, Field(max_length=LONGEST_TEXT)] = ""
    produced: Annotated[date | None, Field(description="the order's day if left out")] = None
    best_before: date | None = None
    expires: Annotated[date | None, Field(description="by the shelf life in your master data if left out")] = None
    tags: Annotated[int | None, Field(ge=6, le=12, description="zpl only: write RFID tags too; digits of the GS1 company prefix")] = None


class JobOut(Reply):
    """A print job, and how far it is."""

    id: int
    order: int
    first: int
    quantity: int
    template_name: str
    template_version: int
    form: Form
    state: JobState
    done: int = Field(description="codes whose labels are drawn")
    problem: str | None
    file: str | None = Field(description="address of the file, from when it is made on for 7 days")
    asked_at: datetime
    asked_by: str
    finished_at: datetime | None


class JobsOut(Reply):
    """Print jobs, newest first."""

    jobs: list[JobOut]


class ConfirmedOut(Reply):
    """A job whose labels are on paper."""

    job: int
    codes: int = Field(description="how many became printed; others were further already")
