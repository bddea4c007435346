"""GET /console/stock and below."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from accounts.roles import Right
from api.callers import audience_of
from api.console.paging import ROWS, text_of, whole
from api.console.stock.frame import COOKIE, EXPIRING, MOST_DAYS, OVERTAKEN, STOCK, days_in, warned_days
from api.console.stock.lots import Told, asking_of, expiring_page, lots_page
from api.console.stock.places import places_page, products_page
from api.console.stock.violations import PERIODS, WENT, violations_page
from api.console.tracing.named import Names
from api.console.visit import Visit, visiting
from api.dependencies import Db
from api.names import place_names, stated_names
from api.rates import lists
from api.stock_holds import hold_spans, on_hold
from api.stocked import LOT_KEY, Desk, key_in, product_in
from indexer import queries as mirror
from inventory import lots, places
from inventory.lots import Asked, Lot
from inventory.picks import Advice
from inventory.violations import Asked as Wanted
from inventory.violations import violations
from records import queries
from records.columns import now
from records.genealogy.draw import micros

router = APIRouter(dependencies=[Depends(lists, scope="function")])
Reading = Annotated[Visit, Depends(visiting(Right.READ), scope="function")]
HERE = ("here",)
_YEAR = 365 * 24 * 3600


@router.get(STOCK)
def show_stock(db: Db, visit: Reading, place: str = "", product: str = "", quantity: str = "", uom: str = "") -> Response:
    """The places; of one of them its products; of one of these its lots."""
    desk, days = Desk.of(db, audience_of(visit.caller)), warned_days(visit.request)
    place = place.strip()[:2048] if place.isprintable() else ""
    if not place:
        found = lots.by_place(db, desk.asked(Asked(HERE)), desk.today, desk.today + days)
        codes = desk.place_names((one.place, one.record) for one in found)
        return visit.show(places_page(visit, desk.known(), found, codes, _names(visit, db, codes.values(), ()), days))
    asked = desk.asked(Asked(HERE, place=places.of(db, place), product=product_in(product[:2048])))
    if not product.strip():
        sums = lots.by_product(db, asked)
        names = _names(visit, db, [place], [one.product for one in sums])
        return visit.show(products_page(visit, desk.known(), place, sums, names, desk.today, days))
    some = lots.lots(db, asked, limit=ROWS * 4 + 1)
    told = _told(visit, desk, some, days, {asked.place or 0: place})
    units = sorted({one.uom for one in some})
    unit = uom if uom in units else next(iter(units), "")
    advice, problem = _advised(visit, desk, asked, quantity[:40], unit)
    page = lots_page(
        visit,
        desk.known(),
        told,
        place,
        asked.product,
        some[: ROWS * 4],
        asking_of(advice, quantity[:40], problem, units, unit, told),
        more=len(some) > ROWS * 4,
    )
    return visit.show(page)


@router.get(EXPIRING)
def show_expiring(db: Db, visit: Reading, days: str = "", after: str = "") -> Response:
    """Lots that lie somewhere and come to their last day soon, or passed it. How soon is kept by the browser."""
    desk, soon = Desk.of(db, audience_of(visit.caller)), days_in(days, warned_days(visit.request))
    problem = visit.words.say("stock.days.problem", count=MOST_DAYS) if days and days_in(days, -1) < 0 else ""
    asked = desk.asked(Asked(HERE, until=desk.today + soon))
    found = lots.lots(db, asked, key_in(after, *LOT_KEY), ROWS + 1)
    told = _told(visit, desk, found, soon, {})
    next_ = text_of(found[ROWS - 1].key) if len(found) > ROWS else ""
    shown = days if problem else str(soon)
    answer = visit.show(expiring_page(visit, desk.known(), told, found[:ROWS], next_, days=shown, problem=problem))
    if days and not problem:
        answer.set_cookie(COOKIE, str(soon), max_age=_YEAR, httponly=True, samesite="lax", secure=visit.request.url.scheme == "https")
    return answer


@router.get(OVERTAKEN)
def show_violations(db: Db, visit: Reading, what: str = "", days: str = "", after: str = "") -> Response:
    """Lots that left while ones that expire earlier lay at the same place, newest first."""
    desk, what = Desk.of(db, audience_of(visit.caller)), what if what in WENT else ""
    period = int(days) if days in map(str, PERIODS) else 30
    wanted = Wanted(micros(now() - timedelta(days=period)), WENT[what], hidden=desk.hidden)
    found, more = violations(db, wanted, partial(hold_spans, db), key_in(after, whole, whole, whole), ROWS)
    codes = desk.place_names((one.place, record) for one in found for record in (one.record, one.stay))
    names = _names(visit, db, codes.values(), [one.product for one in found])
    events = queries.event_ids(db, [one.record for one in found])
    next_ = text_of(more) if more else ""
    return visit.show(violations_page(visit, desk.known(), found, next_, events, codes, names, what, period))


def _advised(visit: Visit, desk: Desk, asked: Asked, quantity: str, uom: str) -> tuple[Advice | None, str]:
    """What to take, or what is wrong with the quantity."""
    if not quantity.strip():
        return None, ""
    try:
        wanted = Decimal(quantity.strip().replace(",", ""))
    except InvalidOperation:
        wanted = Decimal()
    if not (wanted.is_finite() and 0 < wanted <= 10**12):
        return None, visit.words.say("stock.quantity.problem")
    return desk.picks(asked.product, asked.place or 0, wanted, uom), ""


def _told(visit: Visit, desk: Desk, found: Iterable[Lot], days: int, known: dict[int, str]) -> Told:
    every = list(found)
    codes = desk.place_names((one.place, one.record) for one in every if one.place not in known) | known
    names = _names(visit, desk.session, codes.values(), [one.product for one in every])
    return Told(names, codes, on_hold(desk.session, [one.code for one in every]), desk.today, days)


def _names(visit: Visit, db: Db, codes: Iterable[str], products: Iterable[str]) -> Names:
    words = visit.words
    return Names(words, place_names(db, codes, words), stated_names(db, set(products), words), mirror.member_names(db))
