"""GET /console/verdict: asked for by the pages of items and events once they stand."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response
from sqlalchemy.orm import Session

from accounts.roles import Right
from api.console.event_rows import event_url, item_text, item_url
from api.console.refusals import refusal
from api.console.shown import Link, hash_id
from api.console.verdict import no_verdict_page, verdict_page
from api.console.visit import Visit, visiting
from api.dependencies import Db, Node
from api.live import judge_item
from ledger_client.codes import ItemCode, parse
from ledger_client.errors import EvidenceError, InvalidInput, NotFound, Retryable
from ledger_client.sentences import sentence
from records import queries
from records.database import StorageUnavailable

router = APIRouter()
MOST_ITEMS = 3  # of one event; the others hold the same commitment
Number = Annotated[int, Query(ge=0, le=2**63 - 1)]


@router.get("/console/verdict")
def show_verdict(
    db: Db,
    chain: Node,
    visit: Annotated[Visit, Depends(visiting(Right.READ), scope="function")],
    code: Annotated[str, Query(max_length=2048)] = "",
    event: Annotated[str, Query(max_length=2048)] = "",
    record: Number = 0,
) -> Response:
    """On the item of a `code`, or on one `record` of an `event` in the first few of its items. A node that is away is a state."""
    items, only, back = _subject(db, code, event, record)
    try:
        judged = [judge_item(db, chain, item) for item in items]
        return visit.show(verdict_page(visit, judged, only, back))
    except StorageUnavailable:
        raise
    except (Retryable, EvidenceError) as error:
        return visit.show(no_verdict_page(visit, refusal(error, visit.words), back))


def _subject(db: Session, code: str, event: str, number: int) -> tuple[list[ItemCode], set[bytes] | None, Link]:
    if code:
        item = parse(code)
        return [item], None, Link(item_url(item.uri), item_text(item.uri))
    if not event:
        raise InvalidInput("code", "is missing", "give the code of an item, or an event and the number of its record")
    found = next((row for row in queries.records_of_event(db, event) if row.id == number), None)
    if found is None:
        raise NotFound(sentence("record {number}: there is none of that number under this event id", number=number))
    items = [parse(one) for one in queries.items_of_record(db, found.id)[:MOST_ITEMS]]
    return items, {found.commitment}, Link(event_url(event, number), hash_id(event).short)
