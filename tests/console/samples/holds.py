"""Holds: none, standing and released ones; the forms, empty and refused."""

from __future__ import annotations

from api.console.holds import holds_page, place_form, release_form
from recall.models import Hold
from records.lists.paging import Page
from tests.console.sampled import HOSTILE, NOW


def one(number, member, **released):
    """A hold of a member."""
    code = f"https://id.gs1.org/01/06901234567892/10/L{number}"
    placed = {"reason": HOSTILE, "placed_at": NOW, "placed_name": HOSTILE, "placed_record": 1}
    return Hold(id=f"5a1c{number}", code=code, member_id=member, **placed, **released)


ROWS = [one(1, 1), one(2, 2), one(3, 1, released_at=NOW, released_name=HOSTILE, release_reason=HOSTILE, released_record=2)]
NAMES = {1: HOSTILE, 2: "Member 2"}
PAGES = {
    "none": lambda visit: holds_page(visit, Page([]), {}, None, everything=False),
    "each": lambda visit: holds_page(visit, Page(ROWS, (NOW, "a"), (NOW, "b")), NAMES, 1, everything=True),
    "form": lambda visit: place_form(visit, {}),
    "form_refused": lambda visit: place_form(visit, {"code": HOSTILE, "reason": HOSTILE}, HOSTILE),
    "release": lambda visit: release_form(visit, ROWS[0], {"reason": HOSTILE}, HOSTILE),
}
