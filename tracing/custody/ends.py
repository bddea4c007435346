"""Where a forward trace has a gap: goods that were sent, and of which nobody recorded the arrival, or that left the consortium.

All things of the trace are looked at by their steps and amounts; only where some have not arrived, both ends are opened to say which.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from ledger_client.genealogy import Role
from records.audiences import View
from tracing.answer import End, Why
from tracing.custody.abroad import abroad
from tracing.custody.handover import Handover, hands_over, leg, opened, plain
from tracing.custody.listing import by_thing
from tracing.custody.matching import Consignment, matched
from tracing.read import Row
from tracing.walk import Walked

OPENED = 2_000  # records for one trace; beyond them the shipment is told by its time and amount alone


def custody(session: Session, walked: Walked, view: View) -> list[End]:
    """The ends, one a shipment, with the thing where it is one. What a member withholds is an end already."""
    hidden = {end.thing for end in walked.ends.values() if end.why == Why.WITHHELD}
    known = {record: plain(said) for record in walked.links if hands_over(said := walked.said[record])}
    rows = [row for record in known for row in walked.links[record].values() if row.role == Role.OBJECT]
    gaps = [some for some in by_thing(rows) if some[0].thing not in hidden and _missing(some, known)]
    records = list(dict.fromkeys(row.record for some in gaps for row in some))[:OPENED]
    known |= opened(session, (walked.said[number] for number in records), view)
    missing: dict[int, set[int]] = defaultdict(set)
    for one in (one for some in gaps for one in _missing(some, known)):
        missing[one.sent.handover.record].add(one.sent.thing)
    left = abroad(session, (known[record] for record in missing))
    return [End(Why.LEFT if record in left else Why.CUSTODY, _only(things), record) for record, things in missing.items()]


def _missing(rows: Sequence[Row], known: Mapping[int, Handover]) -> list[Consignment]:
    return [one for one in matched(leg(known[row.record], row) for row in rows)[0] if one.missing]


def _only(things: set[int]) -> int | None:
    return next(iter(things)) if len(things) == 1 else None
