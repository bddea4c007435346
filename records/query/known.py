"""Master data for queries: which places lie within others, what has an attribute. From the table `vocabulary`, whoever sent it."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger_client.epcis.query.conditions import Attribute
from ledger_client.epcis.query.master_data import CHILDREN, has
from ledger_client.errors import InvalidInput
from ledger_client.sentences import sentence
from records.models import Vocabulary
from records.parts import parts

MOST = 5000  # places or things that one condition may stand for


class QueryTooComplex(InvalidInput):
    """A condition that stands for too many codes, or an order over too many events (QueryTooComplexException of EPCIS 2.0)."""


class Known:
    """The master data of one database, as `master_data.MasterData` has them."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def descendants(self, codes: frozenset[str]) -> frozenset[str]:
        """The places within these by their `children`, and these themselves."""
        found, newest = set(codes), set(codes)
        while newest:
            newest = self._children(newest) - found
            found |= newest
            if len(found) > MOST:
                raise QueryTooComplex(
                    "WD_readPoint, WD_bizLocation", sentence("means more than {most:,} places", most=MOST), "name a smaller one"
                )
        return frozenset(found)

    def having(self, attribute: Attribute) -> frozenset[str]:
        """The codes whose attributes fit."""
        rows = self._session.execute(select(Vocabulary.code, Vocabulary.attributes).execution_options(yield_per=1000))
        found = frozenset(code for code, attributes in rows if has(attributes, attribute))
        if len(found) > MOST:
            raise QueryTooComplex(
                "HASATTR, EQATTR", sentence("means more than {most:,} codes", most=MOST), "ask for an attribute that fewer have"
            )
        return found

    def _children(self, codes: Iterable[str]) -> set[str]:
        found: set[str] = set()
        for part in parts(codes):
            for attributes in self._session.scalars(select(Vocabulary.attributes).where(Vocabulary.code.in_(part))):
                found |= set(attributes.get(CHILDREN) or ())
        return found
