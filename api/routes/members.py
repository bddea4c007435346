"""Who belongs to the consortium, and which keys write for whom: public, so that anybody can name the writer of an anchor."""

from __future__ import annotations

from fastapi import APIRouter

from api.dependencies import Db
from api.problems import documented
from api.schemas import MemberOut, MembersOut, SignerOut
from api.spelling import hexed
from indexer import queries as mirror
from ledger_client.onchain import Role

router = APIRouter(tags=["read"])


@router.get("/members", operation_id="listMembers", summary="Members of the consortium with their signers", responses=documented(503))
def list_members(db: Db) -> MembersOut:
    """Every member that was ever admitted, with every key that ever wrote for it, as the mirror of the chain has them."""
    signers = mirror.signers(db)
    anchors = mirror.anchors_by_member(db)
    members = [
        MemberOut(
            id=member.member_id,
            name=member.name,
            endpoint=member.endpoint,
            roles=[str(role.name).lower() for role in Role if role in member.roles],
            suspended=member.suspended,
            since=member.since,
            anchors=anchors.get(member.member_id, 0),
            signers=[
                SignerOut(address=hexed(one.address), active_from=one.active_from, active_until=one.active_until)
                for one in signers
                if one.member_id == member.member_id
            ],
        )
        for member in mirror.members(db)
    ]
    return MembersOut(members=members, block=mirror.status(db).complete_block)
