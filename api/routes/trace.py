"""Where a thing came from and where it went, for machines; the console's page shows the same."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import orjson
from fastapi import APIRouter, Depends, Query, Response

from api.callers import Reader, audience_of
from api.dependencies import Db
from api.problems import documented
from api.rates import costs
from api.spelling import hexed
from api.trace_schemas import TraceOut
from indexer.audiences import policies
from ledger_client.codes import parse
from records.audiences import View
from tracing.answer import Direction, Finding, Step, Trace
from tracing.ask import trace
from tracing.walk import DEEPEST, MOST

router = APIRouter(tags=["read"])
MOST_AT_ONCE = 100_000


@router.get(
    "/trace",
    operation_id="traceItem",
    summary="Where an item came from, and where it went",
    response_model=TraceOut,
    dependencies=[Depends(costs(), scope="function")],
    responses=documented(400, 401, 404, 429, 503),
)
def trace_item(
    db: Db,
    reader: Reader,
    code: Annotated[str, Query(description="an item code in any spelling", max_length=2048, examples=["(01)06901234567892(10)L7"])],
    direction: Annotated[Direction, Query(description="`backward` to materials, `forward` to whatever was made of it")] = "backward",
    limit: Annotated[int, Query(ge=1, le=MOST_AT_ONCE, description="things at most; beyond it the answer says `limit`")] = MOST,
    depth: Annotated[int, Query(ge=1, le=DEEPEST, description="ties away from the item at most")] = DEEPEST,
) -> Response:
    """Across lots, containers and companies, any depth; with a verdict on the record behind every step, and with every place where it
    stops although there may be more. Without a key as the public may see it, with one as partners or regulators may.
    """
    view = View(audience_of(reader), policies(db))
    return Response(orjson.dumps(told(trace(db, parse(code), direction, view, most=limit, deepest=depth))), media_type="application/json")


def told(answer: Trace) -> dict[str, object]:
    """`TraceOut`, written straight from the answer: filling a model of each of a hundred thousand links takes longer than the trace."""
    return {
        "start": answer.start,
        "direction": answer.direction,
        "complete": answer.complete,
        "things": [thing._asdict() for thing in answer.things],
        "steps": [_step(step) for step in answer.steps],
        "links": [link._asdict() for link in answer.links],
        "ends": [{"why": end.why, "thing": end.thing, "step": end.step} for end in answer.ends],
        "checked": answer.checked,
        "findings": [_finding(one) for one in answer.findings],
        "judged": answer.judged,
    }


def _step(step: Step) -> dict[str, object]:
    plain = asdict(step)
    return plain | {"eventID": plain.pop("event_id"), "bizStep": plain.pop("biz_step"), "signer": hexed(step.signer)}


def _finding(one: Finding) -> dict[str, object]:
    events = [{"record": e.record, "eventID": e.event_id, "at": e.at, "bizStep": e.biz_step} for e in one.events]
    return asdict(one) | {"events": events, "step": one.step}
