"""The overview: on the first day, on a good day, on a bad one."""

from __future__ import annotations

from accounts.audit import Break
from api.console.overview import Expiring, overview_page
from indexer.queries import Status
from records.lists.counts import Open
from records.lists.events import EventRow
from records.lists.paging import Page
from records.models import Lane, LaneState
from records.queries import RecordState
from sentinel.models import Kind
from sentinel.status import Status as Watched
from tests.console.sampled import HOSTILE, NOW

SIGNER = bytes.fromhex("11" * 20)
NAMES = {SIGNER: HOSTILE}
ROW = EventRow(
    7, "ni:///sha-256;" + "ab" * 32 + "?ver=CBV2.0", "ObjectEvent", "shipping", NOW, NOW, SIGNER, False, RecordState.FINAL, HOSTILE, 3
)
FOLLOWING = Status(
    "following", checked_at=NOW.timestamp(), block=9, complete_block=9, head=9, lag=0, anchors=12345, confirmed=12345, items=678
)
NOTHING = Open(0, 0, 0, 0, None)
PAUSED = Lane(signer=SIGNER, state=LaneState.PAUSED, since=NOW, problem=HOSTILE, failures=3)
WELL = Watched(None, None, None, None, {}, silent=False)
FOUND = Watched(None, None, 0.5, NOW, {Kind.ALTERED: 2, Kind.MISSING: 0}, silent=True)

PAGES = {
    "first_day": lambda visit: overview_page(visit, Status(), NOTHING, [], WELL, [], Page([]), {}),
    "good_day": lambda visit: overview_page(visit, FOLLOWING, NOTHING, [], WELL, [], Page([ROW]), NAMES),
    "expiring": lambda visit: overview_page(visit, FOLLOWING, NOTHING, [], WELL, [], Page([]), {}, expiring=Expiring(1, 12, 3)),
    "bad_day": lambda visit: overview_page(
        visit, Status("stopped", HOSTILE, 1.0, 2.0), Open(5, 2, 0, 3, NOW), [PAUSED], FOUND, [Break("missing", 4, 6)], Page([ROW]), NAMES
    ),
}
