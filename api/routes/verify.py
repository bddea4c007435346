"""Hold an item, an event or a hash against the live chain; judge a proof bundle that somebody brings along."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from sqlalchemy.orm import Session

from api import lookup
from api.body import BUNDLE, body_of
from api.dependencies import Db, Node
from api.live import judge_item
from api.problems import documented
from api.schemas import ItemVerdictOut, VerifyOut
from api.verdicts import verdict_out
from ledger_client.bundle import Bundle
from ledger_client.chain import Chain
from ledger_client.codes import ItemCode, parse
from ledger_client.errors import InvalidInput
from ledger_client.verify import verify

router = APIRouter(tags=["verify"])
MOST_ITEMS = 20  # of an event or a hash that was anchored for many
RANK = ("altered", "incomplete", "missing", "unknown", "pending", "unanchored", "erased", "withheld", "verified")

Code = Annotated[str | None, Query(description="an item code in any spelling", examples=["(01)06901234567892(21)A1"], max_length=2048)]
Event = Annotated[str | None, Query(description="an event id", max_length=2048)]
Hash = Annotated[str | None, Query(description="a commitment or a payload hash, 32 bytes as hex", max_length=66)]


@router.get(
    "/verify",
    operation_id="verify",
    summary="Hold an item, an event or a hash against the live chain",
    responses=documented(400, 404, 502, 503),
)
def verify_live(db: Db, chain: Node, code: Code = None, event: Event = None, hash: Hash = None) -> VerifyOut:  # noqa: A002 (the parameter's name)
    """Give exactly one of `code`, `event` and `hash`. The verdict is the answer; only a node that cannot be asked is an error.

    Stored records are read whole (so that event ids recompute too), the anchors' fold is compared with the item's head on the chain,
    and every signer with the members' contract. An event or hash that stands in many items is checked in the first 20 of them.
    """
    given = {name: value for name, value in (("code", code), ("event", event), ("hash", hash)) if value}
    if len(given) != 1:
        raise InvalidInput("code, event, hash", f"{len(given)} of them were given", "give exactly one")
    if code:
        return _items(db, chain, {"code": parse(code).uri}, [parse(code)], None)
    subject = lookup.of_event(db, event) if event else lookup.of_hash(db, hash or "")
    return _items(db, chain, given, subject.items, subject.commitments)


@router.post(
    "/verify",
    operation_id="verifyBundle",
    summary="Verify an uploaded proof bundle",
    responses=documented(400, 413, 415, 502, 503),
    openapi_extra={"requestBody": {"required": True, "content": {BUNDLE[1]: {"schema": {"type": "object"}}}}},
)
def verify_bundle(chain: Node, body: Annotated[bytes, Depends(body_of(BUNDLE))]) -> ItemVerdictOut:
    """The file as it was downloaded is the request body. Its proof is checked, and the chain is asked whether it has the block."""
    bundle = Bundle.of_bytes(body)
    return verdict_out(bundle, verify(bundle, chain))


def _items(db: Session, chain: Chain, subject: dict[str, str], codes: Sequence[ItemCode], only: set[bytes] | None) -> VerifyOut:
    """The verdict on each item; with `only`, that on those of its records alone."""
    answers = []
    for code in codes[:MOST_ITEMS]:
        judged = judge_item(db, chain, code)
        answers.append(verdict_out(judged.bundle, judged.verdict, only))
    told = [one.verdict for one in answers] if only is None else [record.verdict for one in answers for record in one.records]
    verdict = min(told, key=RANK.index, default="unknown")
    return VerifyOut(subject=subject, verdict=verdict, items=answers, truncated=len(codes) > MOST_ITEMS)
