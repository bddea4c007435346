"""The sentinel: before its first round, on a good day, with findings of every kind, waiting, with messages that do not arrive."""

from __future__ import annotations

from datetime import timedelta

from api.console.sentinel import sentinel_page
from sentinel.models import Finding, FindingState, Kind, Notice, NoticeState, Phase, Round
from sentinel.status import Status
from tests.console.sampled import HOSTILE, NOW


def a_round(over: bool = True, **more: object) -> Round:
    counts = {"place": 0, "position": 0, "total": 2000, "records": 1000, "transactions": 20, "anchors": 500, "foreign_anchors": 7}
    values = counts | {"found": 0, "unlisted": 0, "waits": None, "waits_since": None, "phase": Phase.ANCHORS, "id": 3} | more
    ended = NOW - timedelta(minutes=5) if over else None
    return Round(open=None if over else True, began_at=NOW - timedelta(hours=3), worked_at=NOW, ended_at=ended, **values)


def finding(number: int, kind: Kind, table: str, state: FindingState) -> Finding:
    seen = {"first_seen": NOW, "last_seen": NOW, "times": number, "round_id": 3, "state_at": NOW, "told": ""}
    by = {"state_by": HOSTILE, "note": HOSTILE} if state == FindingState.ACKNOWLEDGED else {"state_by": "", "note": ""}
    place = {"table_name": table, "row_key": "0x" + "ab" * 32, "column_name": "" if kind == Kind.MISSING else "payload"}
    return Finding(id=number, kind=kind, state=state, expected=HOSTILE, found="0x" + "cd" * 32, **place, **seen, **by)


FOUND = [
    finding(1, Kind.ALTERED, "records", FindingState.OPEN),
    finding(2, Kind.MISSING, "anchors", FindingState.ACKNOWLEDGED),
    finding(3, Kind.ADDED, "tables_to_come", FindingState.OPEN),
]
GONE = [finding(4, Kind.ALTERED, "members", FindingState.RESOLVED)]
COUNTS = {Kind.ALTERED: 1, Kind.MISSING: 1, Kind.ADDED: 1}
NOTICES = [
    Notice(id=1, channel="mail", made_at=NOW, content="{}", state=NoticeState.WAITING, tries=3, next_at=NOW, problem=HOSTILE),
    Notice(id=2, channel="webhook", made_at=NOW, content="{}", state=NoticeState.SENT, tries=1, next_at=NOW, problem=None),
    Notice(id=3, channel="mail", made_at=NOW, content="{}", state=NoticeState.GIVEN_UP, tries=14, next_at=NOW, problem=None),
]
NEW = Status(None, None, None, None, {}, silent=False)
WELL = Status(None, a_round(), 1.0, None, {}, silent=False)
BAD = Status(a_round(over=False, found=3, unlisted=2, waits=HOSTILE), a_round(found=1), 0.42, NOW, COUNTS, silent=False)
SILENT = Status(a_round(over=False), None, 0.42, None, {}, silent=True)

PAGES = {
    "first_day": lambda visit: sentinel_page(visit, NEW, [], [], [], [], 200),
    "good_day": lambda visit: sentinel_page(visit, WELL, [], [], [a_round()], ["mail"], 200),
    "bad_day": lambda visit: sentinel_page(visit, BAD, FOUND, NOTICES, [a_round(found=1)], ["mail", "webhook"], 200, more=True),
    "gone": lambda visit: sentinel_page(visit, WELL, GONE, [], [a_round()], [], 200, resolved=True),
    "nothing_gone": lambda visit: sentinel_page(visit, SILENT, [], [], [], [], 200, resolved=True),
}
