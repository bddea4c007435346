"""One text in, what it finds out: the same as the console's search field (docs/search.md)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from sqlalchemy.orm import Session

from accounts.roles import Right
from api.callers import Caller, allowed
from api.console.event_rows import event_url, item_url
from api.console.search.links import document_url, member_url, name_url
from api.dependencies import Db
from api.names import product_names, stated_names
from api.pages.words import Words, choose
from api.problems import documented
from api.rates import lists
from api.routes.pages import path_of
from api.search_schemas import (
    FoundDocument,
    FoundDocuments,
    FoundEvent,
    FoundItem,
    FoundItems,
    FoundMember,
    FoundMembers,
    FoundName,
    FoundNames,
    FoundRecord,
    FoundRecords,
    GroupName,
    PassageOut,
    RecognisedOut,
    SearchOut,
)
from api.searching import GROUPS, Results, search
from ledger_client.codes import parse
from ledger_client.errors import InvalidInput
from records.search.events import Hit
from records.search.found import Found
from records.search.names import Named

router = APIRouter(tags=["read"])
Reading = Annotated[Caller, Depends(allowed(Right.READ), scope="function")]


@router.get(
    "/search",
    operation_id="search",
    summary="Find items, master data, members, documents and events by a text",
    dependencies=[Depends(lists)],
    responses=documented(400, 401, 403, 429, 503),
)
def find(
    db: Db,
    request: Request,
    caller: Reading,
    q: Annotated[str, Query(description="a code, a part of one, names or words, in any language; all words must be met", max_length=2048)],
    limit: Annotated[int, Query(ge=1, le=100, description="the most of each group")] = 10,
    group: Annotated[GroupName | None, Query(description="only this group")] = None,
) -> SearchOut:
    """Best first in each group. A text takes two characters, a code three; words are found by their beginning, Chinese anywhere.

    What is withheld from the caller is not found, and nothing tells that it is there.
    """
    found = search(db, caller, q, limit, (group,) if group else GROUPS)
    if found.too_short and not found.scan:
        raise InvalidInput("q", f"{found.asked[:40]!r} is too short to be looked up", "write two characters")
    return _told(db, found, Words(choose(None, request.headers.get("accept-language", ""))))


def _told(db: Session, found: Results, words: Words) -> SearchOut:
    codes = [row.code for row in found.items.rows]
    products = product_names(db, [parse(code) for code in codes], words)
    names = stated_names(db, [one.code for group in (found.products, found.places) for one in group.rows], words)
    items = [
        FoundItem(
            code=row.code,
            name=products.get(row.code, ""),
            last_step=row.biz_step or row.event_type,
            last_time=row.event_time,
            console=item_url(row.code),
        )
        for row in found.items.rows
    ]
    members = [FoundMember(id=one.member_id, name=one.name, console=member_url(one.member_id)) for one in found.members.rows]
    documents = [
        FoundDocument(type=one.type, id=one.id, latest=one.latest.event_time, console=document_url(one.text))
        for one in found.documents.rows
    ]
    return SearchOut(
        query=found.asked,
        recognised=_recognised(found),
        event=_event(found),
        items=FoundItems(found=items, more=found.items.more),
        products=_names(found.products, names),
        places=_names(found.places, names),
        members=FoundMembers(found=members, more=found.members.more),
        documents=FoundDocuments(found=documents, more=found.documents.more),
        records=FoundRecords(
            found=[_record(hit, found) for hit in found.records.rows], more=found.records.more, unread=found.records.unread
        ),
        complete=not any(found.group(name).more for name in GROUPS),
    )


def _recognised(found: Results) -> RecognisedOut | None:
    if found.scan is None:
        return None
    item = found.scan.item
    return RecognisedOut(
        code=item.uri, spelling=found.scan.spelling, recorded=found.recorded, page=path_of(item), console=item_url(item.uri)
    )


def _event(found: Results) -> FoundEvent | None:
    if found.exact is None:
        return None
    return FoundEvent(event_id=found.exact.event_id, record=found.exact.id, console=event_url(found.exact.event_id, found.exact.id))


def _names(group: Found[Named], names: dict[str, str]) -> FoundNames:
    told = [FoundName(code=one.code, name=names.get(one.code, ""), text=one.text, console=name_url(one)) for one in group.rows]
    return FoundNames(found=told, more=group.more)


def _record(hit: Hit, found: Results) -> FoundRecord:
    return FoundRecord(
        event_id=hit.event_id,
        record=hit.record_id,
        type=hit.event_type,
        biz_step=hit.biz_step,
        event_time=hit.event_time,
        declaration=hit.declaration,
        member=found.writers.get(hit.signer, ""),
        where=[PassageOut(property=one.text.of, field=one.text.field, text=one.text.text) for one in hit.passages],
        console=event_url(hit.event_id, hit.record_id),
    )
