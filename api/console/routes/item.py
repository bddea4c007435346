"""GET /console/items/{code}, and the item's code as a picture, GET /console/qr"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response
from sqlalchemy.orm import Session

from accounts.roles import Right
from api import stored
from api.callers import Caller, audience_of
from api.console.item import Known, item_page
from api.console.paging import instant, place_in, whole
from api.console.relations import KINDS, Told, relations
from api.console.visit import Visit, visiting
from api.dependencies import Configured, Db
from api.names import names_for
from api.pages import qr
from api.pages.facts import Anchored, Fact, History
from api.routes.items import file_name
from api.routes.pages import path_of
from api.spelling import hexed
from indexer import queries as mirror
from indexer.audiences import policies
from indexer.models import MirroredAnchor
from ledger_client.codes import ItemCode, parse
from ledger_client.disclosure import Audience
from ledger_client.errors import NotFound
from ledger_client.sentences import sentence
from records import contents, queries
from records.audiences import Policies
from records.contents import Content
from records.lists import items
from records.lists.events import Wanted, events
from records.models import Record

router = APIRouter()
ROWS = 25  # of the history on one page
OLDEST, NEWEST = 5, 15  # records that tell what the item is, and in which state
MOST_RELATING = 200  # newest records that are asked for parents and children
MOST_ABSENT = 20
Reading = Annotated[Visit, Depends(visiting(Right.READ), scope="function")]


@router.get("/console/items/{code:path}")
def show_item(code: str, db: Db, visit: Reading, settings: Configured) -> Response:
    """What is stored of an item; its verdict is asked for by the page itself."""
    item, caller = parse(code), visit.acting
    members = mirror.member_names(db)
    known = _known(db, item, visit, audience_of(caller), members)
    if not known.records and not known.absent:
        raise NotFound(sentence("{uri}: nothing is recorded for it here, and the mirror has no anchor of it", uri=item.uri))
    own_url = (settings.public_url or str(visit.request.base_url).rstrip("/")) + path_of(item)
    picture = qr.svg(own_url, visit.words.say("item.qr"))
    return visit.show(item_page(visit, known, members, _bundles(caller), own_url, path_of(item), picture))


@router.get("/console/qr")
def show_qr(
    visit: Reading, settings: Configured, code: Annotated[str, Query(max_length=2048)], kind: Literal["svg", "png"] = "svg"
) -> Response:
    """The item's code as a file, for a label."""
    item = parse(code)
    own_url = (settings.public_url or str(visit.request.base_url).rstrip("/")) + path_of(item)
    name = file_name(item, "public").removesuffix(".public.bundle.json")
    content, media = (qr.svg_file(own_url), "image/svg+xml") if kind == "svg" else (qr.png_file(own_url), "image/png")
    return Response(content, media_type=media, headers={"Content-Disposition": f'attachment; filename="{name}.{kind}"'})


def _bundles(caller: Caller) -> tuple[Audience, ...]:
    """Whose views the caller may take along (`api.routes.items`)."""
    return ("public", "partners", "regulator") if caller.may(Right.READ_ALL) else ("public", "partners")


def _known(db: Session, item: ItemCode, visit: Visit, audience: Audience, members: Mapping[bytes, str]) -> Known:
    wanted, rules = Wanted(item_id=item.item_id), policies(db)
    page = events(db, wanted, place_in(visit.request.query_params, instant, whole), ROWS)
    ends = queries.ends_of_item(db, item.item_id, OLDEST, NEWEST)
    records = queries.records(db, {*ends, *(row.record_id for row in page.rows)})
    anchors = mirror.first_anchors(db, item.item_id, [row.commitment for row in records.values()])
    many, relating = items.count(db, item.item_id), queries.records_of_kinds(db, item.item_id, KINDS, MOST_RELATING)
    held = contents.opened(db, [*records.values(), *relating])
    recorded = {number: _fact(row, held[number], rules, audience, anchors.get(row.commitment), members) for number, row in records.items()}
    absent = mirror.anchors_without_record(db, item.item_id, MOST_ABSENT + 1)
    return Known(
        code=item,
        page=page,
        recorded=recorded,
        ends=ends,
        records=many,
        names=names_for(db, History(item.uri, "unchecked", tuple(recorded.values())), item, visit.words),
        related=relations(item.uri, list(_told(relating, held, rules, audience))),
        related_cut=many > MOST_RELATING,
        absent=absent[:MOST_ABSENT],
        absent_cut=len(absent) > MOST_ABSENT,
        own=frozenset(stored.own_signers(db)),
    )


def _fact(
    record: Record, held: Content, rules: Policies, audience: Audience, anchor: MirroredAnchor | None, members: Mapping[bytes, str]
) -> Fact:
    """A record as the audience may see it. Nobody has held it against the chain for this."""
    event = held.event() or {}
    names = rules.of(held.signer).shown(audience, event)
    place = (
        Anchored(anchor.seq, anchor.time, anchor.block_number, hexed(anchor.signer), anchor.member_id, members.get(anchor.signer, ""))
        if anchor
        else None
    )
    if held.erased:
        return Fact(hexed(record.commitment), "unchecked", place, hidden="erased", signer=hexed(record.signer))
    shown = {name: value for name, value in event.items() if name in names}
    return Fact(hexed(record.commitment), "unchecked", place, size=len(event), properties=shown, signer=hexed(record.signer))


def _told(records: Sequence[Record], contents: Mapping[int, Content], rules: Policies, audience: Audience) -> Iterable[Told]:
    for record in records:
        held = contents[record.id]
        event = held.event() or {}
        names = rules.of(held.signer).shown(audience, event)
        shown = {name: value for name, value in event.items() if name in names}
        yield Told(record.event_id, record.signer, record.event_time, record.original is None, shown)
