"""Errors, to somebody who is signed in."""

from __future__ import annotations

from api.console.problem import problem_page
from api.problems import FieldProblem, malformed, plain
from tests.console.sampled import HOSTILE

PAGES = {
    "not_found": lambda visit: problem_page(plain(404, HOSTILE), visit),
    "teapot": lambda visit: problem_page(plain(418, HOSTILE), visit),
    "malformed": lambda visit: problem_page(malformed([FieldProblem(field=HOSTILE, problem=HOSTILE, fix=HOSTILE)]), visit),
}
