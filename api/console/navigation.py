"""The menu: every page that stands in it, in its section, and the right that opens it. One table; what one may not open is not shown.

The rights are those that somebody can use: an account without a signing key cannot record, whatever its role (`api.members_here`).
"""

from __future__ import annotations

from dataclasses import dataclass

from accounts.roles import Right
from api.console.capture.steps import HOME, STEPS


@dataclass(frozen=True, slots=True)
class Place:
    """A page in the menu. Sections stand in the order of their first page; texts are `frame.section.<section>` and `text`."""

    section: str
    path: str
    text: str
    icon: str
    right: Right
    owned: bool = False  # shows what one company has: nothing for an account that speaks for none and may not see all


PAGES = (
    Place("work", "/console", "overview.title", "home", Right.READ),
    Place("work", "/console/items", "items.title", "package", Right.READ),
    Place("work", "/console/scan", "scan.title", "scan", Right.READ),
    Place("work", "/console/trace", "trace.title", "route", Right.READ),
    Place("work", "/console/events", "events.title", "timeline-event", Right.READ),
    Place("work", "/console/custody", "custody.title", "truck-delivery", Right.READ),
    Place("work", "/console/stock", "stock.title", "building-store", Right.READ),
    Place("work", "/console/records", "records.title", "stack-2", Right.READ),
    Place("work", "/console/captures", "captures.title", "file-import", Right.READ),
    *(Place("record", f"{HOME}/{step.name}", f"capture.step.{step.name}", step.icon, Right.WRITE) for step in STEPS.values()),
    Place("codes", "/console/codes/rules", "codes.rules", "list-numbers", Right.READ, owned=True),
    Place("codes", "/console/codes/orders", "codes.orders", "barcode", Right.READ, owned=True),
    Place("codes", "/console/labels", "labels.title", "printer", Right.READ, owned=True),
    Place("codes", "/console/links", "links.title", "link", Right.READ, owned=True),
    Place("codes", "/console/codes/look-up", "codes.find", "hash", Right.READ, owned=True),
    Place("record", "/console/imports", "imports.title", "file-import", Right.WRITE),
    Place("work", "/console/queries", "queries.title", "filter", Right.READ),
    Place("watch", "/console/holds", "holds.title", "lock", Right.READ),
    Place("watch", "/console/recalls", "recalls.title", "alert-triangle", Right.READ, owned=True),
    Place("watch", "/console/notices", "notices.title", "alert-triangle", Right.READ, owned=True),
    Place("watch", "/console/sentinel", "sentinel.title", "radar", Right.AUDIT),
    Place("manage", "/console/audiences", "audiences.title", "eye", Right.POLICY),
    Place("manage", "/console/erasures", "erasures.title", "eye-off", Right.ERASE),
    Place("manage", "/console/accounts", "accounts.title", "users", Right.ACCOUNTS),
    Place("manage", "/console/exchange", "exchange.title", "external-link", Right.OPERATE),
    Place("manage", "/console/members", "members.title", "users-group", Right.READ),
    Place("manage", "/console/audit", "audit.title", "history", Right.AUDIT),
    Place("manage", "/console/settings", "settings.title", "settings", Right.OPERATE),
)
