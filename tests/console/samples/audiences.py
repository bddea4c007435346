"""Audiences: before anything was ruled, with rules, refused, overtaken, previewed; with names that mean harm."""

from __future__ import annotations

from api.console.audiences.draft import NO_RULE, Draft
from api.console.audiences.kind import empty_draft, kind_page, overtaken, refused
from api.console.audiences.known import Known, known
from api.console.audiences.matrix import matrix_page
from api.console.audiences.preview import preview_page
from api.console.audiences.versions import versions_page
from ledger_client.disclosure import ANY, DEFAULT, Kind, Policy, Rule, changes
from records.models import DisclosurePolicy
from tests.console.sampled import HOSTILE, NOW

SHIPPING = Kind("ObjectEvent", "shipping")
EVENT = {
    "@context": [], "type": "ObjectEvent", "bizStep": "shipping", "eventTime": HOSTILE, "eventID": HOSTILE, "readPoint": {"id": HOSTILE},
    "acme:oven": 1, HOSTILE + ":x": 2, "action": "OBSERVE", "epcList": [],
}  # fmt: skip
KNOWN = known(
    [EVENT, EVENT | {"type": "TransformationEvent", "bizStep": HOSTILE}, EVENT | {"type": "AggregationEvent", "bizStep": "packing"}]
)
POLICY = Policy((Rule("readPoint", "partners", SHIPPING), Rule("acme:*", "regulator"), Rule("ilmd", "public", Kind("", "packing"))))
ROW = DisclosurePolicy(member_id=1, version=3, rules=POLICY.to_json()["rules"], reason=HOSTILE, made_at=NOW, made_by=HOSTILE)
DRAFT = Draft(SHIPPING, 3, {"readPoint": "regulator", "ilmd": NO_RULE, "acme:oven": "public"}, HOSTILE, "partners")
SAVEABLE = Draft(SHIPPING, 3, {"readPoint": "regulator", "acme:oven": "public"})

PAGES = {
    "nothing_yet": lambda visit: matrix_page(visit, HOSTILE, Known(), DEFAULT, None, DEFAULT),
    "ruled": lambda visit: matrix_page(visit, HOSTILE, KNOWN, POLICY, ROW, DEFAULT),
    "all_events": lambda visit: kind_page(visit, HOSTILE, KNOWN, POLICY, empty_draft(ANY, 3)),
    "refused": lambda visit: kind_page(visit, HOSTILE, KNOWN, POLICY, DRAFT, refused(HOSTILE, visit.words), HOSTILE),
    "overtaken": lambda visit: kind_page(
        visit, HOSTILE, KNOWN, POLICY, DRAFT, overtaken(HOSTILE, 3, changes(DEFAULT, POLICY), visit.words), HOSTILE
    ),
    "versions": lambda visit: versions_page(visit, HOSTILE, [(ROW, POLICY, DEFAULT)], more=True),
    "no_versions": lambda visit: versions_page(visit, HOSTILE, [], more=False),
    "preview": lambda visit: preview_page(visit, HOSTILE, POLICY, SAVEABLE, HOSTILE, [EVENT, EVENT], reason=HOSTILE),
    "preview_of_nothing": lambda visit: preview_page(visit, HOSTILE, POLICY, empty_draft(ANY, 3), HOSTILE, [], HOSTILE),
}
