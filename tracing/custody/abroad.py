"""Which destinations are no member's: nobody ever recorded an event there, or named its owner as a source.

Places and parties are sealed in records; the terms of queries (`records.query`) tell whether any record has one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.keyring import keyring_of
from records.parts import parts
from records.query import index
from records.query.hashing import hashed
from records.query.models import RecordTerm
from tracing.answer import Party
from tracing.custody.handover import Handover, same_code

_FIELDS = ("readPoint", "bizLocation", "source")


def abroad(session: Session, sent: Iterable[Handover]) -> set[int]:
    """The records of shipments that left the consortium; not of those that name no destination, nor of those not indexed yet."""
    upto = index.mark(session)
    bound = {one.record: one.destination for one in sent if one.record <= upto and (one.destination.place or one.destination.owner)}
    known = _known(session, {code for party in bound.values() for code in _codes(party)})
    return {record for record, party in bound.items() if known.isdisjoint(_codes(party))}


def _codes(party: Party) -> set[str]:
    return {same_code(one) for one in (party.place, party.owner) if one}


def _known(session: Session, codes: Collection[str]) -> set[str]:
    lookup = keyring_of(session).lookup()
    terms = {hashed(lookup, f"{field} {code}"): code for code in codes for field in _FIELDS}
    found: set[str] = set()
    for some in parts(terms):
        rows = session.scalars(select(RecordTerm.term).where(RecordTerm.term.in_(some)).distinct())
        found |= {terms[term] for term in rows}
    return found
