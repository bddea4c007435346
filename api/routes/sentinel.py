"""What the sentinel found and how far it is, for machines and operators."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query

from api.dependencies import Db
from api.problems import documented
from api.routes.metrics import Operator
from api.sentinel_replies import Acknowledgement, FindingOut, FindingsOut, SentinelOut, finding_out, sentinel_out
from sentinel import findings
from sentinel.models import FindingState
from sentinel.status import status

router = APIRouter(prefix="/sentinel", tags=["operate"])
MOST_NUMBER = 2**53
State = Annotated[list[FindingState], Query(alias="state", description="open, acknowledged, resolved; by default what is not resolved")]


@router.get("", operation_id="sentinel", summary="How far the sentinel is", responses=documented(401, 403, 503))
def sentinel(db: Db, _caller: Operator) -> SentinelOut:
    """It re-hashes every stored record against the chain, round and round: the running round, the last whole one, and how many findings are
    unresolved. `docs/sentinel.md` says what is checked."""
    return sentinel_out(status(db))


@router.get("/findings", operation_id="listFindings", summary="What is altered, missing or added", responses=documented(400, 401, 403, 503))
def list_findings(
    db: Db,
    _caller: Operator,
    states: State = [FindingState.OPEN, FindingState.ACKNOWLEDGED],  # noqa: B006 (FastAPI copies it)
    before: Annotated[int | None, Query(ge=1, le=MOST_NUMBER, description="the `next` of the page before")] = None,
    limit: Annotated[int, Query(ge=1, le=500, description="findings on a page")] = 50,
) -> FindingsOut:
    """Newest first. Each names table, row and column, what was expected and what is there, and how often it was seen."""
    rows = findings.listed(db, states, before, limit + 1)
    return FindingsOut(findings=[finding_out(row) for row in rows[:limit]], next=rows[limit - 1].id if len(rows) > limit else None)


@router.post(
    "/findings/{finding_id}/acknowledge",
    operation_id="acknowledgeFinding",
    summary="Take a finding on",
    responses=documented(400, 401, 403, 404, 409, 503),
)
def acknowledge(
    finding_id: Annotated[int, Path(ge=1, le=MOST_NUMBER)], db: Db, caller: Operator, said: Acknowledgement | None = None
) -> FindingOut:
    """Says who looks after it; it stays until the sentinel does not find it any more. One that is resolved already answers 409."""
    row = findings.acknowledge(db, finding_id, caller.display_name, said.note if said else "")
    caller.note(f"finding {row.id}", table=row.table_name, row=row.row_key, column=row.column_name, note=row.note)
    return finding_out(row)
