"""The consumer's pages at the items' own paths: GS1 Digital Link for GS1 keys, /item/{code} for everything else.

Any spelling of a path leads to its item. `linkType=` and `Accept: application/linkset+json` ask for the item's other links: `resolving`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import quote

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.orm import Session

from api import resolving
from api.dependencies import Configured, Db, Node
from api.epcis.answers import ABILITIES, collection
from api.epcis.negotiation import agreed, likes_json
from api.failures import words_of
from api.histories import proven_history, stored_history
from api.live import prove_item
from api.names import names_for
from api.pages.docs import docs_page
from api.pages.facts import History
from api.pages.item import Links, item_page
from api.pages.links import item_links, unrecorded_page
from api.pages.other import down_page, home_page, unknown_page, wrong_code_page
from api.pages.page import Banner, ItemPage, Page
from api.pages.product import product, told_banner
from api.pages.render import render, shell
from api.pages.words import Words
from api.routes.resources import RESOURCES
from api.settings import Settings
from api.spelling import hexed
from indexer import queries as mirror
from ledger_client.chain import Chain
from ledger_client.codes import ItemCode, parse
from ledger_client.codes.scan import scan
from ledger_client.contracts import ledger_code_hash, members_code_hash
from ledger_client.deployment import Deployment
from ledger_client.errors import EvidenceError, InvalidCode, Retryable
from recall.related import standing_on
from records.audiences import Policies
from records.database import StorageUnavailable
from resolver.links import is_set, nearest, of_item
from resolver.linkset import header

GS1 = "https://id.gs1.org"
KEYS = ("00", "01", "253", "255", "401", "402", "414", "417", "8003", "8004", "8006", "8010", "8017", "8018")  # spec 1.2
TOP = ("queries", "capture", "events", *(one.path for one in RESOURCES))  # the top-level resources
NOTHING: Mapping[str, str] = {}
router = APIRouter(include_in_schema=False)


def raw_path(request: Request) -> str:
    """The path as it was sent, because a serial may hold a percent-encoded slash."""
    return request.scope.get("raw_path", b"").decode("ascii", "replace").partition("?")[0] or request.url.path


def path_of(code: ItemCode) -> str:
    """The path of an item's page."""
    return code.uri.removeprefix(GS1) if code.scheme == "gs1" else "/item/" + quote(code.uri, safe="")


@router.get("/")
def home(request: Request) -> Response:
    """The front page; to who likes JSON better, what there is of EPCIS 2.0."""
    if likes_json(request):
        agreed(request)
        return collection(TOP, ABILITIES)
    words = words_of(request)
    return _html(home_page(shell(words, words.say("home.title"), "/")))


@router.get("/docs")
def docs(request: Request) -> Response:
    """The JSON interface, described for people."""
    return HTMLResponse(render(docs_page(request.app.openapi(), shell(words_of(request), "HTTP", "/docs"))))


@router.get("/find")
def find(request: Request, code: str = "") -> Response:
    """From the front page's field to the item's page."""
    return _to_page(request, code)


@router.get("/item/{code:path}")
def other_item(request: Request, code: str, db: Db, chain: Node, settings: Configured) -> Response:
    """The page of an item that has no GS1 key; a GS1 item is sent to its own path."""
    try:
        found = parse(code)
    except InvalidCode:
        return _to_page(request, code)
    return _to_page(request, code) if found.scheme == "gs1" else _item(request, found, db, chain, settings)


def gs1_item(request: Request, db: Db, chain: Node, settings: Configured) -> Response:
    """The page of a GS1 item, or another of its links."""
    path = raw_path(request)
    try:
        code = parse(GS1 + path.rstrip("/"))
    except InvalidCode as error:
        return _wrong(request, path.lstrip("/"), error)
    if code.scheme != "gs1":
        return _wrong(request, path.lstrip("/"), InvalidCode("path", "names no GS1 key", "use for example /01/06901234567892/21/A1"))
    return _item(request, code, db, chain, settings)


for key in KEYS:
    router.add_api_route(f"/{key}/{{rest:path}}", gs1_item, methods=["GET"], name=f"item_{key}")


