"""What several pages of labels show: addresses, states and forms in words."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from api.console.shown import Badge
from api.console.words import ConsoleWords
from issuing.label_models import JobState, LabelJob

TEMPLATES, PRINT, JOBS = "/console/labels", "/console/labels/print", "/console/labels/jobs"
TONES = {JobState.RUNNING: "wait", JobState.DONE: "good", JobState.PRINTED: "good", JobState.FAILED: "bad"}


def template_url(number: int) -> str:
    """The designer of a template."""
    return f"{TEMPLATES}/{number}"


def picture_url(number: int, shown: Mapping[str, str] | None = None) -> str:
    """What a label of it looks like; `shown`: code and texts of the company's own, an example's if there are none."""
    return f"/label-templates/{number}/preview" + (f"?{urlencode(shown)}" if shown else "")


def job_url(number: int) -> str:
    """The page of a print job."""
    return f"{JOBS}/{number}"


def print_url(order: int) -> str:
    """The form that prints an order."""
    return f"{PRINT}?{urlencode({'order': order})}"


def job_badge(job: LabelJob, words: ConsoleWords) -> Badge:
    """How a job goes."""
    return Badge(words.say(f"labels.state.{job.state}"), TONES[JobState(job.state)])
