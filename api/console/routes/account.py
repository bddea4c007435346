"""GET and POST /console/account and below: one's own account, for everybody who is signed in."""

from __future__ import annotations

from math import ceil
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response
from sqlalchemy.orm import Session

from accounts import api_keys, directory, passwords, people, sessions, throttle, wallet
from accounts.roles import OWN_KEYS, Right
from api import cookies
from api.console.accounts.made import key_page
from api.console.accounts.own import own_page
from api.console.accounts.parts import OWN, Wrong, wrong_in
from api.console.accounts.wallet import wallet_page
from api.console.routes.accounts import issued
from api.console.visit import Refilled, Visit, visiting
from api.dependencies import Db
from api.forms import Fields
from api.pages.words import Words
from api.places import LONGEST, place
from api.problems import NotAllowed
from api.routes.directory import sent
from api.routes.sign_in import directory_name
from api.routes.wallet import message_in, wrong
from api.sites import site_of
from api.spelling import unhexed
from ledger_client.addresses import address_in, checksummed
from ledger_client.errors import Conflict, InvalidInput, NotFound
from ledger_client.sentences import sentence

router = APIRouter()
ON_A_PAGE = 20

Myself = Annotated[Visit, Depends(visiting(Right.READ, in_person=True), scope="function")]
Word = Annotated[str, Query(max_length=LONGEST)]


@router.get("/console/account")
def show_own_account(db: Db, visit: Myself, sessions: Word = "", keys: Word = "") -> Response:
    """My account."""
    return _shown(db, visit, sessions_after=sessions, keys_after=keys)


@router.post("/console/account/password")
def change_own_password(db: Db, visit: Myself, fields: Fields) -> Response:
    """A new password for somebody who knows the old one; all other sessions end. Attempts are counted as those of signing in are."""
    words, caller = visit.words, visit.acting
    account = people.account(db, caller.account_id)
    counted = throttle.counted(db, account.name, caller.actor.address, cookies.read(visit.request, cookies.DEVICE))
    if wait := throttle.claim(db, counted):
        caller.note(account.name, outcome="too many attempts")
        answer = _shown(db, visit, Wrong("current", words.say("accounts.wrong.later", seconds=ceil(wait)), ""), 429)
        answer.headers["Retry-After"] = str(ceil(wait))
        return answer
    if account.password_hash is None or not passwords.matches(account.password_hash, fields.get("current", "")):
        caller.note(account.name, outcome="wrong password")
        return _shown(db, visit, Wrong("current", words.say("accounts.wrong.current"), ""), 400)  # answered, not raised: the count is kept
    throttle.forgive(db, counted)
    try:
        if fields.get("password", "") != fields.get("again", ""):
            raise InvalidInput("again", "is not the same", "type the new password twice")
        people.set_password(db, account, fields.get("password", ""), keep=caller.credential)
    except InvalidInput as problem:
        raise Refilled(_shown(db, visit, wrong_in(problem, words), 400)) from None
    answer = visit.go(OWN, done="accounts.done.password")
    cookies.put(visit.request, answer, cookies.DEVICE, throttle.know(db, account), throttle.KNOWN_FOR)
    caller.note(account.name, outcome="changed")
    return answer


@router.post("/console/account/sessions/end")
def end_own_session(db: Db, visit: Myself, fields: Fields) -> Response:
    """End one of my sessions."""
    digest = unhexed("id", fields.get("id", ""), 32)
    if not sessions.end_one(db, digest, visit.acting.account_id):
        raise NotFound(sentence("session {digest}: you have none of that digest that is open", digest=digest.hex()))
    visit.acting.note(visit.acting.name)
    return visit.go(OWN, done="accounts.done.session_ended")


@router.post("/console/account/sessions/end-others")
def end_own_other_sessions(db: Db, visit: Myself) -> Response:
    """End all my sessions but this one."""
    count = sessions.end_all(db, visit.acting.account_id, keep=visit.acting.credential)
    visit.acting.note(visit.acting.name, ended=count)
    return visit.go(OWN, done="accounts.done.sessions_ended")


@router.post("/console/account/keys")
def make_own_key(db: Db, visit: Myself, fields: Fields) -> Response:
    """A key for myself, shown once."""
    if visit.acting.role not in OWN_KEYS:
        raise NotAllowed(sentence("a {role} makes no keys; an operator makes one for you", role=visit.acting.role))
    try:
        key = issued(db, people.account(db, visit.acting.account_id), fields, visit)
    except InvalidInput as problem:
        raise Refilled(_shown(db, visit, wrong_in(problem, visit.words), 400, fields)) from None
    return visit.show(key_page(visit, fields.get("key_name", ""), key, OWN))


