"""Recall notices: none, waiting, overdue, answered; one with its form, refused, of an outside party, in a drill; those of a case."""

from __future__ import annotations

from datetime import timedelta

from api.console.notices.inbox import notices_page
from api.console.notices.of_case import DEFAULTS, case_notices_page
from api.console.notices.one import notice_page
from recall.models import RecallCase, RecallUnit
from recall.notices.models import RecallNotice
from records.lists.paging import Page
from tests.console.sampled import HOSTILE, NOW


def case(kind="recall", **more):
    """A case of member 1."""
    code = "https://id.traceledger.org/recall/5a1c"
    said = {"title": HOSTILE, "reason": HOSTILE, "opened_at": NOW, "opened_name": HOSTILE, "closed_at": None}
    return RecallCase(id="5a1c", number="R-2026-001", kind=kind, code=code, member_id=1, **(said | more))


def notice(number, member=2, party="", due=24, **more):
    """A notice of that case."""
    told = {"units": 1234, "amounts": {"KGM": "19.5", "units": "1200"}, "actions": ["stop_using", "return"], "words": HOSTILE}
    sent = {"sent_at": NOW, "sent_name": HOSTILE, "sent_record": 1, "due_at": NOW + timedelta(hours=due), "reminded": number - 1}
    open_ = {"acknowledged_at": None, "replaced_at": None, "found": None, "entered_name": None, "owner_key": 0}
    return RecallNotice(id=f"0e4b{number}", case_id="5a1c", number=number, member_id=member, party=party, **(told | sent | open_ | more))


def unit(number, quantity, uom):
    """An affected unit."""
    code = f"https://id.gs1.org/01/06901234567892/21/A{number}"
    return RecallUnit(case_id="5a1c", number=number, code=code, quantity=quantity, uom=uom, state="here", since=NOW)


ANSWERED = {
    "acknowledged_at": NOW,
    "acknowledged_name": HOSTILE,
    "entered_name": HOSTILE,
    "found": {"KGM": "1", "units": "2"},
    "note": HOSTILE,
}
CASES, MEMBERS = {"5a1c": case()}, {1: HOSTILE, 2: "Member 2"}
ROWS = [notice(1), notice(2, due=-24), notice(3, None, HOSTILE, **ANSWERED), notice(4, replaced_at=NOW, amounts={})]
UNITS = [unit(1, 1, ""), unit(2, 19.5, "KGM"), unit(3, None, "")]
PAGES = {
    "none": lambda visit: notices_page(visit, Page([]), {}, {}, everything=False, owners=False),
    "each": lambda visit: notices_page(visit, Page(ROWS, (NOW, "a"), (NOW, "b")), CASES, MEMBERS, everything=True, owners=True),
    "mine": lambda visit: notice_page(visit, ROWS[0], case("drill"), MEMBERS, 2, UNITS * 40, {}, may=True),
    "refused": lambda visit: notice_page(
        visit,
        notice(5, None, HOSTILE),
        case(),
        MEMBERS,
        1,
        UNITS,
        {"note": HOSTILE, "answered_by": HOSTILE, "found.KGM": HOSTILE},
        HOSTILE,
        may=True,
    ),
    "answered": lambda visit: notice_page(visit, ROWS[2], case(), MEMBERS, 1, [], {}, may=True),
    "of_case_none": lambda visit: case_notices_page(visit, case(), [], MEMBERS, 3, may=True),
    "of_case": lambda visit: case_notices_page(visit, case("drill"), ROWS * 60, MEMBERS, 0, may=True),
    "of_case_refused": lambda visit: case_notices_page(visit, case(), ROWS, MEMBERS, 2, {**DEFAULTS, "words": HOSTILE}, HOSTILE, may=True),
    "of_case_closed": lambda visit: case_notices_page(visit, case(closed_at=NOW), ROWS, MEMBERS, 0, may=False),
}
