"""Which member of the consortium a party is: the one whose key recorded shipments from it, or receipts at it.

Parties are sealed in records; the terms of queries (`records.query`) lead to the records that name one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from indexer.audiences import members_of_keys
from records.keyring import keyring_of
from records.models import Record
from records.query.hashing import hashed
from records.query.models import RecordTerm
from tracing.custody.handover import same_code
from tracing.movements import ARRIVING, LEAVING

_ASKED = 5  # records of a party; the key of most of them counts


def members_of_parties(session: Session, parties: Iterable[str]) -> dict[str, int]:
    """Code of a party -> its member; nothing of one that recorded nothing."""
    keys = members_of_keys(session)
    found: dict[str, int] = {}
    for party in parties:
        signers = Counter(signer for field, steps in _SAID for signer in _signers(session, field, party, steps))
        known = [keys[signer] for signer, _ in signers.most_common() if signer in keys]
        if known:
            found[party] = known[0]
    return found


_SAID = (("source", LEAVING), ("destination", ARRIVING))


def _signers(session: Session, field: str, party: str, steps: Iterable[str]) -> Iterable[bytes]:
    term = hashed(keyring_of(session).lookup(), f"{field} {same_code(party)}")
    rows = select(Record.signer).join(RecordTerm, RecordTerm.record_id == Record.id)
    return session.scalars(
        rows.where(RecordTerm.term == term, Record.biz_step.in_(sorted(steps))).order_by(RecordTerm.record_id).limit(_ASKED)
    )
