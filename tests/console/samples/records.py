"""Records by state: nothing waits, a backlog with hindered lanes, final ones, failed transactions."""

from __future__ import annotations

from api.console.records import records_page
from api.told_items import ALL, Tellable
from records.lists.anchorings import Anchoring, Sending
from records.lists.counts import MOST, Open
from records.lists.paging import Page
from records.models import Lane, LaneState
from tests.console.sampled import HOSTILE, NOW

SIGNER = bytes.fromhex("11" * 20)
WAITS = Anchoring(HOSTILE, 7, "ObjectEvent", "shipping", HOSTILE, NOW, NOW, False, SIGNER, None, None)
THERE = Anchoring("https://id.gs1.org/00/1", 6, HOSTILE, "", "urn:x:1", NOW, NOW, True, bytes(20), bytes(32), 7)
FAILED = Sending(1, bytes(32), SIGNER, 3, 500, "failed", 2, NOW, 7, HOSTILE)
LANES = [Lane(signer=SIGNER, state=state, since=NOW, problem=HOSTILE, failures=1) for state in LaneState]
NONE = Open(0, 0, 0, 0, None)
MANY = Open(MOST + 1, 500, 3, 1, NOW)


def shown(visit, state, rows, counts=NONE, lanes=(), tellable=ALL):
    """The page of some rows."""
    found = Page(rows, (9,), (6,)) if rows else Page([])
    return records_page(visit, state, found, counts, lanes, {SIGNER: HOSTILE}, tellable)


PAGES = {
    "nothing": lambda visit: shown(visit, "pending", []),
    "backlog": lambda visit: shown(visit, "pending", [WAITS, THERE], MANY, LANES),
    "final": lambda visit: shown(visit, "final", [THERE]),
    "hidden": lambda visit: shown(visit, "anchored", [THERE], tellable=Tellable({6: ()})),
    "failed": lambda visit: shown(visit, "failed", [FAILED], MANY),
}
