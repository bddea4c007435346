"""Whose policy holds for a stored record: that of the member whose key wrote it, as the mirror knows keys (spec 9.6)."""

from __future__ import annotations

from sqlalchemy.orm import Session

from indexer import queries as mirror
from records import audiences
from records.audiences import Policies


def policies(session: Session) -> Policies:
    """The policies that hold now."""
    found = audiences.policies(session)
    return Policies(found, members_of_keys(session)) if found else Policies()


def members_of_keys(session: Session) -> dict[bytes, int]:
    """Every key that ever could write, with its member's number."""
    return {signer.address: signer.member_id for signer in mirror.signers(session)}
