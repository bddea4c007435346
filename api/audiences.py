"""Whose policy holds for a stored record: that of the member whose key wrote it (spec 9.6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from indexer import queries as mirror
from ledger_client.disclosure import DEFAULT, NARROWEST, Policy
from records import audiences


@dataclass(frozen=True, slots=True)
class Policies:
    """The policies that hold now, by member; `members`: key -> member, as the mirror knows them."""

    of_member: Mapping[int, Policy] = field(default_factory=dict)
    members: Mapping[bytes, int] = field(default_factory=dict)

    def of(self, signer: bytes) -> Policy:
        """The policy for what a key wrote. While the mirror does not say whose key it is, what can be hidden is hidden."""
        if not self.of_member:
            return DEFAULT
        member = self.members.get(signer)
        return NARROWEST if member is None else self.of_member.get(member, DEFAULT)


def policies(session: Session) -> Policies:
    """The policies that hold now."""
    found = audiences.policies(session)
    return Policies(found, members_of_keys(session)) if found else Policies()


def members_of_keys(session: Session) -> dict[bytes, int]:
    """Every key that ever could write, with its member's number."""
    return {signer.address: signer.member_id for signer in mirror.signers(session)}
