"""Signing in through a company's directory (OpenID Connect): to the directory, and back with a code."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from accounts import audit, directory, oidc, sessions, sign_in, throttle
from accounts.challenges import LASTS
from accounts.models import Account
from accounts.sign_in import Client
from api import cookies
from api.callers import actor_of
from api.dependencies import Db
from api.failures import words_of
from api.rates import charge
from api.routes.sign_in import HOME, NO_STORE, Browser, again, claimed, own_path, too_many, welcome
from ledger_client.errors import Conflict, NotFound
from telemetry.logs import log

PATH = "/sign-in/directory"
OWN = "/console/account"
router = APIRouter(include_in_schema=False)


@router.get(PATH)
def to_directory(request: Request, db: Db, next: str = HOME) -> Response:  # noqa: A002 (the parameter's name)
    """303 to the directory; 503 with the page of signing in while it is away."""
    following = own_path(next)
    charge(request, None)
    try:
        return sent(request, db, {"next": following, "account": None})
    except oidc.DirectoryAway as error:
        return _away(request, error, following)


@router.get(PATH + "/callback")
def from_directory(request: Request, db: Db, client: Browser, code: str = "", state: str = "", error: str = "") -> Response:
    """303 to where one wanted to go; 400, 401, 409, 429 or 503 with the page of signing in and the reason, and the state is spent."""
    provider = provider_of(request)
    counted = throttle.from_address(client.address)
    if wait := claimed(request, counted):
        return too_many(request, wait, HOME)
    cookie = cookies.read(request, cookies.STATE)
    with request.app.state.sessions.begin() as session:  # before the directory is asked: nothing is held while it thinks
        facts = oidc.redeem(session, state[:200], cookie)
    words, following = words_of(request), own_path(facts["next"]) if facts else HOME
    if facts is None or cookie is None:
        return _refused(request, db, client, "state is unknown, used, or another browser's", words.say("in.stale"), 400, following)
    if error or not code:
        return _refused(request, db, client, f"the directory refused: {error[:60]}", words.say("in.directory.refused"), 401, following)
    try:
        claims = provider.claims(code[:4096], cookie, back_to(request))
    except oidc.DirectoryAway as problem:
        return _away(request, problem, following)
    except oidc.NotProven as problem:
        return _refused(request, db, client, str(problem)[:200], words.say("in.directory.unproven"), 401, following)
    throttle.forgive(db, counted)
    return (_let_in if facts["account"] is None else _linked)(request, db, client, claims, facts)


def sent(request: Request, db: Db, facts: dict[str, Any]) -> Response:
    """To the directory, which sends the browser back here with a code. DirectoryAway."""
    url, cookie = provider_of(request).begin(db, back_to(request), facts)
    response = RedirectResponse(url, 303, headers=NO_STORE)
    cookies.put(request, response, cookies.STATE, cookie, LASTS)
    return response


def provider_of(request: Request) -> oidc.Provider:
    """The directory of this server; NotFound without one."""
    provider: oidc.Provider | None = request.app.state.directory
    if provider is None:
        raise NotFound("this server has no company directory")
    return provider


def back_to(request: Request) -> str:
    """The address that the directory knows as this server's."""
    base: str = request.app.state.settings.public_url or str(request.base_url).rstrip("/")
    return f"{base}{PATH}/callback"


def _let_in(request: Request, db: Db, client: Client, claims: dict[str, Any], facts: dict[str, Any]) -> Response:
    issuer, subject, words = provider_of(request).directory.issuer, str(claims["sub"]), words_of(request)
    following = own_path(facts["next"])
    account = directory.account_of(db, issuer, subject)
    if account is None:
        account = directory.newcomer(db, provider_of(request).directory, claims)
        if account is not None:
            sign_in.made(db, account, client)
    if account is None:
        return _refused(
            request, db, client, "nobody here has this entry of the directory", words.say("in.directory.unknown"), 401, following
        )
    if account.disabled_at is not None:
        return _refused(request, db, client, "the account is disabled", words.say("in.directory.disabled"), 401, following, account)
    response = welcome(request, sign_in.begin(db, account, "oidc", client), following)
    cookies.drop(request, response, cookies.STATE)
    return response


def _linked(request: Request, db: Db, client: Client, claims: dict[str, Any], facts: dict[str, Any]) -> Response:
    """Link the entry to the account that asked for it, if it is still the one that is signed in here."""
    found = sessions.of_cookie(db, client.replaces) if client.replaces else None
    if found is None or found[1].id != facts["account"]:
        return _refused(request, db, client, "linking needs the session that asked for it", words_of(request).say("in.stale"), 401, OWN)
    try:
        directory.link(db, found[1], provider_of(request).directory.issuer, str(claims["sub"]), keep=found[0].digest)
    except Conflict as problem:
        return _refused(request, db, client, str(problem), words_of(request).say("in.directory.taken"), 409, OWN, found[1])
    audit.write(db, actor_of(request, found[1]), "directory_linked", found[1].name)
    response = RedirectResponse(f"{OWN}?done=accounts.done.directory", 303, headers=NO_STORE)
    cookies.drop(request, response, cookies.STATE)
    return response


def _refused(
    request: Request, db: Db, client: Client, reason: str, told: str, status: int, following: str, account: Account | None = None
) -> Response:
    sign_in.refused(db, client, "oidc", reason, account)
    response = again(request, status, told, following)
    cookies.drop(request, response, cookies.STATE)
    return response


def _away(request: Request, error: oidc.DirectoryAway, following: str) -> Response:
    log.info("directory.away", error=error)
    response = again(request, 503, words_of(request).say("in.directory.away"), following)
    response.headers["Retry-After"] = "5"
    return response
