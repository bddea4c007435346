"""Where a thing came from and where it went, for machines; the console's page shows the same."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import Annotated, NamedTuple

import orjson
from fastapi import APIRouter, Depends, Query, Response
from sqlalchemy import func, select

from api.callers import Reader, view_of
from api.dependencies import Db
from api.problems import documented
from api.rates import costs
from api.spelling import hexed
from api.trace_schemas import TraceOut
from ledger_client.codes import parse
from ledger_client.errors import Conflict, InvalidInput
from records.models import Record
from tracing.answer import Direction, Finding, Step, Trace
from tracing.ask import trace
from tracing.pages import mark, page
from tracing.walk import DEEPEST, MOST

router = APIRouter(tags=["read"])
MOST_AT_ONCE = 100_000
MOST_ON_PAGE = 20_000  # about 4 MB


@router.get(
    "/trace",
    operation_id="traceItem",
    summary="Where an item came from, and where it went",
    response_model=TraceOut,
    dependencies=[Depends(costs(), scope="function")],
    responses=documented(400, 401, 404, 409, 429, 503),
)
def trace_item(
    db: Db,
    reader: Reader,
    code: Annotated[str, Query(description="an item code in any spelling", max_length=2048, examples=["(01)06901234567892(10)L7"])],
    direction: Annotated[Direction, Query(description="`backward` to materials, `forward` to whatever was made of it")] = "backward",
    limit: Annotated[int, Query(ge=1, le=MOST_AT_ONCE, description="things at most; beyond it the answer says `limit`")] = MOST,
    depth: Annotated[int, Query(ge=1, le=DEEPEST, description="ties away from the item at most")] = DEEPEST,
    per_page: Annotated[int, Query(alias="perPage", ge=1, le=MOST_ON_PAGE, description="links on a page")] = 5_000,
    after: Annotated[str, Query(description="the `next` of the page before; everything else as it was asked there", max_length=60)] = "",
) -> Response:
    """Across lots, containers and companies, any depth; with a verdict on the record behind every step, and with every place where it
    stops although there may be more. Without a key as the public may see it, with one as partners or regulators may. A large answer comes
    page by page; all pages tell of the same moment.
    """
    view = view_of(db, reader)
    place = _place(after) if after else _Place(db.scalar(select(func.max(Record.id))) or 0)
    answer = trace(db, parse(code), direction, view, most=limit, deepest=depth, upto=place.upto)
    if after and mark(answer) != place.mark:
        raise Conflict("after: the trace is another than when that page was given; begin again without `after`")
    return Response(orjson.dumps(told(answer, place, per_page)), media_type="application/json")


class _Place(NamedTuple):
    """Where a page begins, in the answer by the records up to a number; and that answer's checksum."""

    upto: int
    after: int = 0  # links
    mark: int = 0


def _place(after: str) -> _Place:
    if not _CURSOR.fullmatch(after):
        raise InvalidInput("after", "is not the `next` of a page", "leave it out to begin again")
    return _Place(*map(int, after.split(".")))


_CURSOR = re.compile(r"[0-9]{1,18}(\.[0-9]{1,10}){2}")


def told(answer: Trace, place: _Place, per_page: int) -> dict[str, object]:
    """`TraceOut`, written straight from the answer: filling a model of each of thousands of links takes longer than the trace."""
    here = page(answer, place.after, per_page)
    return {
        "start": answer.start,
        "direction": answer.direction,
        "complete": answer.complete,
        "total": {"things": len(answer.things), "steps": len(answer.steps), "links": len(answer.links)},
        "next": here.after and f"{place.upto}.{here.after}.{mark(answer)}",
        "things": [thing._asdict() for thing in here.things],
        "steps": [_step(step) for step in here.steps],
        "links": [link._asdict() for link in here.links],
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
