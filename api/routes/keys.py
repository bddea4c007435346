"""API keys over JSON: list with their last use, make, revoke. For operators; people make their own in the console."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi import Path as InPath

from accounts import api_keys, people
from accounts.api_keys import Key
from api.account_schemas import KeyIn, KeyMade, KeyOut, KeysOut
from api.body import described, json_of
from api.dependencies import Db
from api.places import LONGEST, place, word
from api.problems import documented
from api.routes.accounts import PROBLEMS, Operator
from api.spelling import unhexed

router = APIRouter()
Digest = Annotated[str, InPath(max_length=66, description="`id` of the key or session")]
OfAccount = Annotated[int | None, Query(ge=1, le=2**62, description="only those of this account")]
After = Annotated[str | None, Query(max_length=LONGEST, description="the `next` of the page before")]
Limit = Annotated[int, Query(ge=1, le=500)]


@router.get("/keys", operation_id="listKeys", summary="API keys, page by page", responses=documented(*PROBLEMS))
def list_keys(db: Db, _caller: Operator, account: OfAccount = None, after: After = None, limit: Limit = 100) -> KeysOut:
    """Newest first, also those that are expired or revoked; never the keys themselves."""
    found = api_keys.listed(db, account, place(after), limit)
    return KeysOut(keys=[told(one) for one in found.rows], next=word(found.older))


@router.post(
    "/keys",
    operation_id="createKey",
    summary="Make an API key",
    status_code=201,
    responses=documented(*PROBLEMS, 404, 409, 413, 415),
    openapi_extra=described(KeyIn),
)
def create_key(db: Db, caller: Operator, wanted: Annotated[KeyIn, Depends(json_of(KeyIn))]) -> KeyMade:
    """The answer shows the key once; only its digest is kept. Its scope is at most what the account's role may do."""
    account = people.account(db, wanted.account)
    key = api_keys.issue(db, account, wanted.name, wanted.scope, wanted.expires_at)
    caller.note(account.name, key=wanted.name, scope=sorted(right.value for right in wanted.scope), expires=str(wanted.expires_at or ""))
    return KeyMade(**told(api_keys.named(db, api_keys.digest(key))).model_dump(), key=key)


@router.delete("/keys/{key_id}", operation_id="revokeKey", summary="Revoke an API key", responses=documented(*PROBLEMS, 404))
def revoke_key(db: Db, caller: Operator, key_id: Digest) -> KeyOut:
    """From the answer on nothing can be done with it. Revoking it again changes nothing."""
    digest = unhexed("key_id", key_id, 32)
    found = api_keys.named(db, digest)
    api_keys.revoke_one(db, digest)
    caller.note(found.account, key=found.name)
    return told(api_keys.named(db, digest))


def told(key: Key) -> KeyOut:
    """A key as it leaves."""
    return KeyOut(
        id=key.digest.hex(),
        account=key.account_id,
        account_name=key.account,
        name=key.name,
        scope=list(key.scope),
        created_at=key.created_at,
        expires_at=key.expires_at,
        revoked_at=key.revoked_at,
        used_at=key.used_at,
    )
