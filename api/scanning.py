"""What a text is to somebody: every spelling, and the codes of their own company by its rules; those of another are not theirs to know."""

from __future__ import annotations

from sqlalchemy.orm import Session

from api.callers import Caller
from indexer.audiences import members_of_keys
from issuing.recognising import own_schemes
from ledger_client.codes.own_scheme import OwnScheme
from ledger_client.codes.scan import Scan, scan


def rules_of(session: Session, caller: Caller | None) -> tuple[OwnScheme, ...]:
    """The rules of the caller's member; none for the public."""
    member = members_of_keys(session).get(caller.signer) if caller and caller.signer else None
    return own_schemes(session, member) if member is not None else ()


def scanned(session: Session, caller: Caller | None, text: str) -> Scan:
    """What a text is; raises InvalidCode with what is wrong and the fix."""
    return scan(text, rules_of(session, caller))
