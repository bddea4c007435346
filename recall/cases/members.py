"""Which member of the consortium a party is: whose key recorded shipments from it, or receipts at it or where it was sent to.

Parties are sealed in records; the terms of queries (`records.query`) lead to the records that name one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import islice

from sqlalchemy import select
from sqlalchemy.orm import Session

from indexer.audiences import members_of_keys
from records.keyring import keyring_of
from records.models import Record
from records.query.hashing import hashed
from records.query.models import RecordTerm
from tracing.custody.handover import same_code
from tracing.movements import LEAVING

TAKING_IN = frozenset({"receiving", "accepting", "storing", "stocking"})  # CBV 2.0 7.1; a carrier arrives and unloads, but takes nothing in
_ASKED = 5  # places and records of a party; the key of most of them counts


def members_of_parties(session: Session, parties: Mapping[str, Iterable[str]]) -> dict[str, int]:
    """Code of a party -> its member; nothing of one that recorded nothing. `parties`: with each the places that goods were sent to as its
    own; who receives there is asked only where the party is named by nobody else.
    """
    keys = members_of_keys(session)
    found: dict[str, int] = {}
    for party, places in parties.items():
        named = [("source", party, LEAVING), ("destination", party, TAKING_IN)]
        there = [(field, place, TAKING_IN) for place in islice(places, _ASKED) for field in ("readPoint", "bizLocation")]
        for said in (named, there):
            signers = Counter(signer for field, code, steps in said for signer in _signers(session, field, code, steps))
            known = [keys[signer] for signer, _ in signers.most_common() if signer in keys]
            if known:
                found[party] = known[0]
                break
    return found


def _signers(session: Session, field: str, party: str, steps: Iterable[str]) -> Iterable[bytes]:
    term = hashed(keyring_of(session).lookup(), f"{field} {same_code(party)}")
    rows = select(Record.signer).join(RecordTerm, RecordTerm.record_id == Record.id)
    return session.scalars(
        rows.where(RecordTerm.term == term, Record.biz_step.in_(sorted(steps))).order_by(RecordTerm.record_id).limit(_ASKED)
    )