@router.post("/console/account/keys/revoke")
def revoke_own_key(db: Db, visit: Myself, fields: Fields) -> Response:
    """End one of my keys."""
    digest = unhexed("id", fields.get("id", ""), 32)
    found = api_keys.named(db, digest, visit.acting.account_id)
    api_keys.revoke_one(db, digest)
    visit.acting.note(visit.acting.name, key=found.name)
    return visit.go(OWN, done="accounts.done.key_revoked")


@router.get("/console/account/wallet")
def show_own_wallet(visit: Myself) -> Response:
    """Whose key shall sign in to my account."""
    return visit.show(wallet_page(visit, error="" if site_of(visit.request) else visit.words.say("accounts.wallet.unset")))


@router.post("/console/account/wallet/message")
def ask_for_wallet(db: Db, visit: Myself, fields: Fields) -> Response:
    """The message by which a key shows that it is mine."""
    typed, site, me = fields.get("address", "")[:100], site_of(visit.request), visit.acting
    try:
        address = address_in(typed)
    except InvalidInput as problem:
        raise Refilled(_wallet_again(visit, problem, 400, typed)) from None
    if site is None:
        raise NotAllowed(visit.words.say("accounts.wallet.unset"))
    me.note(me.name, wallet=checksummed(address))
    statement = f"Link this key to the TraceLedger account {quote(me.name)}."
    return visit.show(wallet_page(visit, address=typed, message=wallet.ask(db, address, site, statement, me.account_id)))


@router.post("/console/account/wallet")
def link_own_wallet(db: Db, visit: Myself, fields: Fields) -> Response:
    """Link the key whose signature proves it; other sessions end."""
    site, me = site_of(visit.request), visit.acting
    if site is None:
        raise NotAllowed(visit.words.say("accounts.wallet.unset"))
    try:
        address = wallet.proved(db, message_in(fields), fields.get("signature", ""), site, me.account_id)
    except InvalidInput as problem:
        me.note(me.name, outcome=problem.field)
        return _wallet_again(visit, problem, 400)  # answered, not raised: the message is spent
    try:
        people.set_wallet(db, people.account(db, me.account_id), address, keep=me.credential)
    except Conflict:
        me.note(me.name, outcome="belongs to another account")
        return visit.show(wallet_page(visit, error=visit.words.say("accounts.wrong.wallet_kept")), 409)
    me.note(me.name, wallet=checksummed(address), outcome="linked")
    return visit.go(OWN, done="accounts.done.wallet")


@router.post("/console/account/wallet/remove")
def unlink_own_wallet(db: Db, visit: Myself) -> Response:
    """My key signs in no more; refused while there is no other way in."""
    me = people.account(db, visit.acting.account_id)
    if len(people.person(db, me).signs_in_by) < 2:
        raise NotAllowed(visit.words.say("accounts.wallet.needed"))
    people.set_wallet(db, me, None, keep=visit.acting.credential)
    visit.acting.note(me.name)
    return visit.go(OWN, done="accounts.done.wallet_removed")


@router.get("/console/account/directory")
def link_own_directory(db: Db, visit: Myself) -> Response:
    """To the company directory, to link my entry there; a link and no form, because forms may not lead to another site."""
    return sent(visit.request, db, {"next": OWN, "account": visit.acting.account_id})


@router.post("/console/account/directory/remove")
def unlink_own_directory(db: Db, visit: Myself) -> Response:
    """My entry in the directory signs in no more; refused while there is no other way in."""
    me = people.account(db, visit.acting.account_id)
    if len(people.person(db, me).signs_in_by) < 2:
        raise NotAllowed(visit.words.say("accounts.directory.needed"))
    directory.unlink(db, me, keep=visit.acting.credential)
    visit.acting.note(me.name)
    return visit.go(OWN, done="accounts.done.directory_removed")


def _wallet_again(visit: Visit, problem: InvalidInput, status: int, address: str = "") -> Response:
    return visit.show(wallet_page(visit, address=address, error=wrong(problem, Words(visit.words.language))), status)


def _shown(
    db: Session,
    visit: Visit,
    wrong: Wrong | None = None,
    status: int = 200,
    typed: dict[str, str] | None = None,
    *,
    sessions_after: str = "",
    keys_after: str = "",
) -> Response:
    mine, current = visit.acting.account_id, visit.acting.credential
    open_now = sessions.listed(db, mine, current, place(sessions_after), ON_A_PAGE)
    keys = api_keys.listed(db, mine, place(keys_after), ON_A_PAGE)
    person = people.person(db, people.account(db, mine))
    page = own_page(visit, person, open_now, keys, typed, wrong, directory=directory_name(visit.request))
    return visit.show(page, status)