def _item(request: Request, code: ItemCode, db: Db, chain: Node, settings: Configured) -> Response:
    words, place = words_of(request), _place(request, code, settings)
    if resolved := resolving.answer(request, db, code, place, words, shell(words, words.say("links.title"), path_of(code))):
        return resolved
    history = history_of(db, chain, code)
    if history is None:
        return _html(down_page(code, shell(words, words.say("down.title"), path_of(code)), words), 503)
    if history.verdict == "unknown":
        return _unrecorded(db, code, place, words)
    return _html(page_of(request, db, history, code, settings, words, place.parts), place=place)


def _unrecorded(db: Session, code: ItemCode, place: resolving.Place, words: Words) -> Response:
    """The links that a member set for this very code, say a product; else that nothing is known, whatever its product links to."""
    if not is_set(db, code):
        return _html(unknown_page(code, shell(words, words.say("unknown.title"), path_of(code)), words), 404)
    found = nearest(of_item(db, code, place.parts))
    return _html(unrecorded_page(found, place.page, shell(words, words.say("links.title"), path_of(code)), words), place=place)


def _place(request: Request, code: ItemCode, settings: Settings) -> resolving.Place:
    """Where the item is asked for. A lot beside a serial is no part of the code, and still finds the lot's links."""
    server, path = settings.public_url or str(request.base_url).rstrip("/"), raw_path(request).rstrip("/")
    beside = code.scheme == "gs1" and path.count("/") > 4  # more than one pair behind the key
    return resolving.Place(server + path_of(code), server, scan(GS1 + path).parts if beside else {})


def page_of(
    request: Request, db: Session, history: History, code: ItemCode, settings: Settings, words: Words, parts: Mapping[str, str] = NOTHING
) -> ItemPage:
    """The page of an item of which something is known; `parts`: what the path told beside its code."""
    names = names_for(db, history, code, words)
    frame = shell(words, product(history, code, names, words).name, path_of(code))
    page = item_page(history, code, names, _links(request, code, settings), frame, words)
    return replace(page, banner=page.banner or _held(db, code, words), links=item_links(nearest(of_item(db, code, parts)), words))


def _held(db: Session, code: ItemCode, words: Words) -> Banner | None:
    """That the item, its lot, what it lies in or what lies in it is on hold."""
    hold = standing_on(db, code)
    if hold is None:
        return None
    names = {member.member_id: member.name for member in mirror.members(db)}
    return told_banner("held", names.get(hold.member_id, ""), words)


def history_of(db: Session, chain: Chain, code: ItemCode, rules: Policies | None = None) -> History | None:
    """What the chain proves; while it cannot be asked, what is stored, unchecked; None when there is neither.

    `rules`: the policies to apply, by default those that hold now.
    """
    try:
        return proven_history(prove_item(db, chain, code, rules=rules))
    except StorageUnavailable:
        raise
    except (Retryable, EvidenceError):
        return stored_history(db, code, rules)


def _links(request: Request, code: ItemCode, settings: Configured) -> Links:
    base = settings.public_url or str(request.base_url).rstrip("/")
    bundle = f"/items/{quote(code.uri, safe='')}/bundle"
    return Links(base + path_of(code), bundle, f"{bundle}?audience=public", _published(settings.deployment))


def _published(deployment: Deployment) -> str:
    """The ledger that this server serves and the code it must have: what the browser holds the bundle against."""
    codes = {"ledgerCode": ledger_code_hash(deployment.members), "membersCode": members_code_hash(deployment.council)}
    return orjson.dumps(deployment.to_json() | {name: hexed(value) for name, value in codes.items()}).decode()


def _to_page(request: Request, text: str) -> Response:
    try:
        code = scan(text).item
    except InvalidCode as error:
        return _wrong(request, text, error)
    lang = request.query_params.get("lang")
    return RedirectResponse(path_of(code) + (f"?lang={quote(lang)}" if lang else ""), 303)


def _wrong(request: Request, text: str, error: InvalidCode) -> Response:
    words = words_of(request)
    return _html(wrong_code_page(text, error, shell(words, words.say("wrong.title"), "/"), words), 400)


def _html(page: Page, status: int = 200, place: resolving.Place | None = None) -> Response:
    """A page is of its moment, and of its reader's language; that of an item tells where the item's links are."""
    headers = (
        resolving.HEADERS | {"Link": header(place.page)} if place else {"Cache-Control": "no-store", "Vary": "Accept, Accept-Language"}
    )
    return HTMLResponse(render(page), status, headers=headers)
