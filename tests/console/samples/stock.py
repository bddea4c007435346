"""Stock: nothing, a day's work, hostile names, and a reader to whom not all is told."""

from __future__ import annotations

from decimal import Decimal

from api.console.stock.lots import Told, asking_of, expiring_page, lots_page
from api.console.stock.places import places_page, products_page
from api.console.stock.violations import violations_page
from api.console.tracing.named import Names
from api.stocked import Known
from inventory.lots import NEVER, Held, Lot, Sum
from inventory.picks import Kept, advice
from inventory.violations import Older, Violation
from tests.console.sampled import HOSTILE

PALLET = "https://id.gs1.org/00/069012340000000018"
TODAY, AT = 20_700, 1_788_000_000_000_000
PRODUCT, PLACE = "https://id.gs1.org/01/06901234567892", "https://id.gs1.org/414/6901234000047"
ALL, SOME = Known(0, 0, 0), Known(3, 120, 4)
CODES = {1: PLACE, 2: HOSTILE}


def lot(name: str, days: int, amount: float = 12, place: int = 1, *, unsaid: bool = False) -> Lot:
    expires = NEVER if days == NEVER else TODAY + days
    return Lot(expires, len(name), "here", place, "", f"{PRODUCT}/10/{name}", PRODUCT, amount, unsaid, AT, 1)


LOTS = [lot("OLD", -2), lot("HELD", 1), lot("%3Cscript%3E", 2, 1234.5, 2), lot("UNSAID", 9, 0, 3, unsaid=True), lot("ALWAYS", NEVER)]
OLDER = (Older(f"{PRODUCT}/10/OLD", TODAY - 2, 12), Older(f"{PRODUCT}/10/EVER", TODAY, None))
LEFT = Violation(AT, 7, 1, f"{PRODUCT}/10/NEW", PRODUCT, TODAY + 9, 1, "KGM", "transit", 40.5, 3, OLDER)
SOLD = Violation(AT, 8, 2, f"{PRODUCT}/10/NEW", PRODUCT, TODAY + 9, 2, "", "sold", None, 3, OLDER[:1])
HELD = [Held(1, "here", 3, 12, 1, 2, 1), Held(2, "here", 1, 1, 0, 0, 1), Held(3, "here", 2, 2, 0, 1, 1)]
SUMS = [Sum(PRODUCT, "here", "", 2, 40, True, TODAY - 1), Sum(PRODUCT, "here", "KGM", 1, 0.5, False, NEVER)]


def names(visit):
    return Names(visit.words, {PLACE: HOSTILE}, {PRODUCT: HOSTILE}, {})


def told(visit):
    return Told(names(visit), CODES, {f"{PRODUCT}/10/HELD"}, TODAY, 3)


def held(lots):
    found = {one.thing: [Kept(one, Decimal(5), PALLET)] for one in lots if one.expires == NEVER}
    return found | {one.thing: [Kept(one, Decimal(12), one.code)] for one in lots if one.code.endswith("/HELD")}


def lots_at(visit, known=ALL, lots=LOTS, quantity="", problem=""):
    wanted = quantity.isdigit() and advice(lots, Decimal(quantity), "", TODAY, held)
    asking = asking_of(wanted or None, quantity, problem, ["", "KGM"] if problem else [""], "", told(visit))
    return lots_page(visit, known, told(visit), PLACE, PRODUCT, lots, asking, more=bool(problem))


PAGES = {
    "nothing": lambda visit: places_page(visit, ALL, [], {}, names(visit), 3),
    "places": lambda visit: places_page(visit, SOME, HELD, CODES, names(visit), 3),
    "products": lambda visit: products_page(visit, ALL, PLACE, SUMS, names(visit), TODAY, 3),
    "lots": lots_at,
    "wrong": lambda visit: lots_at(visit, SOME, quantity=HOSTILE, problem=HOSTILE),
    "picked": lambda visit: lots_at(visit, quantity="1300"),
    "expired": lambda visit: lots_at(visit, lots=LOTS[:1], quantity="5"),
    "expiring": lambda visit: expiring_page(visit, ALL, told(visit), LOTS, "1~2", days="3", problem=""),
    "keeps": lambda visit: expiring_page(visit, SOME, told(visit), [], "", days=HOSTILE, problem=HOSTILE),
    "violations": lambda visit: violations_page(visit, ALL, [LEFT, SOLD], "1~2~3", {7: "urn:x:7"}, CODES, names(visit), "", 30),
    "kept": lambda visit: violations_page(visit, SOME, [], "", {}, {}, names(visit), "sold", 7),
}
