"""What was shipped and never received, received and never shipped, or differs: for machines; the console's page shows the same."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from accounts.roles import Right
from api.callers import Caller, allowed, view_of
from api.console.paging import instant, place_in, text_of, whole
from api.custody_schemas import CustodyOut
from api.dependencies import Db
from api.problems import documented
from api.rates import lists
from api.spelling import hexed
from indexer import queries as mirror
from records.columns import now
from tracing.custody.handover import Handover, same_code
from tracing.custody.listing import Asked, Line, State, listed

router = APIRouter(tags=["read"])


@router.get(
    "/custody",
    operation_id="listCustody",
    summary="What was shipped and never received, or received and never shipped",
    dependencies=[Depends(lists)],
    responses=documented(401, 403, 429, 503),
)
def list_custody(
    db: Db,
    caller: Annotated[Caller, Depends(allowed(Right.READ), scope="function")],
    state: Annotated[
        list[State] | None,
        Query(description="`open`, `differs`, `unsent`, `withheld` (these where none is named), or `left`: shipped to no member"),
    ] = None,
    place: Annotated[str, Query(description="only what was recorded at this place, or bound for it; any spelling", max_length=2048)] = "",
    member: Annotated[int | None, Query(ge=1, lt=2**63, description="only what this member recorded")] = None,
    days: Annotated[int, Query(ge=1, le=3650, description="how far to look back, by event time")] = 30,
    limit: Annotated[int, Query(ge=1, le=200, description="lines on a page")] = 50,
    older: Annotated[str, Query(description="the `older` of the page before", max_length=80)] = "",
) -> CustodyOut:
    """Newest first. What an event's member does not show to this reader is not used either; where receipts are withheld, the line says
    `withheld` and claims nothing. A page stops after 3,000 handovers, however few lines it has: go on from `older`.
    """
    since, after = now() - timedelta(days=days), place_in({"older": older}, instant, whole)
    signers = None if member is None else [one.address for one in mirror.signers(db, member)]
    states: dict[str, Any] = {"states": frozenset(state)} if state else {}
    asked = Asked(since, place=same_code(place.strip()), signers=signers, **states)
    found = listed(db, asked, view_of(db, caller), after.key if after else None, limit)
    return CustodyOut.model_validate(
        {
            "lines": [_line(one) for one in found.lines],
            "since": since,
            "looked": found.looked,
            "complete": found.older is None and not found.undrawn,
            "undrawn": found.undrawn,
            "older": text_of(found.older) if found.older else None,
        }
    )


def _line(line: Line) -> dict[str, Any]:
    other = _handover(line.counterpart) if line.counterpart else None
    goods = [{"code": one.code, "said": one.said, "other": one.other, "uom": one.uom} for one in line.goods]
    whole = {"state": line.state, "count": line.count, "differences": line.differences}
    return {**whole, "handover": _handover(line.handover), "goods": goods, "counterpart": other}


def _handover(one: Handover) -> dict[str, Any]:
    parties = {"source": one.source, "destination": one.destination}
    return {
        "record": one.record,
        "eventID": one.event_id,
        "at": one.time,
        "bizStep": one.step,
        "signer": hexed(one.signer),
        "place": one.place,
        **{name: {"owner": party.owner, "place": party.place} for name, party in parties.items()},
        "disposition": one.disposition,
        "temperature": one.temperature,
    }
