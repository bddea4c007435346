"""Single codes over JSON: where one stands, and what became of some."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi import Path as InPath

from api.body import described, json_of
from api.code_schemas import CodeOut, CodesChange, MovedOut
from api.codes import code_out
from api.dependencies import Db
from api.members_here import member_of, seen_by
from api.problems import documented
from api.routes.code_orders import Issuer
from api.routes.coding_rules import PROBLEMS, ReaderOf
from issuing import states
from ledger_client.codes import canonical

router = APIRouter(prefix="/codes", tags=["codes"])
MOST = 2 * 1024 * 1024  # bytes of a list of codes


@router.post(
    "",
    operation_id="moveCodes",
    summary="Say that some codes are printed, applied or void",
    responses=documented(*PROBLEMS, 404, 409, 413, 415),
    openapi_extra=described(CodesChange),
)
def move_codes(db: Db, caller: Issuer, change: Annotated[CodesChange, Depends(json_of(CodesChange, MOST))]) -> MovedOut:
    """Up to 10,000, all of them or none. `applied` is also what a co-packer used of its range; `void`, said of the order, is the rest."""
    codes = [canonical(code) for code in change.codes]
    by = caller.display_name or caller.name
    count = states.move(db, codes, change.state, by, change.reason, member_id=member_of(db, caller), order=change.order)
    subject = codes[0] if len(codes) == 1 else f"{count} codes"
    caller.note(subject, state=str(change.state), codes=count, order=change.order, reason=change.reason)
    return MovedOut(state=change.state, codes=count)


@router.get("/{code:path}", operation_id="getCode", summary="Where a code stands, and its life", responses=documented(*PROBLEMS, 404))
def get_code(
    db: Db, caller: ReaderOf, code: Annotated[str, InPath(max_length=2048, description="in any spelling, percent-encoded once as a whole")]
) -> CodeOut:
    """404 for a code that was never issued here."""
    return code_out(db, states.find(db, canonical(code), seen_by(db, caller)))
