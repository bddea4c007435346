"""A request at an item's path, answered as a GS1-Conformant Resolver does (ref.gs1.org/standards/resolver, release 1.2).

The default link is the item's own page, so a request that names no link type gets that page. `linkType=gs1:…` leads to the member's own
link of that type (307), `linkType=all` (or `linkset`, or `Accept: application/linkset+json`) gives all of them. Several that suit alike
are told with 300; a type without a link with 404 and the types that have one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote, unquote_plus

from fastapi import Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.pages.links import links_page
from api.pages.page import Shell
from api.pages.render import render
from api.pages.words import Words
from ledger_client.codes import ItemCode
from ledger_client.errors import NotFound
from records.models import RecordItem
from resolver import links as stored
from resolver import types
from resolver.choosing import LINKSET, Link, matching, media_weight, told, weights
from resolver.linkset import context_header, header, linkset
from resolver.target import with_query

LISTED = ("all", "linkset")
OURS = frozenset({"linkType", "lang"})  # parameters that are for this server and not passed on
HEADERS = {
    "Access-Control-Allow-Origin": "*",  # applications of others ask from browsers, too; no cookie is looked at here
    "Access-Control-Expose-Headers": "Link, Location",
    "Cache-Control": "no-store",
    "Vary": "Accept, Accept-Language",
}


class NoSuchLink(NotFound):
    """The item has no link of the type that was asked for."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an item is asked for: its page's whole address, that of the server, and what else the path told."""

    page: str
    server: str
    parts: Mapping[str, str]


def answer(request: Request, db: Session, code: ItemCode, place: Place, words: Words, frame: Shell) -> Response | None:
    """What a request that asks for links gets; None: it is for the item's page. NoSuchLink tells the types that there are."""
    asked, accept = request.query_params.get("linkType", ""), request.headers.get("accept", "")
    whole = asked in LISTED or _prefers(accept, LINKSET, "text/html")
    if not asked and not whole:
        return None
    links = links_of(db, code, place, words)
    if whole:
        return _listing(accept, place, links, words, frame) if _known(db, code, links) else _none(accept, place, asked, (), words, frame)
    name = types.named(asked)
    found = [link for link in links if link.link_type == name]
    if not found:
        return _none(accept, place, asked, links, words, frame)
    best = matching(found, request.headers.get("accept-language", ""), accept)
    if len(best) > 1:
        return _listing(accept, place, best, words, frame, 300)
    return None if best[0].target == place.page else _redirect(request, place, best[0], found)


def links_of(db: Session, code: ItemCode, place: Place, words: Words) -> list[Link]:
    """The default link, the members' links, and our own where no member has set one of the type."""
    page = Link(types.DEFAULT, place.page, words.say("links.page"), "", "text/html")
    own = [told(row) for row in stored.of_item(db, code, place.parts)]
    events = f"{place.server}/items/{quote(code.uri, safe='')}/events"
    ours = [
        Link("traceability", place.page, words.say("links.page"), "", "text/html"),
        Link("epcis", events, words.say("links.events"), "", "application/json"),
    ]
    taken = {link.link_type for link in own}
    return [page, *own, *(link for link in ours if link.link_type not in taken)]


def _known(db: Session, code: ItemCode, links: Sequence[Link]) -> bool:
    """Whether a member set a link, or something is recorded here: an address that leads nowhere is not answered with 200."""
    ours = {types.DEFAULT, "traceability", "epcis"}
    if any(link.link_type not in ours for link in links):
        return True
    return db.scalar(select(RecordItem.id).where(RecordItem.item_id == code.item_id).limit(1)) is not None


def _redirect(request: Request, place: Place, link: Link, found: Sequence[Link]) -> Response:
    """307 to a link, with the request's query behind the link's own."""
    target = with_query(link.target, _passed_on(request.url.query))
    return Response(status_code=307, headers=HEADERS | {"Location": target, "Link": header(place.page, found)})


def _passed_on(query: str) -> str:
    pieces = (piece for piece in query.split("&") if piece)
    return "&".join(piece for piece in pieces if unquote_plus(piece.partition("=")[0]) not in OURS)


def _listing(accept: str, place: Place, links: Sequence[Link], words: Words, frame: Shell, status: int = 200) -> Response:
    """All links, or the choice: for people as a page, else as a linkset."""
    headers = HEADERS | {"Link": f"{header(place.page, links if status == 300 else ())}, {context_header()}"}
    if _prefers(accept, "text/html", LINKSET):
        said = "links.choice" if status == 300 else "links.all"
        return HTMLResponse(render(links_page(links, said, place.page, frame, words)), status, headers=headers)
    return JSONResponse(linkset(place.page, links), status, headers=headers, media_type=LINKSET)


def _none(accept: str, place: Place, asked: str, links: Sequence[Link], words: Words, frame: Shell) -> Response:
    if _prefers(accept, "text/html", LINKSET):
        return HTMLResponse(render(links_page(links, "links.none", place.page, frame, words)), 404, headers=HEADERS)
    there = ", ".join(dict.fromkeys(types.curie(link.link_type) for link in links))
    if not there:
        raise NoSuchLink(f"{place.page}: nothing is recorded, and no member set a link for it")
    raise NoSuchLink(f"{place.page}: there is no link of the type {asked[:100]}; there are {there}, and linkType=all gives them all")


def _prefers(accept: str, wanted: str, other: str) -> bool:
    """Whether a media type is named in Accept, and is no less welcome than the other."""
    found = weights(accept)
    return found.get(wanted, 0.0) > 0 and found[wanted] >= (media_weight(other, found) if other in found else 0.0)
