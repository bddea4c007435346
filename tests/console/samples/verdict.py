"""The verdict: all well, altered, missing, of one record, of nothing, and while the node is away."""

from __future__ import annotations

from api.console.shown import Link
from api.console.verdict import no_verdict_page, verdict_page
from api.live import Judged
from ledger_client.bundle import Bundle
from ledger_client.verdict import CheckedAgainst, ItemVerdict, RecordVerdict, failed, not_checked, passed
from tests.console.sampled import HOSTILE

BACK = Link("/console/items/urn%3Ax", HOSTILE)
GOOD = RecordVerdict(b"\1" * 32, (1,), "verified", "urn:x:1", tuple(passed(number, "form", "it is") for number in (1, 2, 3, 4)))
BAD = RecordVerdict(b"\2" * 32, (2,), "altered", HOSTILE, (passed(1, "form", "it is"), failed(3, "commitment", HOSTILE, HOSTILE, HOSTILE)))
GONE = RecordVerdict(b"\3" * 32, (3,), "missing", None, (not_checked(1, "form", HOSTILE),))
WHOLE = (passed(5, "head", "it is"), passed(6, "signers", "they are"))


class Emptied(Bundle):
    """A bundle of which only the anchors are read."""

    def __init__(self) -> None:
        object.__setattr__(self, "anchors", ())


def judged(name, *records, steps=WHOLE, live=True):
    """An item's verdict."""
    return Judged(
        Emptied(), ItemVerdict(HOSTILE, name, name == "verified", steps, records, CheckedAgainst(7, bytes(32), 1_788_000_000), live, 0)
    )


PAGES = {
    "verified": lambda visit: verdict_page(visit, [judged("verified", GOOD, GOOD)], None, BACK),
    "altered": lambda visit: verdict_page(visit, [judged("altered", GOOD, *[BAD] * 12)], None, BACK),
    "incomplete": lambda visit: verdict_page(visit, [judged("incomplete", GOOD, GONE, live=None)], None, BACK),
    "unknown": lambda visit: verdict_page(visit, [judged("unknown", steps=())], None, BACK),
    "one_record": lambda visit: verdict_page(visit, [judged("altered", GOOD, BAD), judged("verified", GOOD)], {GOOD.commitment}, BACK),
    "node_away": lambda visit: no_verdict_page(visit, HOSTILE, BACK),
}
