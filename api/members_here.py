"""For which member of the consortium a caller speaks: that of its signer."""

from __future__ import annotations

from sqlalchemy.orm import Session

from accounts.roles import Right
from api import stored
from api.callers import Caller
from api.problems import NoMember
from indexer.audiences import members_of_keys


def member_of(session: Session, caller: Caller) -> int:
    """The member of the caller's signer, or the only one whose events are recorded here. NotAllowed without one."""
    keys = members_of_keys(session)
    own = keys.get(caller.signer) if caller.signer else None
    if own is not None:
        return own
    here = {keys[signer] for signer in stored.own_signers(session) if signer in keys}
    if caller.signer or len(here) != 1:
        raise NoMember(caller.name)
    return here.pop()


def seen_by(session: Session, caller: Caller) -> int | None:
    """Whose rules and orders a caller may read: its member's; None: everybody's, for those who see all and speak for none; 0: nobody's."""
    if caller.signer is None and (caller.may(Right.READ_ALL) or caller.may(Right.OPERATE)):
        return None
    try:
        return member_of(session, caller)
    except NoMember:
        return 0  # members are numbered from 1


def usable(session: Session, caller: Caller) -> frozenset[Right]:
    """The caller's rights without those that come to nothing: nobody records without a signing key, or
    decides for no member."""
    if caller.signer is not None:
        return caller.rights
    try:
        member_of(session, caller)
    except NoMember:
        return caller.rights - {Right.WRITE, Right.CODES, Right.ISSUE, Right.POLICY}
    return caller.rights - {Right.WRITE}
