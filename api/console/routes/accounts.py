"""GET and POST /console/accounts and below: accounts, keys and sessions of everybody, for operators."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi import Path as InPath
from fastapi.responses import Response
from sqlalchemy.orm import Session

from accounts import api_keys, people, sessions
from accounts.models import Account
from accounts.names import folded
from accounts.roles import Right, Role
from api.console.accounts.lists import KEYS, SESSIONS, accounts_page, keys_page, sessions_page
from api.console.accounts.made import key_page, password_page
from api.console.accounts.new import new_account_page
from api.console.accounts.one import Glance, account_page
from api.console.accounts.parts import LASTS, SCOPE, Wrong, account_url, wrong_in
from api.console.refusals import refusal
from api.console.visit import Refilled, Visit, visiting
from api.dependencies import Db
from api.forms import Fields
from api.places import LONGEST, place
from api.spelling import unhexed
from api.stored import own_signers, signer_in
from indexer import queries as mirror
from ledger_client.addresses import address_in
from ledger_client.errors import Conflict, InvalidInput, NotFound
from ledger_client.sentences import sentence
from records.columns import now
from records.lists.paging import Place

router = APIRouter()
ON_A_PAGE = 50
AT_A_GLANCE = 10  # keys and sessions on the page of an account

Operator = Annotated[Visit, Depends(visiting(Right.ACCOUNTS), scope="function")]
Number = Annotated[int, InPath(ge=1, le=2**62)]
OfAccount = Annotated[int | None, Query(ge=1, le=2**62)]
Word = Annotated[str, Query(max_length=LONGEST)]


@router.get("/console/accounts")
def list_people(
    db: Db, visit: Operator, begins: Annotated[str, Query(max_length=100)] = "", after: Annotated[str, Query(max_length=100)] = ""
) -> Response:
    """Who may sign in."""
    found = people.listed(db, after, ON_A_PAGE + 1, folded(begins))
    return visit.show(accounts_page(visit, found[:ON_A_PAGE], mirror.member_names(db), begins, after, len(found) > ON_A_PAGE))


@router.get("/console/accounts/keys")
def list_all_keys(db: Db, visit: Operator, account: OfAccount = None, older: Word = "", newer: Word = "") -> Response:
    """Every API key, of one account or of all."""
    whose = people.person(db, people.account(db, account)) if account else None
    return visit.show(keys_page(visit, api_keys.listed(db, account, place_in(older, newer), ON_A_PAGE), whose))


@router.post("/console/accounts/keys/revoke")
def revoke_any_key(db: Db, visit: Operator, fields: Fields) -> Response:
    """End a key, and back to where the button stood."""
    digest = unhexed("id", fields.get("id", ""), 32)
    found = api_keys.named(db, digest)
    api_keys.revoke_one(db, digest)
    visit.acting.note(found.account, key=found.name)
    return visit.go(account_url(found.account_id) if fields.get("on") == "account" else KEYS, done="accounts.done.key_revoked")


@router.get("/console/accounts/sessions")
def list_all_sessions(db: Db, visit: Operator, account: OfAccount = None, older: Word = "", newer: Word = "") -> Response:
    """Every open session, of one account or of all."""
    whose = people.person(db, people.account(db, account)) if account else None
    found = sessions.listed(db, account, visit.acting.credential, place_in(older, newer), ON_A_PAGE)
    return visit.show(sessions_page(visit, found, whose))


@router.post("/console/accounts/sessions/end")
def end_any_session(db: Db, visit: Operator, fields: Fields) -> Response:
    """End a session, and back to where the button stood."""
    digest = unhexed("id", fields.get("id", ""), 32)
    account = sessions.account_of(db, digest)
    if account is None:
        raise NotFound(sentence("session {digest}: there is none of that digest", digest=digest.hex()))
    sessions.end_one(db, digest)
    visit.acting.note(account.name)
    return visit.go(account_url(account.id) if fields.get("on") == "account" else SESSIONS, done="accounts.done.session_ended")


@router.get("/console/accounts/new")
def show_new_account(db: Db, visit: Operator) -> Response:
    """The empty form."""
    return visit.show(new_account_page(visit, own_signers(db), mirror.member_names(db), {}))


@router.post("/console/accounts/new")
def make_account(db: Db, visit: Operator, fields: Fields) -> Response:
    """The new account's one-time password, or for a machine its page; the form again if it may not be."""
    try:
        role = role_in(fields)
        signer = signer_in(db, fields.get("signer"))
        account = people.create(db, fields.get("name", ""), role, display_name=fields.get("display_name", ""), signer=signer)
    except InvalidInput as problem:
        raise Refilled(_new_again(db, visit, fields, wrong_in(problem, visit.words), 400)) from None
    except Conflict as problem:
        wrong = Wrong("name", visit.words.say("accounts.wrong.taken"), refusal(problem, visit.words))
        raise Refilled(_new_again(db, visit, fields, wrong, 409)) from None
    visit.acting.note(account.name, role=role.value)
    if role == Role.MACHINE:
        return visit.go(account_url(account.id), done="accounts.done.machine")
    return visit.show(password_page(visit, account.name, people.draw_first_password(db, account), account_url(account.id)))


@router.get("/console/accounts/{account_id}")
def show_account(db: Db, visit: Operator, account_id: Number) -> Response:
    """One account with its keys and sessions."""
    return visit.show(account_page(visit, _glance(db, visit, people.account(db, account_id))))


