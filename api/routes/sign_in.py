"""Signing in with name and password, and signing out: pages that work without a script.

An attempt is counted before the password is looked at (`accounts.throttle`). A form is taken from our own pages only, so that nobody is
signed in as somebody else without knowing (login CSRF). Failures are pages with a status, never errors: the audit log must keep them.
"""

from __future__ import annotations

from math import ceil
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from accounts import names, people, sessions, sign_in, throttle
from accounts.sign_in import Begun, Client
from api import cookies
from api.callers import Reader, same_origin
from api.dependencies import Db
from api.failures import words_of
from api.forms import Fields
from api.pages.page import Rendered
from api.pages.render import render
from api.pages.sign_in import PATH, new_password_page, sign_in_page
from api.problems import NotAllowed
from ledger_client.errors import InvalidInput

router = APIRouter(include_in_schema=False)
HOME = "/console"
NO_STORE = {"Cache-Control": "no-store", "Vary": "Accept-Language, Cookie"}


def own_path(following: str | None) -> str:
    """The path to go on to after signing in: one of ours, whatever somebody wrote into the link."""
    text = following or HOME
    parts = urlsplit(text) if text.isascii() and text.isprintable() and len(text) < 2048 else None
    ours = parts is not None and not parts.scheme and not parts.netloc and text.startswith("/") and text[1:2] not in {"/", "\\"}
    return text if ours and "\\" not in text else HOME


def client_of(request: Request) -> Client:
    """The browser that asks."""
    return Client(
        address=request.client.host if request.client else "",
        agent=request.headers.get("user-agent", ""),
        request_id=getattr(request.state, "request_id", ""),
        device=cookies.read(request, cookies.DEVICE),
        replaces=cookies.read(request, cookies.SESSION),
    )


Browser = Annotated[Client, Depends(client_of)]


@router.get(PATH)
def sign_in_form(request: Request, reader: Reader, next: str = HOME, out: str = "") -> Response:  # noqa: A002 (the parameter's name)
    """The page; for somebody who is signed in already, the way on and out."""
    words, signed_in = words_of(request), reader.display_name if reader else ""
    notice = words.say("out.done") if out and not reader else ""
    return html(sign_in_page(words, own_path(next), notice=notice, directory_name=directory_name(request), signed_in_as=signed_in))


@router.post(PATH)
def sign_in_with_password(request: Request, db: Db, fields: Fields, client: Browser) -> Response:
    """303 to `next`; 401, 403 or 429 with the page and the reason."""
    following, name = own_path(fields.get("next")), fields.get("name", "")
    if problem := _foreign(request):
        return again(request, 403, problem, following, name)
    counted = throttle.counted(db, names.folded(name[:300]), client.address, client.device)
    if wait := claimed(request, counted):
        return too_many(request, wait, following, name)
    account = sign_in.by_password(db, name, fields.get("password", ""))
    if account is None:
        sign_in.refused(db, client, "password", "wrong name or password", people.by_name(db, name))
        return again(request, 401, words_of(request).say("in.wrong"), following, name)
    throttle.forgive(db, counted)
    if account.password_one_time:
        return html(new_password_page(words_of(request), sign_in.ask_new_password(db, account), account.name, following))
    return welcome(request, sign_in.begin(db, account, "password", client), following)


@router.post(PATH + "/password")
def choose_password(request: Request, db: Db, fields: Fields, client: Browser) -> Response:
    """Set the password of one's own after a one-time password, and be signed in."""
    words, following = words_of(request), own_path(fields.get("next"))
    if problem := _foreign(request):
        return again(request, 403, problem, following)
    ticket, password = fields.get("ticket", ""), fields.get("password", "")
    try:
        account = sign_in.choose_password(db, ticket, password, fields.get("again", ""), client)
    except InvalidInput as error:
        why = words.say("new.unfit", why=f"{error.problem}; {error.fix}") + " " + words.say("new.start")
        return again(request, 400, why, following, fields.get("name", ""))
    if account is None:
        return again(request, 401, words.say("in.stale"), following)
    return welcome(request, sign_in.begin(db, account, "password", client), following)


@router.post("/sign-out")
def sign_out(request: Request, db: Db, client: Browser) -> Response:
    """End this browser's session; 303 to the page of signing in."""
    same_origin(request)
    found = sessions.of_cookie(db, client.replaces) if client.replaces else None
    if found and client.replaces:
        sign_in.end(db, found[1], client.replaces, client)
    response = RedirectResponse(f"{PATH}?lang={words_of(request).language}&out=1", 303, headers=NO_STORE)
    cookies.drop(request, response, cookies.SESSION)
    return response


def claimed(request: Request, counted: throttle.Counted) -> float:
    """Count an attempt, whatever becomes of the request; the seconds to wait, 0.0 if it may be made."""
    with request.app.state.sessions.begin() as session:
        return throttle.claim(session, counted)


def welcome(request: Request, begun: Begun, following: str) -> Response:
    """Hand the cookies out and go on."""
    response = RedirectResponse(following, 303, headers=NO_STORE)
    cookies.put(request, response, cookies.SESSION, begun.cookie)
    if begun.device:
        cookies.put(request, response, cookies.DEVICE, begun.device, throttle.KNOWN_FOR)
    return response


def again(request: Request, status: int, error: str, following: str, name: str = "") -> Response:
    """The page once more, with what went wrong."""
    page = sign_in_page(words_of(request), following, name=name[: names.LONGEST], error=error, directory_name=directory_name(request))
    return html(page, status)


def too_many(request: Request, wait: float, following: str, name: str = "") -> Response:
    """429: the page, and when to try again."""
    response = again(request, 429, words_of(request).say("in.later", seconds=ceil(wait)), following, name)
    response.headers["Retry-After"] = str(ceil(wait))
    return response


def html(page: Rendered, status: int = 200) -> Response:
    """A page that nobody else may be shown."""
    return HTMLResponse(render(page), status, headers=NO_STORE)


def directory_name(request: Request) -> str:
    """What the button for the company's directory says; empty without one."""
    directory = request.app.state.settings.directory
    return (directory.name or words_of(request).say("in.directory")) if directory else ""


def _foreign(request: Request) -> str:
    try:
        same_origin(request)
    except NotAllowed:
        return words_of(request).say("in.foreign")
    return ""
