"""GET /console/members"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from sqlalchemy.orm import Session

from accounts.roles import Right
from api import stored
from api.console.members.council import Said
from api.console.members.page import Known, members_page
from api.console.visit import Visit, visiting
from api.dependencies import Db, Node
from indexer import member_history
from indexer import queries as mirror
from ledger_client.chain import Chain
from ledger_client.errors import InvalidInput, LedgerError
from ledger_client.sentences import sentence
from ledger_client.votes import votes
from records.lists.paging import Place

router = APIRouter()
EVENTS = 20  # of the history, on a page


@router.get("/console/members")
def show_members(
    db: Db, chain: Node, visit: Annotated[Visit, Depends(visiting(Right.READ), scope="function")], older: str = "", newer: str = ""
) -> Response:
    """Members, keys, and what the council is asked to decide; while the node is away, without the approvals."""
    happened = member_history.history(db, _place("newer", newer) or _place("older", older), EVENTS)
    return visit.show(members_page(visit, _known(db), _said(db, chain), happened, chain.deployment))


def _known(db: Session) -> Known:
    admitted, added = member_history.blocks(db)
    own = frozenset(stored.own_signers(db))
    return Known(mirror.members(db), mirror.signers(db), admitted, added, own, mirror.status(db).complete_block)


def _said(db: Session, chain: Chain) -> Said:
    pending, times = mirror.proposals_pending(db), member_history.proposed_at(db)
    try:
        now = votes(chain, [one.safe_tx_hash for one in pending])
    except LedgerError as error:
        return Said(pending, times, None, error.text)
    return Said([one for one in pending if one.nonce >= now.nonce], times, now, "")


def _place(name: str, text: str) -> Place | None:
    block, dot, log = text.partition(".")
    if not text:
        return None
    if not (dot and block.isdecimal() and log.isdecimal() and text.isascii() and len(text) < 30):
        raise InvalidInput(name, sentence("is {text!r}", text=text[:20]), "follow the links of the page")
    return Place((int(block), int(log)), newer=name == "newer")
