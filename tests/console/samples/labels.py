"""Labels: no template and some, the designer new, kept, refused and to look at; the print form; jobs in each state."""

from __future__ import annotations

from datetime import UTC, date, datetime

from markupsafe import Markup

from api.console.labels.jobs import First, beginning, job_page, print_page
from api.console.labels.templates import NEW, designer_page, templates_page
from issuing.label_facts import Facts
from issuing.label_models import JobState, LabelJob, LabelTemplate
from tests.console.sampled import HOSTILE, NOW
from tests.console.samples.codes import order


def template(number=1, name=HOSTILE):
    return LabelTemplate(id=number, member_id=1, name=name, version=3, template=NEW, changed_at=NOW, changed_by=HOSTILE)


def job(state, done=400, problem=None):
    told = {"member_id": 1, "order_id": 1, "first": 0, "quantity": 1000, "template_name": HOSTILE, "template_version": 3, "template": NEW}
    told["finished_at"] = None if state == JobState.RUNNING else datetime.now(UTC)
    return LabelJob(id=7, form="sheets", told={}, state=state, done=done, problem=problem, asked_at=NOW, asked_by=HOSTILE, **told)


FACTS = Facts(HOSTILE, HOSTILE, HOSTILE, {"produced": date(2026, 11, 26)}, (HOSTILE, "L1"))


def _print(visit, rows, jobs, typed=None, **more):
    return print_page(visit, order(), rows, jobs, beginning(order(), rows, FACTS) | (typed or {}), FACTS, **more)


JOBS = [job(state) for state in JobState]

PAGES = {
    "templates": lambda visit: templates_page(visit, [template(), template(2, "牛奶 60 × 40")], may_make=True),
    "no_templates": lambda visit: templates_page(visit, [], may_make=True),
    "designer_new": lambda visit: designer_page(visit, None, may_change=True),
    "designer": lambda visit: designer_page(visit, template(), may_change=True),
    "designer_to_look_at": lambda visit: designer_page(visit, template(), may_change=False),
    "designer_refused": lambda visit: designer_page(
        visit, template(), may_change=True, name=HOSTILE, json=HOSTILE, based_on="2", wrong=HOSTILE
    ),
    "print": lambda visit: _print(visit, [template(), template(2)], JOBS, first=First(Markup("<svg></svg>"), "")),
    "print_refused": lambda visit: _print(
        visit, [template()], [], {"lot": HOSTILE, "template": "1"}, first=First(Markup(), HOSTILE), wrong=HOSTILE
    ),
    "print_without_a_template": lambda visit: _print(visit, [], []),
    "job_running": lambda visit: job_page(visit, job(JobState.RUNNING), may_issue=True),
    "job_done": lambda visit: job_page(visit, job(JobState.DONE, 1000), may_issue=True),
    "job_failed": lambda visit: job_page(visit, job(JobState.FAILED, 0, HOSTILE), may_issue=True),
}
