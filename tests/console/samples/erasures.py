"""Erasures: none, one in each state, a refused approval; the form, empty and refused."""

from __future__ import annotations

from api.console.erasures import ask_page, erasures_page
from records.erasure_models import Erasure, ErasureState
from records.lists.paging import Page
from tests.console.sampled import HOSTILE, NOW
from tests.console.samples.event import record


def one(number, state, by):
    """A request about record `number`."""
    decided = {} if state == ErasureState.ASKED else {"decided_at": NOW, "decided_by": 3, "decided_name": HOSTILE}
    return Erasure(
        id=f"5a1c{number}",
        record_id=number,
        state=state,
        ordered_by=HOSTILE,
        reason=HOSTILE,
        asked_at=NOW,
        asked_by=by,
        asked_name=HOSTILE,
        **decided,
    )


ROWS = [one(1, ErasureState.ASKED, 1), one(2, ErasureState.ASKED, 2), one(3, ErasureState.ERASED, 2), one(4, ErasureState.REJECTED, 2)]
RECORDS = {number: record(number) for number in range(1, 5)}
PAGES = {
    "none": lambda visit: erasures_page(visit, None, Page([]), {}),
    "each": lambda visit: erasures_page(visit, None, Page(ROWS, (NOW, "a"), (NOW, "b")), RECORDS),
    "refused": lambda visit: erasures_page(visit, ErasureState.ASKED, Page(ROWS[:2]), RECORDS, HOSTILE),
    "form": lambda visit: ask_page(visit, record(), {}),
    "form_refused": lambda visit: ask_page(visit, record(), {"orderedBy": HOSTILE, "reason": HOSTILE}, HOSTILE),
}
