"""The single items of lots, and which of them lie at a place: what stock tells as a number (docs/stock.md, rule 6), by code."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from inventory.history import history, lot_level, members
from inventory.places import kept
from ledger_client.epcis.document import no_collection
from records.keyring import keyring_of
from tracing import read
from tracing.whereabouts import stays


def items(session: Session, goods: Mapping[int, str]) -> dict[str, int]:
    """Code -> its lot, of all that were ever given codes. `goods`: number -> code."""
    lots = members(session, goods, lot_level(session, goods))
    named = read.codes(session, lots)
    return {named[item]: lot for item, lot in lots.items()}


def lying(session: Session, goods: Mapping[int, str], place: int) -> set[str]:
    """Those that lie at a place now (`inventory.places`). It takes as long as to walk the lots."""
    lookup = keyring_of(session).lookup()
    with no_collection():
        told = history(session, goods)
        found = {
            stay.thing for stay in stays(told.trace) if stay.until is None and stay.state == "here" and kept(lookup, stay.place) == place
        }
    return {thing.code for thing in told.trace.things if thing.number in found}