@router.post("/console/accounts/{account_id}")
def save_account(db: Db, visit: Operator, account_id: Number, fields: Fields) -> Response:
    """Name, role, signer and wallet; only what differs is changed."""
    account = people.account(db, account_id)
    seen = _glance(db, visit, account)
    try:
        wallet = fields.get("wallet", "").strip()
        changed = people.change(
            db,
            account,
            display_name=fields.get("display_name", ""),
            role=role_in(fields),
            signer=account.signer if _same(account.signer, fields.get("signer", "")) else signer_in(db, fields.get("signer")),
            wallet=address_in(wallet, "wallet") if wallet else None,
        )
    except (InvalidInput, Conflict) as problem:
        raise Refilled(_refused(visit, seen, fields, problem)) from None
    visit.acting.note(account.name, **changed)
    return visit.go(account_url(account_id), done="accounts.done.saved")


@router.post("/console/accounts/{account_id}/password")
def reset_password(db: Db, visit: Operator, account_id: Number) -> Response:
    """A new one-time password, shown once."""
    account = people.account(db, account_id)
    visit.acting.note(account.name)
    return visit.show(password_page(visit, account.name, people.draw_first_password(db, account), account_url(account_id)))


@router.post("/console/accounts/{account_id}/disable")
def disable_account(db: Db, visit: Operator, account_id: Number) -> Response:
    """Keep an account out; the last operator stays."""
    account = people.account(db, account_id)
    seen = _glance(db, visit, account)
    try:
        people.disable(db, account)
    except Conflict as problem:
        raise Refilled(_refused(visit, seen, {}, problem)) from None
    visit.acting.note(account.name)
    return visit.go(account_url(account_id), done="accounts.done.disabled")


@router.post("/console/accounts/{account_id}/enable")
def enable_account(db: Db, visit: Operator, account_id: Number) -> Response:
    """Let an account in again."""
    account = people.account(db, account_id)
    people.enable(db, account)
    visit.acting.note(account.name)
    return visit.go(account_url(account_id), done="accounts.done.enabled")


@router.post("/console/accounts/{account_id}/keys")
def make_key(db: Db, visit: Operator, account_id: Number, fields: Fields) -> Response:
    """A new key of an account, shown once."""
    account = people.account(db, account_id)
    seen = _glance(db, visit, account)
    try:
        key = issued(db, account, fields, visit)
    except InvalidInput as problem:
        raise Refilled(_refused(visit, seen, fields, problem)) from None
    return visit.show(key_page(visit, fields.get("key_name", ""), key, account_url(account_id)))


def issued(db: Session, account: Account, fields: Mapping[str, str], visit: Visit) -> str:
    """A new key as a form asks for it; InvalidInput for one that may not be."""
    lasts, name = fields.get("lasts", ""), fields.get("key_name", "").strip()
    if lasts not in LASTS:
        raise InvalidInput(
            "expiresAt", sentence("{lasts!r} is no choice", lasts=lasts[:20]), sentence("choose one of {known}", known=", ".join(LASTS))
        )
    lasting = LASTS[lasts]
    scope = [right for right in Right if fields.get(SCOPE + right)]
    key = api_keys.issue(db, account, name, scope, now() + lasting if lasting else None)
    visit.acting.note(account.name, key=name, scope=[right.value for right in scope], days=lasts)
    return key


def role_in(fields: Mapping[str, str]) -> Role:
    """The role that a form chose."""
    try:
        return Role(fields.get("role", ""))
    except ValueError:
        raise InvalidInput(
            "role",
            sentence("{value!r} is none", value=fields.get("role", "")[:20]),
            sentence("choose one of {known}", known=", ".join(Role)),
        ) from None


def place_in(older: str, newer: str) -> Place | None:
    """Where a list goes on, by the two parameters of its pager."""
    return place(newer, newer=True) if newer else place(older)


def _glance(db: Session, visit: Visit, account: Account) -> Glance:
    """What the page of an account shows; read before anything is changed, so that a refusal shows the account as it stays."""
    keys = api_keys.listed(db, account.id, limit=AT_A_GLANCE)
    open_now = sessions.listed(db, account.id, visit.acting.credential, limit=AT_A_GLANCE)
    return Glance(people.person(db, account), own_signers(db), mirror.member_names(db), keys, open_now)


def _refused(visit: Visit, seen: Glance, typed: Mapping[str, str], problem: InvalidInput | Conflict) -> Response:
    """The page with what was typed, and why it may not be."""
    if isinstance(problem, InvalidInput):
        return visit.show(account_page(visit, seen, typed, wrong_in(problem, visit.words)), 400)
    which = "wallet" if "belongs to the account" in str(problem) else "operator"
    return visit.show(
        account_page(visit, seen, typed, Wrong(which, visit.words.say(f"accounts.wrong.{which}_kept"), refusal(problem, visit.words))), 409
    )


def _new_again(db: Session, visit: Visit, fields: Mapping[str, str], wrong: Wrong, status: int) -> Response:
    return visit.show(new_account_page(visit, own_signers(db), mirror.member_names(db), fields, wrong), status)


def _same(signer: bytes | None, text: str) -> bool:
    return text == ("0x" + signer.hex() if signer else "")
