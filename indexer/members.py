"""Who may write: member events as rows, and the members, signers and proposals that follow from them.

The three derived tables are always made anew from all events, so that after a fork they are what they would have been without it;
a consortium has hundreds of such events, not millions. That none is missing is seen by `members_check`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from indexer.models import Base, MemberEvent, MirroredMember, MirroredProposal, MirroredSigner
from ledger_client.member_logs import MemberLog, Proposal

_NO_PROPOSAL = Proposal(b"", 0, b"", b"", b"")


def add(session: Session, logs: Sequence[MemberLog]) -> None:
    """Store member events and derive the tables anew."""
    if logs:
        session.execute(insert(MemberEvent), [row_of(log) for log in logs])
        _derive(session)


def remove_after(session: Session, block: int) -> None:
    """Delete the member events after `block` and derive the tables anew."""
    if session.scalar(select(MemberEvent.block_number).where(MemberEvent.block_number > block).limit(1)) is not None:
        session.execute(delete(MemberEvent).where(MemberEvent.block_number > block), execution_options={"synchronize_session": False})
        _derive(session)


def derived(events: Iterable[MemberEvent]) -> dict[type[Base], list[dict[str, object]]]:
    """The rows of members, signers and proposals that follow from all events, which come in chain order."""
    members: dict[int, dict[str, object]] = {}
    signers: dict[bytes, dict[str, object]] = {}
    proposals: dict[bytes, dict[str, object]] = {}
    for event in events:
        _apply(event, members, signers, proposals)
    tables = ((MirroredMember, members), (MirroredSigner, signers), (MirroredProposal, proposals))
    return {model: list(rows.values()) for model, rows in tables}


def _derive(session: Session) -> None:
    """Write the three tables anew."""
    events = session.scalars(select(MemberEvent).order_by(MemberEvent.block_number, MemberEvent.log_index))
    for model, rows in derived(events).items():
        session.execute(delete(model), execution_options={"synchronize_session": False})
        if rows:
            session.execute(insert(model), rows)
    session.expire_all()


def _apply(
    event: MemberEvent,
    members: dict[int, dict[str, object]],
    signers: dict[bytes, dict[str, object]],
    proposals: dict[bytes, dict[str, object]],
) -> None:
    """What one event changes. An event of a member or key that no earlier event brought in is left to `compare`."""
    who = members.get(event.member_id, {})
    match event.kind:
        case "MemberAdmitted":
            profile = {"name": event.name, "endpoint": event.endpoint, "roles": event.roles}
            members[event.member_id] = {"member_id": event.member_id, **profile, "suspended": False, "since": event.time}
        case "MemberSuspended" | "MemberReinstated":
            who["suspended"] = event.kind == "MemberSuspended"
        case "RolesSet":
            who["roles"] = event.roles
        case "ProfileSet":
            who["name"], who["endpoint"] = event.name, event.endpoint
        case "SignerAdded":
            times = {"active_from": event.at, "active_until": 0}
            signers[event.signer] = {"address": event.signer, "member_id": event.member_id, **times}
        case "SignerRevoked":
            signers.get(event.signer, {})["active_until"] = event.at
        case "Proposed":
            proposals[event.proposal_hash] = {
                "safe_tx_hash": event.proposal_hash,
                "nonce": event.proposal_nonce,
                "proposer": event.proposer,
                "target": event.target,
                "data": event.data,
                "time": event.time,
            }


def row_of(log: MemberLog) -> dict[str, object]:
    """The row of `member_events` for one event."""
    asked = log.proposal or _NO_PROPOSAL
    return {
        "block_number": log.block_number,
        "log_index": log.log_index,
        "block_hash": log.block_hash,
        "tx_hash": log.tx_hash,
        "time": log.time,
        "kind": log.kind,
        "member_id": log.member_id,
        "name": _text(log.name),
        "endpoint": _text(log.endpoint),
        "roles": log.roles,
        "signer": log.signer,
        "at": log.at,
        "proposal_hash": asked.safe_tx_hash,
        "proposal_nonce": str(asked.nonce),
        "proposer": asked.proposer,
        "target": asked.target,
        "data": asked.data,
    }


def _text(value: str) -> str:
    """PostgreSQL's text cannot hold U+0000."""
    return value.replace("\0", "\ufffd")
