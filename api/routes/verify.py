"""Hold an item, an event or a hash against the live chain; judge a proof bundle that somebody brings along."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlalchemy.orm import Session, sessionmaker

from api import lookup
from api.body import BUNDLE, body_of
from api.callers import audience_of, known_caller
from api.dependencies import Node
from api.live import judge_item
from api.problems import documented
from api.rates import charge, costs_address
from api.schemas import ItemVerdictOut, VerifyOut
from api.spelling import hexed
from api.verdicts import Json, answered, item_told, told
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


class Opened(NamedTuple):
    """What the handler reads from. Opened by itself, and answered by itself as bytes, since each of these steps would else be
    handed to another thread and back, which took as long as the checks."""

    sessions: sessionmaker[Session]
    chain: Chain
    request: Request


async def opened(request: Request) -> Opened:
    """The server's database and chain."""
    return Opened(request.app.state.sessions, request.app.state.chain, request)


Live = Annotated[Opened, Depends(opened)]


@router.get(
    "/verify",
    operation_id="verify",
    summary="Hold an item, an event or a hash against the live chain",
    response_model=VerifyOut,
    responses=documented(400, 404, 429, 502, 503),
)
def verify_live(live: Live, code: Code = None, event: Event = None, hash: Hash = None) -> Response:  # noqa: A002 (the parameter's name)
    """Give exactly one of `code`, `event` and `hash`. The verdict is the answer; only a node that cannot be asked is an error.

    Stored records are read whole (so that event ids recompute too), the anchors' fold is compared with the item's head on the chain,
    and every signer with the members' contract. An event or hash that stands in many items is checked in the first 20 of them; an item
    that only properties name which this reader is not shown is called by its item id.
    """
    charge(live.request, None)
    given = {name: value for name, value in (("code", code), ("event", event), ("hash", hash)) if value}
    if len(given) != 1:
        raise InvalidInput("code, event, hash", f"{len(given)} of them were given", "give exactly one")
    with live.sessions() as db:
        if code:
            wanted = parse(code)
            answer = _items(db, live.chain, {"code": wanted.uri}, [wanted], None)
        else:
            audience = audience_of(known_caller(live.request, db))
            db.commit()  # when the key was used; nothing is held while the node is asked
            subject = lookup.of_event(db, event, audience) if event else lookup.of_hash(db, hash or "", audience)
            answer = _items(db, live.chain, given, subject.items, subject)
    return answered(answer)


@router.post(
    "/verify",
    dependencies=[Depends(costs_address(2))],
    operation_id="verifyBundle",
    summary="Verify an uploaded proof bundle",
    response_model=ItemVerdictOut,
    responses=documented(400, 413, 415, 429, 502, 503),
    openapi_extra={"requestBody": {"required": True, "content": {BUNDLE[1]: {"schema": {"type": "object"}}}}},
)
def verify_bundle(chain: Node, body: Annotated[bytes, Depends(body_of(BUNDLE))]) -> Response:
    """The file as it was downloaded is the request body. Its proof is checked, and the chain is asked whether it has the block."""
    bundle = Bundle.of_bytes(body)
    return answered(item_told(bundle, verify(bundle, chain)))


def _items(db: Session, chain: Chain, asked: dict[str, str], codes: Sequence[ItemCode], subject: lookup.Subject | None) -> Json:
    """The verdict on each item; with a `subject`, that on its records alone."""
    only = subject.commitments if subject else None
    judged = [judge_item(db, chain, code) for code in codes[:MOST_ITEMS]]
    said: list[str] = [one.verdict.verdict for one in judged]
    if only is not None:
        said = [record.verdict for one in judged for record in one.verdict.records if record.commitment in only]
    verdict = min(said, key=RANK.index, default="unknown")
    answers = [item_told(one.bundle, one.verdict, only) for one in judged]
    if subject:
        for answer, code in zip(answers, codes, strict=False):
            answer["item"] = code.uri if code in subject.shown else hexed(code.item_id)
    return told(asked, verdict, answers, truncated=len(codes) > MOST_ITEMS)
