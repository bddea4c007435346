"""Accounts over JSON: list, make, change, disable, new one-time password. For operators."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi import Path as InPath

from accounts import people
from accounts.models import Account
from accounts.names import folded
from accounts.people import Person
from accounts.roles import Right, Role
from api.account_schemas import AccountChange, AccountIn, AccountMade, AccountOut, AccountsOut, PasswordMade
from api.body import described, json_of
from api.callers import Caller, allowed
from api.dependencies import Db
from api.problems import documented
from api.spelling import hexed
from api.stored import signer_in
from ledger_client.addresses import address_in, checksummed

router = APIRouter()
Operator = Annotated[Caller, Depends(allowed(Right.ACCOUNTS), scope="function")]
Number = Annotated[int, InPath(ge=1, le=2**62, description="number of the account")]
PROBLEMS = (400, 401, 403, 503)


@router.get("/accounts", operation_id="listAccounts", summary="Accounts, page by page", responses=documented(*PROBLEMS))
def list_accounts(
    db: Db,
    _caller: Operator,
    begins: Annotated[str, Query(description="only names that begin so", max_length=64)] = "",
    after: Annotated[str, Query(description="the `next` of the page before", max_length=64)] = "",
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> AccountsOut:
    """In the order of their names."""
    found = people.listed(db, after, limit + 1, folded(begins))
    return AccountsOut(accounts=[told(one) for one in found[:limit]], next=found[limit - 1].name if len(found) > limit else None)


@router.post(
    "/accounts",
    operation_id="createAccount",
    summary="Make an account",
    status_code=201,
    responses=documented(*PROBLEMS, 409, 413, 415),
    openapi_extra=described(AccountIn),
)
def create_account(db: Db, caller: Operator, wanted: Annotated[AccountIn, Depends(json_of(AccountIn))]) -> AccountMade:
    """People get a one-time password, which this answer shows once. Machines get none: they act by API keys."""
    signer = signer_in(db, wanted.signer)
    account = people.create(db, wanted.name, wanted.role, display_name=wanted.display_name, signer=signer)
    password = None if wanted.role == Role.MACHINE else people.draw_password(db, account)
    caller.note(account.name, role=wanted.role.value)
    return AccountMade(**told(people.person(db, account)).model_dump(), one_time_password=password)


@router.get("/accounts/{account_id}", operation_id="getAccount", summary="One account", responses=documented(*PROBLEMS, 404))
def get_account(db: Db, _caller: Operator, account_id: Number) -> AccountOut:
    """By its number, with when it was last seen."""
    return told(people.person(db, people.account(db, account_id)))


@router.patch(
    "/accounts/{account_id}",
    operation_id="changeAccount",
    summary="Change an account, disable it, or let it in again",
    responses=documented(*PROBLEMS, 404, 409, 413, 415),
    openapi_extra=described(AccountChange),
)
def change_account(
    db: Db, caller: Operator, account_id: Number, wanted: Annotated[AccountChange, Depends(json_of(AccountChange))]
) -> AccountOut:
    """A new role or wallet ends the account's sessions; disabling ends its keys too. The last operator stays one (409)."""
    account = people.account(db, account_id)
    given = wanted.model_fields_set
    changed: dict[str, object] = {
        **people.change(
            db,
            account,
            display_name=wanted.display_name if "display_name" in given else account.display_name,
            role=wanted.role or Role(account.role),
            signer=signer_in(db, wanted.signer) if "signer" in given else account.signer,
            wallet=_wallet(wanted.wallet) if "wallet" in given else account.wallet,
        )
    }
    if wanted.disabled is not None:
        (people.disable if wanted.disabled else people.enable)(db, account)
        changed["disabled"] = wanted.disabled
    caller.note(account.name, **changed)
    return told(people.person(db, account))


@router.post(
    "/accounts/{account_id}/password",
    operation_id="newPassword",
    summary="Give an account a new one-time password",
    responses=documented(*PROBLEMS, 404, 409),
)
def new_password(db: Db, caller: Operator, account_id: Number) -> PasswordMade:
    """Replaces its password; its sessions end. For somebody who forgot theirs, or whose password others know."""
    account: Account = people.account(db, account_id)
    caller.note(account.name)
    return PasswordMade(one_time_password=people.draw_first_password(db, account))


def told(person: Person) -> AccountOut:
    """An account as it leaves."""
    return AccountOut(
        id=person.account_id,
        name=person.name,
        display_name=person.display_name,
        role=person.role,
        signer=hexed(person.signer) if person.signer else None,
        wallet=checksummed(person.wallet) if person.wallet else None,
        signs_in_by=list(person.signs_in_by),
        created_at=person.created_at,
        disabled_at=person.disabled_at,
        seen_at=person.seen_at,
    )


def _wallet(text: str | None) -> bytes | None:
    return address_in(text, "wallet") if text else None
