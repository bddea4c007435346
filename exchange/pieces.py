"""The events of a query piece by piece, as they are stored: whoever remembers where a piece ended is told each event once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from ledger_client.epcis.query import Query
from records.audiences import View
from records.query.run import Found, run
from records.query.settled import settled

MOST_EVENTS = 50  # of one document


@dataclass(frozen=True, slots=True)
class Piece:
    """Events, and the number of the record behind which the next piece begins. `more`: there may be some right behind."""

    events: Sequence[Found]
    position: int
    more: bool = False


def piece(session: Session, query: Query, view: View, after: int, most: int) -> Piece:
    """The first events of a query among the records after number `after`, as `view` shows them; at most so many."""
    upto = settled(session)
    if upto <= after:
        return Piece((), after)
    answer = run(session, query, view, limit=most, after=after, upto=upto)
    if answer.next is None:
        return Piece(answer.events, upto)
    return Piece(answer.events, int(answer.next.key[0]), more=True)
