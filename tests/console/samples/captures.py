"""Captures: none, some in each state; and one with a result of each kind."""

from __future__ import annotations

from api.console.captures import capture_page, captures_page
from records.lists.captures import CaptureRow, ResultRow
from records.lists.paging import Page
from records.models import Behaviour, Capture, CaptureState, Outcome
from tests.console.sampled import HOSTILE, NOW

SIGNER = bytes.fromhex("11" * 20)
ROWS = [CaptureRow(f"5a1c-{state}", NOW, None, SIGNER, "rollback", state, 3000, 2) for state in CaptureState]
WRONG = {
    "path": HOSTILE,
    "problem": HOSTILE,
    "rule": HOSTILE,
    "fix": HOSTILE,
    "others": [{"path": "$.x", "problem": HOSTILE, "rule": "", "fix": ""}],
}
RESULTS = [
    ResultRow(0, Outcome.INVALID, "", None, WRONG),
    *(ResultRow(number, one, HOSTILE, number, {}) for number, one in enumerate(Outcome, 1)),
]


def job(state, behaviour=Behaviour.ROLLBACK, finished=NOW, request=HOSTILE):
    """A capture job."""
    job = Capture(id="5a1c", received_at=NOW, finished_at=finished, signer=SIGNER, behaviour=behaviour, state=state, request_id=request)
    job.events_total, job.events_done = 5, 5 if finished else 0
    return job


def shown(visit, one, rows, outcome=""):
    """The page of a capture."""
    found = Page(rows, (-1,), (-5,)) if rows else Page([])
    return capture_page(visit, one, outcome, {row.outcome: 1 for row in rows}, found, HOSTILE)


PAGES = {
    "none": lambda visit: captures_page(visit, "", Page([]), {}, own=True),
    "some": lambda visit: captures_page(visit, "failure", Page(ROWS, None, (NOW, "5a1c")), {SIGNER: HOSTILE}, own=False),
    "one_failed": lambda visit: shown(visit, job(CaptureState.FAILURE), RESULTS, "invalid"),
    "one_partly": lambda visit: shown(visit, job(CaptureState.FAILURE, Behaviour.PROCEED, request=None), RESULTS),
    "one_running": lambda visit: shown(visit, job(CaptureState.RUNNING, finished=None), []),
}
