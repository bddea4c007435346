"""One item: with everything, with nothing but anchors of others, declared wrong, with hostile content."""

from __future__ import annotations

from api.console.item import Known, item_page
from api.console.relations import Relation, Relations, Told, relations
from api.pages.facts import Anchored, Fact, Names
from indexer.models import MirroredAnchor
from ledger_client.codes import parse
from records.lists.events import EventRow
from records.lists.paging import Page
from records.queries import RecordState
from tests.console.sampled import HOSTILE, NOW

CODE = parse("https://id.gs1.org/01/06901234567892/21/A1")
SIGNER, OTHER = bytes.fromhex("11" * 20), bytes.fromhex("22" * 20)
TIME = "2026-09-01T06:10:00.000+08:00"
PLAIN = {"type": "ObjectEvent", "eventID": "urn:x:1", "eventTime": TIME, "bizStep": "shipping", "disposition": "recalled"}
WRONG = {**PLAIN, "errorDeclaration": {"declarationTime": TIME, "reason": "incorrect_data", "correctiveEventIDs": [HOSTILE]}}
ODD = {"type": HOSTILE, "eventID": HOSTILE, "eventTime": HOSTILE, "bizStep": HOSTILE, "disposition": HOSTILE, "readPoint": {"id": HOSTILE},
       "ilmd": {"x:name": HOSTILE}, "sensorElementList": [{"sensorReport": [{"type": HOSTILE, "value": 1, "uom": HOSTILE}]}]}  # fmt: skip
ANCHORED = Anchored(1, 1_788_000_000, 7, "0x" + "11" * 20, 1, HOSTILE)
NONE = Relations()
MANY = {str(number): Relation(f"urn:x:{number}", HOSTILE, NOW, HOSTILE) for number in range(40)}


def row(number, declaration=False):
    """A row of the history."""
    return EventRow(number, f"urn:x:{number}", "ObjectEvent", "shipping", NOW, NOW, SIGNER, declaration, RecordState.FINAL, CODE.uri, 1)


def anchor(signer):
    """An anchor without a record here."""
    return MirroredAnchor(position=1, item_id=CODE.item_id, seq=1, commitment=bytes(32), signer=signer, member_id=1, time=1_788_000_000)


def known(*events, related=NONE, absent=(), cut=False):
    """What is known of the item from some events."""
    facts = {
        number: Fact(f"0x{number:064x}", "unchecked", ANCHORED, size=len(one) + 1, properties=one) for number, one in enumerate(events)
    }
    page = Page([row(number, "errorDeclaration" in one) for number, one in enumerate(events)], None, (NOW, 1) if events else None)
    return Known(CODE, page, facts, list(facts), len(events), Names(), related, cut, list(absent), cut, frozenset({OTHER}))


def shown(visit, told, audiences=("public",)):
    """The page."""
    return item_page(visit, told, {SIGNER: HOSTILE}, audiences, "https://x.example/01/1", "/01/1", "<svg></svg>")


PACKED = {"type": "AggregationEvent", "action": "ADD", "parentID": "urn:x:box", "childEPCs": [CODE.uri, HOSTILE]}
MILK = [{"epcClass": "urn:x:milk", "quantity": 3, "uom": "KGM"}]
MADE = {"type": "TransformationEvent", "inputQuantityList": MILK, "outputEPCList": [CODE.uri]}
RELATED = relations(CODE.uri, [Told(f"urn:x:{number}", SIGNER, NOW, False, one) for number, one in enumerate((PACKED, MADE))])
PAGES = {
    "plain": lambda visit: shown(visit, known(PLAIN, related=RELATED), ("public", "partners", "regulator")),
    "declared_wrong": lambda visit: shown(visit, known(PLAIN, WRONG)),
    "hostile": lambda visit: shown(
        visit, known(ODD, related=Relations(MANY, MANY, MANY, MANY), absent=[anchor(SIGNER), anchor(OTHER)], cut=True)
    ),
    "elsewhere": lambda visit: shown(visit, known(absent=[anchor(SIGNER)])),
}
