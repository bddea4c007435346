"""The page of results: nothing asked, too short, nothing found, every group filled, one group alone; and the field's suggestions."""

from __future__ import annotations

from dataclasses import replace

from api.console.search.page import Names, search_page
from api.console.search.suggestions import suggestions_page
from api.searching import BusinessDocument, Results
from ledger_client.codes.scan import scan
from ledger_client.onchain import Member, Role
from records.lists.items import ItemRow
from records.queries import RecordState
from records.search.events import Hit, Passage
from records.search.found import Found
from records.search.names import PRODUCT, Named
from records.search.texts import Text
from tests.console.sampled import HOSTILE, NOW

SIGNER = bytes.fromhex("11" * 20)
CODE, GTIN, PLACE = (
    "https://id.gs1.org/01/06901234567892/21/A1",
    "https://id.gs1.org/01/06901234567892",
    "https://id.gs1.org/414/6901234000047",
)
PASSAGES = (
    Passage(Text("acme:note", "acme:note", "x" * 300 + "冷库温度偏高" + HOSTILE), ((302, 304),)),
    Passage(Text("bizTransactionList", "bizTransactionList", HOSTILE), ()),
)
HIT = Hit(7, "urn:uuid:7", "ObjectEvent", "shipping", NOW, False, SIGNER, {}, PASSAGES)
FULL = Results(
    HOSTILE,
    scan(CODE),
    items=Found([ItemRow(CODE, 7, "ObjectEvent", "shipping", NOW, SIGNER, RecordState.FINAL, 3)], more=True),
    products=Found([Named(GTIN, frozenset((PRODUCT,)), HOSTILE)]),
    places=Found([Named(PLACE, frozenset(("urn:epcglobal:epcis:vtype:BusinessLocation",)), "")]),
    members=Found([Member(1, HOSTILE, "https://acme.example", Role.WRITER, False, 1)]),
    documents=Found([BusinessDocument("po", HOSTILE, HOSTILE, HIT)]),
    records=Found([HIT, replace(HIT, declaration=True, biz_step="")], more=True, unread=12),
    writers={SIGNER: HOSTILE},
)
NAMES = Names({CODE: HOSTILE}, {GTIN: HOSTILE})


def shown(found, group=""):
    """A sample of some results."""
    return lambda visit: search_page(visit, found, NAMES, group, 100)


PAGES = {
    "empty": shown(Results("", too_short=True)),
    "short": shown(Results("x", too_short=True)),
    "none": shown(Results(HOSTILE)),
    "full": shown(FULL),
    "alone": shown(FULL, "items"),
    "suggestions": lambda visit: suggestions_page(visit, FULL, NAMES, 4),
    "no_suggestions": lambda visit: suggestions_page(visit, Results(HOSTILE), NAMES, 4),
}
