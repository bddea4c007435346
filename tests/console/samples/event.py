"""One event: every property that the standard has, a company's own, hostile content, declared wrong, on its way."""

from __future__ import annotations

from api.console.event import Seen, Sibling, event_page
from api.pages.facts import Names
from ledger_client.disclosure import DEFAULT
from records.models import Capture, Record
from records.queries import RecordState
from records.trail import Carried
from tests.console.sampled import HOSTILE, NOW

SIGNER = bytes.fromhex("11" * 20)
CODE = "https://id.gs1.org/01/06901234567892/21/A1"
LOT = {"epcClass": "https://id.gs1.org/01/06901234567892/10/B1", "quantity": 12.5, "uom": "KGM"}
EVERYTHING = {
    "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", {"acme": "https://acme.example/"}],
    "type": "ObjectEvent", "eventID": "urn:x:1", "eventTime": "2026-09-01T06:10:00.000+08:00", "eventTimeZoneOffset": "+08:00",
    "action": "ADD", "bizStep": "commissioning", "disposition": "active",
    "persistentDisposition": {"set": ["recalled"], "unset": ["active"]},
    "epcList": [CODE, *(f"urn:x:{number}" for number in range(40))], "parentID": CODE, "childEPCs": [CODE],
    "quantityList": [LOT, {"epcClass": "urn:x:1", "quantity": 3}],
    "readPoint": {"id": "urn:x:place"}, "bizLocation": {"id": "urn:x:elsewhere"},
    "sourceList": [{"type": "owning_party", "source": "urn:x:place"}],
    "destinationList": [{"type": "owning_party", "destination": "urn:x:party"}],
    "bizTransactionList": [{"type": "po", "bizTransaction": "urn:x:po"}],
    "ilmd": {"acme:bestBeforeDate": "2026-10-01", "acme:deep": {"acme:er": [1, True, None]}}, "acme:oven": {"acme:heat": 180},
    "sensorElementList": [{"sensorReport": [{"type": "Temperature", "value": 3.1, "uom": "CEL"}]}], "certificationInfo": ["urn:x:c"],
}  # fmt: skip
HOSTILES = dict.fromkeys(EVERYTHING, HOSTILE) | {HOSTILE: {HOSTILE: HOSTILE}}
DECLARED = EVERYTHING | {
    "errorDeclaration": {"declarationTime": "2026-09-02T00:00:00Z", "reason": "incorrect_data", "correctiveEventIDs": ["urn:x:2"]}
}
CAPTURE = Capture(id="5a1c", received_at=NOW, request_id=HOSTILE)


def record(number=1, original=True, step="commissioning"):
    """A record's row."""
    name = "ni:///sha-256;" + "ab" * 32 + "?ver=CBV2.0"
    bare = Record(id=number, event_id=name, event_type="ObjectEvent", biz_step=step, event_time=NOW, captured_at=NOW, original=original)
    bare.commitment, bare.signer = bytes(32), SIGNER
    return bare


def shown(visit, event, row=None, siblings=(), carried=(), withheld=0, preview=""):
    """The page of an event."""
    codes = [one for one in event.get("epcList", []) if isinstance(one, str)] if isinstance(event.get("epcList"), list) else []
    row = row or record()
    seen = Seen(
        row,
        RecordState.FINAL,
        event,
        withheld,
        DEFAULT,
        codes,
        [CAPTURE] if carried else [],
        HOSTILE,
        list(carried),
        1_788_000_000,
        list(siblings),
    )
    return event_page(visit, seen, {SIGNER: HOSTILE}, Names({"urn:x:place": HOSTILE}), "/01/1" if codes else "", preview)


FINAL = Carried(1, 3, bytes(32), "final", 7, bytes(32))
PAGES = {
    "everything": lambda visit: shown(visit, EVERYTHING, carried=[FINAL], preview="/console/audiences/preview"),
    "hostile": lambda visit: shown(visit, HOSTILES, withheld=3),
    "empty": lambda visit: shown(visit, {}),
    "on_its_way": lambda visit: shown(
        visit, EVERYTHING, carried=[Carried(1, 3, bytes(32), "sent", None, None), Carried(1, 1, None, None, None, None)]
    ),
    "declared_wrong": lambda visit: shown(visit, EVERYTHING, siblings=[Sibling(record(2, None), DECLARED, RecordState.PENDING)]),
    "declaration": lambda visit: shown(visit, DECLARED, record(2, None), [Sibling(record(), EVERYTHING, RecordState.FINAL)]),
}
