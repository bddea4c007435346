"""An item's proof to take along: one file that anybody verifies without this server."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response

from accounts.roles import Right
from api.callers import Caller, Reader
from api.dependencies import Db, Node
from api.live import prove_item
from api.problems import NoKey, NotAllowed, documented
from api.rates import costs
from ledger_client.bundle import MEDIA_TYPE
from ledger_client.codes import ItemCode, parse
from ledger_client.disclosure import Audience
from ledger_client.errors import NotFound
from ledger_client.sentences import sentence

router = APIRouter(tags=["verify"])
AUDIENCE = "whose view; `partners` needs the right `read`, `regulator` the right `read_all`"


@router.get(
    "/items/{code:path}/bundle",
    dependencies=[Depends(costs(), scope="function")],
    operation_id="itemBundle",
    summary="Download an item's proof bundle",
    response_class=Response,
    responses=documented(
        400,
        401,
        403,
        404,
        429,
        502,
        503,
        http_200={"content": {MEDIA_TYPE: {"schema": {"type": "object"}}}, "description": "The bundle, docs/bundle.md"},
    ),
)
def item_bundle(
    db: Db,
    chain: Node,
    reader: Reader,
    code: Annotated[str, Path(description="an item code in any spelling, percent-encoded", examples=["(01)06901234567892(21)A1"])],
    audience: Annotated[Audience, Query(description=AUDIENCE)] = "public",
) -> Response:
    """Made on the spot against the newest block. It holds what the audience may see, and the chain's own proof of all of it."""
    _allow(reader, audience)
    item = parse(code)
    bundle = prove_item(db, chain, item, audience).bundle
    if not bundle.anchors and not bundle.records:
        raise NotFound(sentence("{uri}: nothing is anchored for it", uri=item.uri))
    name = file_name(item, audience)
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(bundle.to_bytes(), media_type=MEDIA_TYPE, headers=headers)


def file_name(item: ItemCode, audience: Audience) -> str:
    """A file name that any system takes: the code without its address, plain characters only."""
    plain = re.sub(r"[^A-Za-z0-9.-]+", "_", item.uri.removeprefix("https://id.gs1.org/")).strip("_.")
    return f"{plain[:120]}.{audience}.bundle.json"


def _allow(reader: Caller | None, audience: Audience) -> None:
    """Public is for everybody, the partners' view for whoever may read, the regulator's for whoever may read all."""
    if audience == "public":
        return
    if reader is None:
        raise NoKey(f"the {audience} view needs you to sign in, or the header `Authorization: Bearer <key>`")
    needed = Right.READ_ALL if audience == "regulator" else Right.READ
    if not reader.may(needed):
        raise NotAllowed(
            sentence(
                "the {audience} view needs the right {permission}, which {name} ({role}) lacks",
                audience=audience,
                permission=needed,
                name=reader.name,
                role=reader.role,
            )
        )
