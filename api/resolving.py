"""A request at an item's path, answered as the GS1-Conformant Resolver standard has it (ref.gs1.org/standards/resolver, release 1.2).

The default link is the item's own page, so a request that names no link type gets that page (2.6.1). `linkType=gs1:…` leads to the
member's own link of that type (307); `linkType=linkset`, its older spelling `all`, or `Accept: application/linkset+json` give all of them
(2.9, 2.10). Several that suit alike are told with 300 (2.6.3); a type without a link with 404 and the types that have one (2.6.2).
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
from ledger_client.codes.gs1_keys import DOMAIN
from ledger_client.errors import NotFound
from ledger_client.sentences import sentence
from records.models import RecordItem
from resolver import types
from resolver.choosing import LINKSET, Link, matching, media_weight, weights
from resolver.links import Level, nearest, of_item
from resolver.linkset import CONTEXT, context_header, header, linkset
from resolver.target import with_query

LISTED = ("linkset", "all")
JSON_LD = "application/ld+json"
METHODS = "GET, HEAD, OPTIONS"
HEADERS = {
    "Access-Control-Allow-Origin": "*",  # applications of others ask from browsers, too; no cookie is looked at here
    "Access-Control-Allow-Methods": METHODS,
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


@dataclass(frozen=True, slots=True)
class Found:
    """An item's links: our own (its page first), and those that members set, by level."""

    place: Place
    code: ItemCode
    ours: tuple[Link, ...] = ()
    levels: Sequence[Level] = ()

    @property
    def told(self) -> list[Link]:
        """Our own, and of each type those that hold for the item."""
        return [*self.ours, *nearest(self.levels)]

    def of_type(self, name: str | None) -> list[Link]:
        """A member's stand before our own."""
        return [link for link in nearest(self.levels) if link.link_type == name] or [link for link in self.ours if link.link_type == name]

    def anchored(self) -> list[tuple[str, Sequence[Link]]]:
        """Every level up to the key (2.5.9, rule 4), each at its own address; the item's own is the first, and has our links."""
        links = {level.code: level.links for level in self.levels}
        first = (self.place.page, [*self.ours, *links.pop(self.code.uri, ())])
        return [first, *((self.place.server + code.removeprefix(DOMAIN), held) for code, held in links.items())]


def answer(request: Request, db: Session, code: ItemCode, place: Place, words: Words, frame: Shell) -> Response | None:
    """What a request that asks for links gets; None: it is for the item's page. NoSuchLink tells the types that there are."""
    asked, accept = request.query_params.get("linkType", ""), request.headers.get("accept", "")
    whole = asked in LISTED or _prefers(accept, LINKSET, "text/html")
    if not asked and not whole:
        return None
    found = found_for(db, code, place, words)
    if whole:
        known = found.levels or recorded(db, code)
        return _listing(accept, found, words, frame) if known else _none(accept, asked, Found(place, code), words, frame)
    links = found.of_type(types.named(asked))
    if not links:
        return _none(accept, asked, found, words, frame)
    best = matching(links, request.query_params.get("lang") or request.headers.get("accept-language", ""), accept)
    if len(best) > 1:
        return _listing(accept, Found(place, code, tuple(best)), words, frame, 300)
    return None if best[0].target == place.page else _redirect(request, place, best[0])


def found_for(db: Session, code: ItemCode, place: Place, words: Words) -> Found:
    """An item's links. The default link says nothing but its title, and stands under a type that says what it is, too (2.5.8)."""
    events = f"{place.server}/items/{quote(code.uri, safe='')}/events"
    ours = (
        Link(types.DEFAULT, place.page, words.say("links.page")),
        Link("traceability", place.page, words.say("links.page"), "", "text/html"),
        Link("epcis", events, words.say("links.events"), "", "application/json"),
    )
    return Found(place, code, ours, of_item(db, code, place.parts))


def recorded(db: Session, code: ItemCode) -> bool:
    """Whether something is recorded here: an address that leads nowhere is not answered with 200."""
    return db.scalar(select(RecordItem.id).where(RecordItem.item_id == code.item_id).limit(1)) is not None


def _redirect(request: Request, place: Place, link: Link) -> Response:
    """307 to a link, with the request's query behind the link's own (2.12); `linkType` was for this server."""
    pieces = (piece for piece in request.url.query.split("&") if piece)
    passed = "&".join(piece for piece in pieces if unquote_plus(piece.partition("=")[0]) != "linkType")
    return Response(status_code=307, headers=HEADERS | {"Location": with_query(link.target, passed), "Link": header(place.page)})


def _listing(accept: str, found: Found, words: Words, frame: Shell, status: int = 200) -> Response:
    """All links, or the choice: for people as a page, else as a linkset."""
    headers = HEADERS | {"Link": f"{header(found.place.page)}, {context_header()}"}
    if _prefers(accept, "text/html", LINKSET):
        said = "links.choice" if status == 300 else "links.all"
        return HTMLResponse(render(links_page(found.told, said, found.place.page, frame, words)), status, headers=headers)
    told = linkset(found.anchored())
    if _prefers(accept, JSON_LD, LINKSET):
        return JSONResponse({"@context": CONTEXT} | told, status, headers=headers, media_type=JSON_LD)
    return JSONResponse(told, status, headers=headers, media_type=LINKSET)


def _none(accept: str, asked: str, found: Found, words: Words, frame: Shell) -> Response:
    page = found.place.page
    if _prefers(accept, "text/html", LINKSET):
        return HTMLResponse(render(links_page(found.told, "links.none", page, frame, words)), 404, headers=HEADERS)
    there = ", ".join(dict.fromkeys(types.curie(link.link_type) for link in found.told))
    if not there:
        raise NoSuchLink(sentence("{page}: nothing is recorded, and no member set a link for it", page=page))
    raise NoSuchLink(
        sentence(
            "{page}: there is no link of the type {asked}; there are {there}, and linkType=linkset gives them all",
            page=page,
            asked=asked[:100],
            there=there,
        )
    )


def _prefers(accept: str, wanted: str, other: str) -> bool:
    """Whether a media type is named in Accept, and is no less welcome than the other."""
    found = weights(accept)
    return found.get(wanted, 0.0) > 0 and found[wanted] >= (media_weight(other, found) if other in found else 0.0)
