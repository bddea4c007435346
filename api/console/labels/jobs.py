"""Printing the labels of an order: the form, the job with its progress, and what it made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from markupsafe import Markup

from api.console.codes.parts import ORDERS, order_url
from api.console.frame import Frame
from api.console.labels.parts import PRINT, TEMPLATES, job_badge, job_url, picture_url
from api.console.refusals import put
from api.console.shown import Badge, Fact, Link, Moment, Option, moment
from api.console.visit import Visit
from issuing.label_facts import Facts
from issuing.label_jobs import TEXTS, has_file
from issuing.label_models import JobState, LabelJob, LabelTemplate
from issuing.models import CodeOrder
from labels.printing import MOST, Form

_TYPED = ("template", *TEXTS, "produced", "best_before", "expires", "domain")


@dataclass(frozen=True, slots=True)
class JobLine:
    """A job in the list."""

    url: str
    title: str
    template: str
    state: Badge
    asked: Moment


@dataclass(frozen=True, slots=True)
class First:
    """The label that would be printed first: drawn, or why it cannot be."""

    picture: Markup
    problem: str


@dataclass(frozen=True, slots=True)
class PrintPage:
    """templates/console/labels/print.html"""

    template: ClassVar[str] = "console/labels/print.html"
    frame: Frame
    here: str
    order: int
    templates: tuple[Option, ...]  # url: its picture
    forms: tuple[Option, ...]
    typed: Mapping[str, str]
    hint: str
    lots: tuple[str, ...]  # recorded of this product
    first: First | None
    wrong: str
    jobs: tuple[JobLine, ...]
    new_template: str


@dataclass(frozen=True, slots=True)
class JobPage:
    """templates/console/labels/job.html"""

    template: ClassVar[str] = "console/labels/job.html"
    frame: Frame
    here: str
    state: Badge
    running: bool
    done: int
    quantity: int
    progress: str
    problem: str
    facts: tuple[Fact, ...]
    file: str
    may_confirm: bool


def print_page(
    visit: Visit,
    order: CodeOrder,
    rows: Sequence[LabelTemplate],
    jobs: Sequence[LabelJob],
    typed: Mapping[str, str],
    facts: Facts,
    first: First | None = None,
    wrong: str = "",
) -> PrintPage:
    """What is asked before an order is printed; `typed`: what the form holds, `facts`: what is known without it."""
    words, chosen = visit.words, typed.get("template", "")
    shown = {name: value for name in TEXTS if (value := typed.get(name, ""))}
    trail = (Link(ORDERS, words.say("codes.orders")), Link(order_url(order.id), words.say("codes.order.number", number=order.id)))
    return PrintPage(
        frame=visit.frame(words.say("labels.print"), *trail),
        here=PRINT,
        order=order.id,
        templates=tuple(Option(str(row.id), row.name, str(row.id) == chosen, picture_url(row.id, shown)) for row in rows),
        forms=tuple(Option(str(one), words.say(f"labels.form.{one}"), str(one) == typed.get("form", "")) for one in Form),
        typed=typed,
        lots=facts.lots,
        first=first,
        hint=words.say("labels.quantity.hint", codes=words.number(order.done), most=words.number(MOST)),
        wrong=wrong,
        jobs=tuple(_line(visit, job) for job in jobs),
        new_template=f"{TEMPLATES}/new",
    )


def beginning(order: CodeOrder, rows: Sequence[LabelTemplate], facts: Facts) -> dict[str, str]:
    """What the form begins with: all that is known of the order and its product."""
    texts = {name: getattr(facts, name) for name in ("product", "spec", "producer")}
    dates = {name: day.isoformat() for name, day in facts.dates.items()}
    count = {"first": "1", "quantity": str(min(order.done, MOST)), "form": str(Form.SHEETS)}
    return dict.fromkeys(_TYPED, "") | count | texts | dates | {"template": str(rows[0].id) if rows else ""}


def job_page(visit: Visit, job: LabelJob, *, may_issue: bool) -> JobPage:
    """One job."""
    words = visit.words
    first, last = words.number(job.first + 1), words.number(job.first + job.quantity)
    return JobPage(
        frame=visit.frame(
            words.say("labels.job.number", number=job.id),
            Link(order_url(job.order_id), words.say("codes.order.number", number=job.order_id)),
        ),
        here=job_url(job.id),
        state=job_badge(job, words),
        running=job.state == JobState.RUNNING,
        done=job.done,
        quantity=job.quantity,
        progress=words.say("labels.progress", done=words.number(job.done), quantity=words.number(job.quantity)),
        problem=put(job.problem or "", words),
        facts=(
            Fact(words.say("labels.template"), job.template_name, note=words.say("labels.version", number=job.template_version)),
            Fact(words.say("labels.form"), words.say(f"labels.form.{job.form}")),
            Fact(words.say("labels.codes"), words.say("labels.range", first=first, last=last)),
            Fact(words.say("labels.asked"), moment=moment(job.asked_at, words), note=job.asked_by),
        ),
        file=f"/label-jobs/{job.id}/file" if has_file(job) else "",
        may_confirm=may_issue and job.state == JobState.DONE,
    )


def _line(visit: Visit, job: LabelJob) -> JobLine:
    words = visit.words
    title = words.say("labels.job.number", number=job.id)
    return JobLine(job_url(job.id), title, job.template_name, job_badge(job, words), moment(job.asked_at, words))
