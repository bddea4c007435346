"""The list of events: empty, filled, narrowed to nothing, with what it cannot read, with items that are not shown."""

from __future__ import annotations

from datetime import UTC

from api.console.events import events_page, filters_in
from api.told_items import ALL, Tellable
from ledger_client.onchain import Member, Role
from records.lists.events import EventRow
from records.lists.paging import Page
from records.queries import RecordState
from tests.console.sampled import HOSTILE, NOW

SIGNER = bytes.fromhex("11" * 20)
MEMBERS = [Member(1, HOSTILE, "", Role.WRITER, False, 1), Member(2, "", "", Role.WRITER, False, 1)]
ID = "ni:///sha-256;" + "ab" * 32 + "?ver=CBV2.0"
ROW = EventRow(7, ID, "ObjectEvent", "shipping", NOW, NOW, SIGNER, False, RecordState.FINAL, HOSTILE, 3)
ROWS = [
    ROW,
    EventRow(6, HOSTILE, "AggregationEvent", HOSTILE, NOW, NOW, bytes(20), True, RecordState.PENDING, "https://id.gs1.org/00/1", 1),
    EventRow(5, "urn:x:1", HOSTILE, "", NOW, NOW, SIGNER, False, RecordState.SENT, "", 0),
]  # fmt: skip
WRONG = {"code": HOSTILE, "since": HOSTILE, "until": "2026-13-40", "step": HOSTILE, "kind": HOSTILE, "member": HOSTILE, "state": HOSTILE}


def shown(visit, rows, query, tellable=ALL):
    """The page of some rows under an address."""
    return events_page(
        visit, filters_in(query, UTC), Page(rows, (NOW, 9), (NOW, 7)) if rows else Page([]), MEMBERS, {SIGNER: HOSTILE}, tellable
    )


PAGES = {
    "nothing_yet": lambda visit: shown(visit, [], {}),
    "filled": lambda visit: shown(visit, ROWS, {}),
    "narrowed": lambda visit: shown(
        visit, ROWS, {"code": "(01)06901234567892(21)A1", "since": "2026-09-01", "member": "1", "step": "shipping"}
    ),
    "narrowed_to_nothing": lambda visit: shown(visit, [], {"kind": "declaration"}),
    "wrong": lambda visit: shown(visit, [], WRONG),
    "hidden": lambda visit: shown(visit, ROWS, {}, Tellable({7: (), 6: (HOSTILE, "urn:x:2")})),
}
