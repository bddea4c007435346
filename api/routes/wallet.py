"""Signing in with a key of one's own (EIP-4361): pages that work with a wallet in the browser, and by pasting without one."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from accounts import sign_in, throttle, wallet
from accounts.sign_in import Client
from api.callers import same_origin
from api.dependencies import Db
from api.failures import words_of
from api.forms import Fields
from api.pages.sign_in_key import key_sign_in_page
from api.pages.words import Words
from api.rates import charge
from api.routes.sign_in import HOME, Browser, claimed, html, own_path, too_many, welcome
from api.sites import PATH, site_of
from ledger_client.addresses import address_in
from ledger_client.errors import InvalidInput

router = APIRouter(include_in_schema=False)
STATEMENT = "Sign in to TraceLedger."


@router.get(PATH)
def key_form(request: Request, next: str = HOME) -> Response:  # noqa: A002 (the parameter's name)
    """Whose key."""
    return html(key_sign_in_page(words_of(request), own_path(next), error=_unset(request)))


@router.post(PATH + "/message")
def ask_for_message(request: Request, db: Db, fields: Fields) -> Response:
    """The message for a key to sign. It says nothing about whether an account has that key."""
    same_origin(request)
    words, following, typed = words_of(request), own_path(fields.get("next")), fields.get("address", "")[:100]
    site = site_of(request)
    if site is None:
        return html(key_sign_in_page(words, following, address=typed, error=_unset(request)), 403)
    charge(request, None)
    try:
        address = address_in(typed)
    except InvalidInput as problem:
        return html(key_sign_in_page(words, following, address=typed, error=wrong(problem, words)), 400)
    return html(key_sign_in_page(words, following, address=typed, message=wallet.ask(db, address, site, STATEMENT)))


@router.post(PATH)
def sign_in_with_key(request: Request, db: Db, fields: Fields, client: Browser) -> Response:
    """303 to `next`; 400, 401 or 429 with the page and the reason, and the message is spent."""
    same_origin(request)
    words, following, site = words_of(request), own_path(fields.get("next")), site_of(request)
    if site is None:
        return html(key_sign_in_page(words, following, error=_unset(request)), 403)
    counted = _counted(request)
    if wait := claimed(request, counted):
        return too_many(request, wait, following)
    try:
        address = wallet.proved(db, message_in(fields), fields.get("signature", ""), site)
    except InvalidInput as problem:
        return _not_let_in(db, client, f"{problem.field}: {problem.problem}"[:200], wrong(problem, words), 400, words, following)
    account = wallet.account_of(db, address)
    if account is None:
        return _not_let_in(db, client, "no account has this key", words.say("key.wrong.unknown"), 401, words, following)
    throttle.forgive(db, counted)
    return welcome(request, sign_in.begin(db, account, "wallet", client), following)


def message_in(fields: dict[str, str]) -> str:
    """The message as it was signed: browsers send a text's lines with CRLF."""
    return fields.get("message", "").replace("\r\n", "\n")


def wrong(problem: InvalidInput, words: Words) -> str:
    """Why a message or a signature is not taken, in the reader's language."""
    return words.say(f"key.wrong.{problem.field}")


def _not_let_in(db: Db, client: Client, reason: str, told: str, status: int, words: Words, following: str) -> Response:
    sign_in.refused(db, client, "wallet", reason)
    return html(key_sign_in_page(words, following, error=told), status)


def _counted(request: Request) -> throttle.Counted:
    return throttle.from_address(request.client.host if request.client else "")


def _unset(request: Request) -> str:
    return "" if site_of(request) else words_of(request).say("key.unset")
