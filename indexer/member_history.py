"""What happened to the consortium's members, as the mirror has it: for whoever wants to know since when somebody may write."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from indexer.models import MemberEvent, MirroredProposal
from records.lists.paging import Page, Place, page

_ORDER = (MemberEvent.block_number, MemberEvent.log_index)


def history(session: Session, place: Place | None, limit: int) -> Page[Row[*tuple[Any, ...]]]:
    """Events of all members, newest first; a place's key is (block, number of the log in it)."""
    told = (MemberEvent.time, MemberEvent.kind, MemberEvent.member_id, MemberEvent.name, MemberEvent.endpoint, MemberEvent.roles)
    asked = (MemberEvent.signer, MemberEvent.proposer, MemberEvent.target, MemberEvent.data)
    query: Select[*tuple[Any, ...]] = select(*_ORDER, *told, *asked)
    return page(session, query, _ORDER, place, limit)


def blocks(session: Session) -> tuple[dict[int, int], dict[bytes, int]]:
    """The blocks in which members were admitted, by number, and signers added, by address."""
    query = select(MemberEvent.kind, MemberEvent.member_id, MemberEvent.signer, MemberEvent.block_number)
    rows = session.execute(query.where(MemberEvent.kind.in_(("MemberAdmitted", "SignerAdded")))).all()
    admitted = {row.member_id: row.block_number for row in rows if row.kind == "MemberAdmitted"}
    return admitted, {row.signer: row.block_number for row in rows if row.kind == "SignerAdded"}


def proposed_at(session: Session) -> dict[bytes, int]:
    """When each proposal was published, Unix seconds."""
    return dict(session.execute(select(MirroredProposal.safe_tx_hash, MirroredProposal.time)).all())
