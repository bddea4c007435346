"""GET /console/sentinel, and the form that takes a finding on."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query
from fastapi.responses import Response

from accounts.roles import Right
from api.console.sentinel import HOME, UNRESOLVED, sentinel_page
from api.console.visit import Visit, visiting
from api.dependencies import Configured, Db
from api.forms import Fields
from sentinel import findings, notices
from sentinel.models import FindingState
from sentinel.status import history, status

router = APIRouter()
FINDINGS, LINES = 20, 8  # on a page
MOST_NUMBER = 2**53

Reader = Annotated[Visit, Depends(visiting(Right.AUDIT), scope="function")]
Operator = Annotated[Visit, Depends(visiting(Right.OPERATE), scope="function")]


@router.get("/console/sentinel")
def show_sentinel(
    db: Db,
    visit: Reader,
    settings: Configured,
    state: Literal["open", "resolved"] = "open",
    before: Annotated[int | None, Query(ge=1, le=MOST_NUMBER)] = None,
) -> Response:
    """How far it is and what it found."""
    resolved = state == "resolved"
    rows = findings.listed(db, [FindingState.RESOLVED] if resolved else UNRESOLVED, before, FINDINGS + 1)
    page = sentinel_page(
        visit,
        status(db),
        rows[:FINDINGS],
        notices.latest(db, LINES),
        history(db, LINES),
        [channel.name for channel in settings.channels],
        settings.sentinel_pace,
        resolved=resolved,
        more=len(rows) > FINDINGS,
    )
    return visit.show(page)


@router.post("/console/sentinel/{finding_id}/acknowledge")
def acknowledge_on_page(finding_id: Annotated[int, Path(ge=1, le=MOST_NUMBER)], db: Db, visit: Operator, fields: Fields) -> Response:
    """Somebody takes it on."""
    row = findings.acknowledge(db, finding_id, visit.acting.display_name, fields.get("note", ""))
    visit.acting.note(f"finding {row.id}", table=row.table_name, row=row.row_key, column=row.column_name, note=row.note)
    return visit.go(HOME, done="sentinel.done.acknowledged")
