"""Recall cases: none and each kind; the form, empty, refused, with what it finds; a case open, frozen, closed; its units; its two forms."""

from __future__ import annotations

from datetime import UTC, datetime

from api.console.recalls.case import case_page
from api.console.recalls.form import case_form, cases_page
from api.console.recalls.journal import Act
from api.console.recalls.known import Known
from api.console.recalls.lines import Names
from api.console.recalls.units import account_form, close_form, units_page
from api.console.shown import moment
from recall.cases.accounting import Line
from recall.cases.preview import Preview
from recall.models import RecallCase, RecallUnit
from records.lists.paging import Page
from tests.console.sampled import HOSTILE, NOW
from tracing.read import Said

PRODUCT, PARTY = "https://id.gs1.org/01/06901234567892", "https://id.gs1.org/417/6901234000016"
LOT = f"{PRODUCT}/10/L7"
KNOWN = Known({HOSTILE: ["urn:a"]}, {HOSTILE: [PRODUCT]})


def case(number=1, kind="recall", **said):
    """A case of member 1."""
    whole = {"frozen_at": None, "frozen_name": None, "closed_at": None, "closed_name": None, "conclusion": None, "remainder_reason": None}
    whole |= {
        "title": HOSTILE,
        "reason": HOSTILE,
        "grade": 1,
        "suspicion": {"codes": [LOT], "reading": {"type": "Temperature", "uom": "CEL", "above": "6"}},
    }
    whole |= {
        "aware_at": NOW,
        "opened_at": NOW,
        "opened_name": HOSTILE,
        "refreshed_at": NOW,
        "units": 1234,
        "fresh": 12,
        "gone": 1,
        "complete": False,
    }
    ends = [
        {
            "why": "withheld",
            "count": 30,
            "first": [{"code": "", "event": "ni:///x", "record": 7}, {"code": LOT, "event": "", "record": None}],
        }
    ]
    whole |= {"ends": ends, "digest": "ab" * 32}
    return RecallCase(
        id=f"5a1c{number}",
        number=f"R-2026-00{number}",
        code="https://id.traceledger.org/recall/5a1c",
        kind=kind,
        member_id=1,
        **(whole | said),
    )


def line(member=1, party="", **said):
    """A line of its accounting."""
    found = Line(12345, member, party, PRODUCT, "")
    found.states.update(said or {"here": 40, "sold": 20})
    found.stated["consumed"] = 5
    return found


LINES = [line(), line(None, PARTY, transit=7.5), line(None, "")]
LINES[1].unsaid = 2
USED = Line(1, 1, "", "", "KGM")
USED.events["used"] = 1500.25
CASE, FROZEN, CLOSED = (
    case(),
    case(2, frozen_at=NOW),
    case(3, "drill", closed_at=NOW, conclusion=HOSTILE, remainder_reason=HOSTILE, ends=[], complete=True),
)
SAID = Said(7, "ni:///x", NOW, "ObjectEvent", "shipping", b"", False)
PREVIEW = Preview(1200, [SAID, SAID._replace(step="")], 3, [LOT, PARTY], [LOT])


def unit(number, **said):
    """A row."""
    whole = {
        "quantity": 12.5,
        "uom": "KGM",
        "state": "here",
        "outcome": "",
        "since": NOW,
        "place_key": 1,
        "owner_key": 2,
        "owner_member_id": None,
    }
    return RecallUnit(number=number, code=LOT, level="lot", **({"product": PRODUCT} | whole | said))


UNITS = [
    unit(1),
    unit(2, quantity=None, state="unknown", since=datetime(1970, 1, 1, tzinfo=UTC), product=""),
    unit(3, outcome="returned", owner_member_id=1),
]


def names(visit):
    """Names of everything."""
    return Names(visit.words, {1: HOSTILE}, {PARTY: HOSTILE}, {PRODUCT: HOSTILE})


def acts(visit):
    """What happened."""
    return (Act(visit.words.say("recalls.act.opened"), HOSTILE, moment(NOW, visit.words), "/console/events/x"),)


PAGES = {
    "none": lambda visit: cases_page(visit, Page([]), {}, everything=False),
    "each": lambda visit: cases_page(visit, Page([CASE, FROZEN, CLOSED], (NOW, "a"), (NOW, "b")), {1: HOSTILE}, everything=True),
    "form": lambda visit: case_form(visit, {}, Known()),
    "form_refused": lambda visit: case_form(visit, {"codes": HOSTILE, "places": HOSTILE, "title": HOSTILE}, KNOWN, problem=HOSTILE),
    "form_found": lambda visit: case_form(visit, {"codes": LOT}, KNOWN, PREVIEW),
    "form_found_nothing": lambda visit: case_form(visit, {"codes": LOT}, KNOWN, Preview(0, [], 0, [], [])),
    "open": lambda visit: case_page(visit, CASE, LINES, names(visit), acts(visit), held=0, waiting=3, may=True),
    "frozen": lambda visit: case_page(visit, FROZEN, [*LINES, USED], names(visit), acts(visit), held=3, waiting=0, may=True),
    "freezing": lambda visit: case_page(
        visit, case(4, moving="freeze"), LINES, names(visit), acts(visit), held=1000, waiting=9000, may=True
    ),
    "closed": lambda visit: case_page(visit, CLOSED, [], names(visit), acts(visit), held=0, waiting=0, may=True),
    "units": lambda visit: units_page(visit, CASE, UNITS * 34, {1: HOSTILE}, {2: PARTY}, names(visit), owner="2", state="here"),
    "no_units": lambda visit: units_page(visit, CLOSED, [], {}, {}, names(visit), owner="", state=""),
    "account": lambda visit: account_form(visit, CASE, LINES[0], names(visit), {"note": HOSTILE}, HOSTILE),
    "close": lambda visit: close_form(visit, CASE, LINES, {"conclusion": HOSTILE}, HOSTILE),
    "close_drill": lambda visit: close_form(visit, CLOSED, [], {}),
}
