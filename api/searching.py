"""What a text finds, for the console's search field and `GET /search`: groups of things, each best first, as far as the asker may see them.

From `records.search` (sealed and clear indexes), `indexer.queries` (members) and the resolver of codes; to `api.routes.search` and
`api.console.search`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from sqlalchemy.orm import Session

from api.callers import Caller, view_of
from api.pages.payload import list_in, text_in
from api.pages.words import bare
from api.scanning import scanned
from api.told_items import tellable
from indexer import queries as mirror
from ledger_client.codes.scan import Scan
from ledger_client.errors import InvalidCode
from ledger_client.onchain import Member
from records import queries
from records.audiences import View
from records.lists import items
from records.lists.items import ItemRow
from records.models import Record
from records.search.codes import READ, codes, part_of
from records.search.events import Hit, Search, events, long_enough, passages_in
from records.search.found import Found, first_of
from records.search.names import Named, names
from records.search.opening import Behind, behind
from records.search.texts import texts_of
from records.search.words import normal, runs, spans

GROUPS = ("items", "products", "places", "members", "documents", "records")
DOCUMENTS = "bizTransactionList"
LONGEST = 2048
_BLANKS = " \t\r\n"  # str.strip alone would eat the separator of scanners, FNC1
_OPENED = 200  # events of which the business documents are read


@dataclass(frozen=True, slots=True)
class BusinessDocument:
    """An order, an invoice, a delivery note; `text`: its id as it is read and searched, `latest`: the newest event that names it."""

    type: str  # bare, such as po
    id: str
    text: str
    latest: Hit


@dataclass(frozen=True, slots=True)
class Results:
    """What was found in each group; one that was not asked for is empty.

    `scan`: what the text is to a scanner, `recorded`: whether that item is recorded here. `exact`: the record of that event id or hash.
    `too_short`: nothing can be looked up by it.
    """

    asked: str
    scan: Scan | None = None
    recorded: bool = False
    exact: Record | None = None
    too_short: bool = False
    items: Found[ItemRow] = field(default_factory=lambda: Found([]))
    products: Found[Named] = field(default_factory=lambda: Found([]))
    places: Found[Named] = field(default_factory=lambda: Found([]))
    members: Found[Member] = field(default_factory=lambda: Found([]))
    documents: Found[BusinessDocument] = field(default_factory=lambda: Found([]))
    records: Found[Hit] = field(default_factory=lambda: Found([]))
    writers: Mapping[bytes, str] = field(default_factory=dict)  # signer -> its member's name

    def group(self, name: str) -> Found[object]:
        """One of GROUPS."""
        found: Found[object] = getattr(self, name)
        return found


def search(session: Session, caller: Caller, asked: str, limit: int, groups: Collection[str] = GROUPS) -> Results:
    """What a text finds: up to `limit` of each group."""
    asked = asked.strip(_BLANKS)[:LONGEST]
    if not asked:
        return Results(asked, too_short=True)
    found = _scan(session, caller, asked)
    recorded = found is not None and items.known(session, found.item.item_id)
    exact = exact_record(session, asked)
    short = not (long_enough(asked) or part_of(asked) or recorded or exact)
    if short:
        return Results(asked, found, recorded=recorded, too_short=True)
    view = view_of(session, caller)
    first = [found.item.uri] if found and recorded else []
    named = names(session, asked) if {"products", "places"} & set(groups) else Found([])
    newest = behind(session, view) if {"documents", "records"} & set(groups) else None
    products, places = ([one for one in named.rows if one.product == kind] for kind in (True, False))
    return Results(
        asked,
        found,
        recorded,
        exact,
        items=_items(session, view, asked, limit, first) if "items" in groups else Found([]),
        products=first_of(products, limit, more=named.more) if "products" in groups else Found([]),
        places=first_of(places, limit, more=named.more) if "places" in groups else Found([]),
        members=first_of(_members(session, asked), limit) if "members" in groups else Found([]),
        documents=_documents(session, view, newest, asked, limit) if newest and "documents" in groups else Found([]),
        records=events(session, asked, view, limit, newest=newest) if newest and "records" in groups else Found([]),
        writers=mirror.member_names(session),
    )


def exact_record(session: Session, asked: str) -> Record | None:
    """The record of that event id, commitment or payload hash."""
    rows = queries.records_of_event(session, asked)
    if rows:
        return rows[0]
    digits = asked.removeprefix("0x")
    try:
        value = bytes.fromhex(digits) if len(digits) == 64 else b""
    except ValueError:
        return None
    found = [*queries.records_of_commitments(session, [value]).values(), *queries.records_of_payload(session, value)] if value else []
    return found[0] if found else None


def _scan(session: Session, caller: Caller, asked: str) -> Scan | None:
    try:
        return scanned(session, caller, asked)
    except InvalidCode:
        return None


def _items(session: Session, view: View, asked: str, limit: int, first: Sequence[str]) -> Found[ItemRow]:
    """Items whose latest record may tell the asker that it is about them. Where none of those found may be told, nothing tells of more."""
    found = codes(session, asked, READ)
    left, kept = list(dict.fromkeys([*first, *found.rows])), list[ItemRow]()
    while left and len(kept) <= limit:
        part, left = left[: limit + 1], left[limit + 1 :]
        rows = items.of_codes(session, part)
        told = tellable(session, rows.values(), view.audience)
        kept += [rows[code] for code in part if code in rows and told.may(rows[code].record_id, code)]
    return first_of(kept, limit, more=found.more and bool(kept or not found.rows), unread=found.unread)


def _members(session: Session, asked: str) -> list[Member]:
    wanted = runs(asked)
    said = [(member, spans(normal(f"{member.name} {member.endpoint}"), wanted)) for member in mirror.members(session)]
    return [member for member, held in said if wanted and held.keys() == set(wanted)]


def _documents(session: Session, view: View, newest: Behind, asked: str, limit: int) -> Found[BusinessDocument]:
    """Business documents whose id holds the words, of the newest events that name some."""
    hits, wanted = Search(session, asked, view, newest, DOCUMENTS), runs(asked)
    found, opened = dict[tuple[str, str], BusinessDocument](), 0
    for hit in islice(hits.found(), _OPENED):
        opened += 1
        for entry in list_in(hit.event, DOCUMENTS):
            for passage in passages_in(texts_of({DOCUMENTS: [entry]}), wanted):
                key = bare(text_in(entry, "type")), text_in(entry, "bizTransaction")
                found.setdefault(key, BusinessDocument(*key, passage.text.text, hit))
        if len(found) > limit:
            break
    return first_of(list(found.values()), limit, more=hits.stopped or opened == _OPENED, unread=newest.unread)
