"""The audit log: before the first walk, whole, being walked, broken in every way; entries that were and were not altered."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from accounts.audit import _SAID, FIRST, Break
from accounts.audit_entries import Entry, entry_hash
from accounts.models import AuditRound
from accounts.sealing import Anchored, Sealed
from api.console.audit.entry import entry_page
from api.console.audit.health import health
from api.console.audit.log import asked_in, log_page
from records.lists.paging import Page
from tests.console.sampled import HOSTILE, NOW

EVENT = "ni:///sha-256;" + "ab" * 32 + "?ver=CBV2.0"


def entry(number: int, subject: str = "job 1", action: str = "capture", digest: bytes | None = None) -> Entry:
    details: dict[str, Any] = {"events": 3, HOSTILE: HOSTILE, "list": [1, None]}
    made = Entry(number, NOW, 7, HOSTILE, action, subject, details, HOSTILE, "10.0.0.7", FIRST, FIRST)
    return Entry(
        number, NOW, 7, HOSTILE, action, subject, details, HOSTILE, "10.0.0.7", FIRST, entry_hash(made) if digest is None else digest
    )


def row(*breaks: Break, done: bool = True, problem: str = "", newest: bool = True) -> AuditRound:
    told = asdict(Anchored(1200, FIRST, EVENT, 9, int(NOW.timestamp()))) | {"hash": FIRST.hex()} if newest else None
    sealed = {"newest": told, "seals": 3, "waiting": 1, "problem": problem}
    return AuditRound(
        number=1, started_at=NOW, finished_at=NOW if done else None, entries=1234, hash=FIRST, breaks=[asdict(one) for one in breaks],
        reached=1234, reached_hash=FIRST, sealed=sealed if done else None,
    )  # fmt: skip


BREAKS = [Break(kind, number, number + number % 2, EVENT if number % 3 else HOSTILE) for number, kind in enumerate(_SAID, 1)]
ROWS = Page([entry(1234), entry(1233, EVENT, "save_audiences"), entry(1232, HOSTILE, "something_new", FIRST)], (1234,), (1232,))


def page(visit: Any, finished: AuditRound | None, latest: AuditRound | None, rows: Page[Entry], **query: str) -> Any:
    return log_page(visit, health(finished, latest, rows.rows, visit.words), asked_in(query, visit.words), rows)


PAGES = {
    "first_day": lambda visit: page(visit, None, None, Page([])),
    "first_walk": lambda visit: page(visit, None, row(done=False), ROWS),
    "whole": lambda visit: page(visit, row(), row(done=False), ROWS),
    "waiting": lambda visit: page(visit, row(newest=False), row(newest=False), ROWS),
    "chain_away": lambda visit: page(visit, row(problem=HOSTILE), row(problem=HOSTILE), ROWS),
    "broken": lambda visit: page(visit, row(*BREAKS), row(Break("missing", 7, 9), done=False), ROWS),
    "broken_everywhere": lambda visit: page(visit, row(*(Break("changed", 2 * n, 2 * n) for n in range(1, 40))), None, ROWS),
    "filtered": lambda visit: page(visit, row(), None, ROWS, **{"actor": HOSTILE, "action": HOSTILE, "subject": HOSTILE, "from": HOSTILE}),
    "none": lambda visit: page(visit, row(), None, Page([]), action="sign_in", to="2026-09-01"),
    "entry": lambda visit: entry_page(visit, entry(1), True, True, None),
    "entry_anchored": lambda visit: entry_page(visit, entry(7, EVENT), True, False, Sealed(Anchored(9, FIRST, EVENT, 3, 5), 1, 0)),
    "entry_loose": lambda visit: entry_page(visit, entry(7, EVENT), False, False, None),
    "entry_altered": lambda visit: entry_page(visit, entry(7, HOSTILE, HOSTILE, FIRST), True, False, None),
}
