"""The list of items: empty, filled, by a prefix, nothing found, with items that are not shown."""

from __future__ import annotations

from api.console.items import items_page
from api.told_items import ALL, Tellable
from records.lists.items import COUNTED, ItemRow
from records.lists.paging import Page
from records.queries import RecordState
from tests.console.sampled import HOSTILE, NOW

SIGNER = bytes.fromhex("11" * 20)
CODE = "https://id.gs1.org/01/06901234567892/21/A1"
ROWS = [
    ItemRow(CODE, 7, "ObjectEvent", "shipping", NOW, SIGNER, RecordState.FINAL, 3),
    ItemRow(HOSTILE, 6, HOSTILE, "", NOW, bytes(20), RecordState.PENDING, COUNTED + 1),
]


def shown(visit, rows, asked="", prefix="", tellable=ALL):
    """The page of some rows."""
    found = Page(rows, (9,), (6,)) if rows else Page([])
    return items_page(visit, asked, prefix, found, {SIGNER: HOSTILE}, {CODE: HOSTILE}, tellable)


PAGES = {
    "nothing_yet": lambda visit: shown(visit, []),
    "filled": lambda visit: shown(visit, ROWS),
    "by_prefix": lambda visit: shown(visit, ROWS, HOSTILE, "https://id.gs1.org/01/"),
    "not_found": lambda visit: shown(visit, [], HOSTILE),
    "hidden": lambda visit: shown(visit, ROWS, tellable=Tellable({7: (), 6: ()})),
}
