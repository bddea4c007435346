"""Sessions of browsers over JSON: which are open, and ending one. For operators; people end their own in the console."""

from __future__ import annotations

from fastapi import APIRouter

from accounts import sessions
from accounts.sessions import OpenSession
from api.account_schemas import SessionOut, SessionsOut
from api.dependencies import Db
from api.places import place, word
from api.problems import documented
from api.routes.accounts import PROBLEMS, Operator
from api.routes.keys import After, Digest, Limit, OfAccount
from api.spelling import unhexed
from ledger_client.errors import NotFound

router = APIRouter()


@router.get("/sessions", operation_id="listSessions", summary="Open sessions, page by page", responses=documented(*PROBLEMS))
def list_sessions(db: Db, _caller: Operator, account: OfAccount = None, after: After = None, limit: Limit = 100) -> SessionsOut:
    """Of people who are signed in with a browser, newest first."""
    found = sessions.listed(db, account, place=place(after), limit=limit)
    return SessionsOut(sessions=[told(one) for one in found.rows], next=word(found.older))


@router.delete(
    "/sessions/{session_id}", operation_id="endSession", summary="End a session", status_code=204, responses=documented(*PROBLEMS, 404)
)
def end_session(db: Db, caller: Operator, session_id: Digest) -> None:
    """Its cookie is worth nothing from the answer on."""
    digest = unhexed("session_id", session_id, 32)
    account = sessions.account_of(db, digest)
    if account is None or not sessions.end_one(db, digest):
        raise NotFound(f"session {digest.hex()}: there is none of that digest that is open")
    caller.note(account.name)


def told(one: OpenSession) -> SessionOut:
    """A session as it leaves."""
    return SessionOut(
        id=one.digest.hex(),
        account=one.account_id,
        account_name=one.account,
        method=one.method,
        created_at=one.created_at,
        seen_at=one.seen_at,
        expires_at=one.expires_at,
        address=one.address,
        agent=one.agent,
    )
