"""What the console shows when something is refused or fails: what, why, and the way back. Not found and not allowed are answers too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from api.console.frame import Frame
from api.console.visit import Visit
from api.problems import Problem

KNOWN = (400, 403, 404, 405, 409, 413, 415, 429, 500, 502, 503)


@dataclass(frozen=True, slots=True)
class Wrong:
    """One field, and how to mend it."""

    field: str
    problem: str
    fix: str


@dataclass(frozen=True, slots=True)
class ProblemPage:
    """templates/console/problem.html"""

    template: ClassVar[str] = "console/problem.html"
    frame: Frame
    status: int
    text: str
    detail: str  # in the words of whoever refused, which are English
    wrong: tuple[Wrong, ...]


def problem_page(problem: Problem, visit: Visit) -> ProblemPage:
    """The page of an error."""
    key = problem.status if problem.status in KNOWN else 500
    return ProblemPage(
        frame=visit.frame(visit.words.say(f"problem.title.{key}")),
        status=problem.status,
        text=visit.words.texts.get(f"problem.text.{problem.type.rpartition('/')[2]}") or visit.words.say(f"problem.text.{key}"),
        detail=problem.detail,
        wrong=tuple(Wrong(one.field, one.problem, one.fix) for one in problem.errors),
    )
