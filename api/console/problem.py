"""What the console shows when something is refused or fails: what, why, and the way back. Not found and not allowed are answers too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from api.console.frame import Frame
from api.console.refusals import field, put, refusal
from api.console.visit import Visit
from api.problems import FieldProblem, Problem
from ledger_client.errors import InvalidInput, LedgerError

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
    detail: str  # in the words of whoever refused
    wrong: tuple[Wrong, ...]


def problem_page(problem: Problem, visit: Visit, error: Exception | None = None) -> ProblemPage:
    """The page of an error; `error`: one of ours, which remembers how its texts were made."""
    words = visit.words
    ours = error if isinstance(error, LedgerError) else problem.detail
    wrong: Sequence[InvalidInput | FieldProblem] = [error] if isinstance(error, InvalidInput) else problem.errors
    key = problem.status if problem.status in KNOWN else 500
    return ProblemPage(
        frame=visit.frame(words.say(f"problem.title.{key}")),
        status=problem.status,
        text=words.texts.get(f"problem.text.{problem.type.rpartition('/')[2]}") or words.say(f"problem.text.{key}"),
        detail=refusal(ours, words),
        wrong=tuple(Wrong(field(one.field, words), put(one.problem, words), put(one.fix, words)) for one in wrong),
    )
