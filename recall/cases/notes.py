"""What happens in a case, as events on its own code: its journey on the chain tells all of it, and a proof bundle proves it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from recall.models import RecallCase
from recall.writing import Person, observed, stored
from records.columns import milliseconds, now

CODES = "https://id.traceledger.org/recall/"  # then the case's id


def note(session: Session, case: RecallCase, person: Person, facts: Mapping[str, Any]) -> int:
    """Store one event on the case's code, signed for the member of `person`; returns the number of its record.

    `facts`: name -> JSON value, each an extension `traceledger:name`. One of them is `act`: opened, refreshed, frozen, accounted, closed …
    """
    said = {"recall": case.number, "recallKind": case.kind, "by": person.name, **facts}
    event = observed(milliseconds(now()), {"epcList": [case.code]}, **said)
    return stored(session, person, event)
