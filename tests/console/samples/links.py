"""Links: none yet, a page of them, the form new, filled and refused, and previews of a code that is known, linked only, and unknown."""

from __future__ import annotations

from api.console.links.form import link_page, typed_of
from api.console.links.listing import links_page
from api.console.links.preview import no_preview, preview_page
from api.resolving import Found, Place
from ledger_client.codes import parse
from ledger_client.errors import Conflict, InvalidInput, Refused
from resolver.choosing import Link
from resolver.links import Level
from resolver.models import ItemLink
from tests.console.sampled import HOSTILE, NOW

PRODUCT = "https://id.gs1.org/01/06901234567892"
ITEM = parse(f"{PRODUCT}/21/A1")


def row(number: int, **more: object) -> ItemLink:
    values = {
        "member_id": 1,
        "pattern": PRODUCT,
        "link_type": "instructions",
        "target": "https://milk.example/" + "x" * 80,
        "title": "How to keep it",
    }
    values |= {"language": "", "media_type": "", "first": False, "changed_at": NOW, "changed_by": "lin"}
    return ItemLink(id=number, **(values | more))


ROWS = [
    row(1, language="zh", media_type="text/html", title="怎样保存", first=True),
    row(2, language="pt-BR", title=HOSTILE, pattern=f"{PRODUCT}/10/" + "L" * 20, changed_by=HOSTILE),
    row(3, pattern="prefix:6901234", link_type="recallStatus"),
    row(4, link_type="noLongerKnown", pattern="https://example.com/things/1"),
]
PLACE = Place("https://trace.example/01/06901234567892/21/A1", "https://trace.example", {})
OURS = (
    Link("defaultLink", PLACE.page, "Page"),
    Link("traceability", PLACE.page, "Page", "", "text/html"),
    Link("epcis", "https://trace.example/items/x/events", "Disclosed events", "", "application/json"),
)
LEVELS = [
    Level(ITEM.uri, (Link("pip", "https://milk.example/zh", HOSTILE, "zh"), Link("pip", "https://milk.example/en", "Milk", "en"))),
    Level(PRODUCT, (Link("review", "https://milk.example/1", "One"), Link("review", "https://milk.example/2", "Two"))),
]

PAGES = {
    "none": lambda visit: links_page(visit, [], may_set=True),
    "some": lambda visit: links_page(visit, ROWS, begun=True, more=True, may_set=True),
    "read_only": lambda visit: links_page(visit, ROWS[:1], may_set=False),
    "new": lambda visit: link_page(visit, None, {}),
    "change": lambda visit: link_page(visit, ROWS[0], typed_of(ROWS[0])),
    "wrong": lambda visit: link_page(visit, None, {"target": HOSTILE}, InvalidInput("target", HOSTILE, "use https")),
    "wrong_code": lambda visit: link_page(visit, None, {"code": HOSTILE}, InvalidInput("GTIN", HOSTILE, "check the digits")),
    "refused": lambda visit: link_page(visit, None, typed_of(ROWS[2]), Refused("prefix:6901234: is not yours alone")),
    "conflict": lambda visit: link_page(visit, ROWS[1], typed_of(ROWS[1]), Conflict("this link is there already")),
    "preview_empty": no_preview,
    "preview_wrong": lambda visit: no_preview(visit, HOSTILE, HOSTILE),
    "preview": lambda visit: preview_page(visit, "(01)06901234567892(21)A1", Found(PLACE, ITEM, OURS, LEVELS), recorded=True, is_set=True),
    "preview_linked": lambda visit: preview_page(visit, PRODUCT, Found(PLACE, ITEM, OURS, LEVELS[:1]), recorded=False, is_set=True),
    "preview_unknown": lambda visit: preview_page(visit, PRODUCT, Found(PLACE, ITEM, OURS), recorded=False, is_set=False),
}
