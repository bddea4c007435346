"""What lies where, what to take first, and where that was not kept to; the console's pages show the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from accounts.roles import Right
from api.callers import Caller, allowed, audience_of
from api.console.paging import text_of, whole
from api.dependencies import Db
from api.problems import documented
from api.rates import lists
from api.stock_holds import hold_spans, on_hold
from api.stock_schemas import PicksOut, State, StockOut, ViolationsOut
from api.stocked import LOT_KEY, Desk, Known, at_moment, key_in, product_in
from inventory import lots, places
from inventory.expiry import date_of
from inventory.lots import IN_STOCK, NEVER, Asked, Lot
from inventory.violations import Asked as Wanted
from inventory.violations import Violation, violations
from ledger_client.codes import parse
from ledger_client.errors import InvalidInput
from records import queries
from records.columns import now
from records.genealogy.draw import micros, moment

router = APIRouter(tags=["stock"])
Reading = Annotated[Caller, Depends(allowed(Right.READ), scope="function")]
PROBLEMS = documented(400, 401, 403, 429, 503)
Place = Annotated[str, Query(description="only what is at this place, or bound for it; any spelling", max_length=2048)]
Product = Annotated[str, Query(description="only this product: a GTIN, or any code of one of its lots or items", max_length=2048)]
After = Annotated[str, Query(description="the `next` of the page before", max_length=200)]
Limit = Annotated[int, Query(ge=1, le=500)]


@router.get("/stock", operation_id="listStock", summary="What lies where", dependencies=[Depends(lists)], responses=PROBLEMS)
def list_stock(
    db: Db,
    caller: Reading,
    place: Place = "",
    product: Product = "",
    lot: Annotated[str, Query(description="only this lot", max_length=2048)] = "",
    state: Annotated[list[State] | None, Query(description="`here`, `transit`, `unknown` where none is named")] = None,
    expiring: Annotated[
        int | None, Query(ge=0, le=3650, description="only lots whose last day comes within so many days or passed")
    ] = None,
    after: After = "",
    limit: Limit = 100,
) -> StockOut:
    """Lots by their last day, each with how much of it is at a place. As the events say that are counted: `behind` tells how many are not
    yet, `withheld` how many lots this reader is not told of.
    """
    desk = Desk.of(db, audience_of(caller))
    asked = desk.asked(
        Asked(
            states=state or IN_STOCK,
            place=places.of(db, place.strip()) if place.strip() else None,
            product=product_in(product),
            code=parse(lot).uri if lot.strip() else "",
            until=None if expiring is None else desk.today + expiring,
        )
    )
    found = lots.lots(db, asked, key_in(after, *LOT_KEY), limit + 1)
    known, next_ = desk.known(), text_of(found[limit - 1].key) if len(found) > limit else None
    return StockOut.model_validate({"lots": _lots(desk, found[:limit]), **_how_far(known, next_), "next": next_})


@router.get(
    "/stock/picks", operation_id="advisePicks", summary="Which lots to take first", dependencies=[Depends(lists)], responses=PROBLEMS
)
def advise_picks(
    db: Db,
    caller: Reading,
    product: Annotated[str, Query(description="a GTIN, or any code of one of its lots or items", min_length=1, max_length=2048)],
    place: Annotated[str, Query(description="where it is taken from; any spelling", min_length=1, max_length=2048)],
    quantity: Annotated[float, Query(gt=0, le=1e12, description="how much is wanted")],
    uom: Annotated[str | None, Query(description="its unit (UN/ECE Recommendation 20), empty for pieces", max_length=10)] = None,
) -> PicksOut:
    """First expired, first out: the earliest last day first, then what came first. Lots past their last day are never advised, nor is what
    capture would refuse because of a hold on the lot, on items of it, or on what they lie in; both are told apart. Where the product lies
    there in several units, `uom` is needed.
    """
    desk = Desk.of(db, audience_of(caller))
    told = desk.picks(product_in(product), places.of(db, place.strip()), Decimal(str(quantity)), uom)
    every = [*(one.lot for one in told.picks), *(one.lot for one in told.held), *told.expired, *told.unsaid]
    shown = dict(zip([one.key for one in every], _lots(desk, every), strict=True))
    return PicksOut.model_validate(
        {
            "picks": [{"lot": shown[one.lot.key], "take": float(one.amount)} for one in told.picks],
            "short": float(told.short),
            "uom": told.uom,
            "expired": [shown[one.key] for one in told.expired],
            "on_hold": [{"lot": shown[one.lot.key], "amount": float(one.amount), "held": one.code} for one in told.held],
            "unsaid": [shown[one.key] for one in told.unsaid],
            **_how_far(desk.known(), None),
        }
    )


@router.get(
    "/stock/violations",
    operation_id="listStockViolations",
    summary="Lots that left before ones that expire earlier",
    dependencies=[Depends(lists)],
    responses=PROBLEMS,
)
def list_violations(
    db: Db,
    caller: Reading,
    place: Place = "",
    product: Product = "",
    what: Annotated[list[str] | None, Query(description="`shipped`, `sold`; both where none is named")] = None,
    days: Annotated[int, Query(ge=1, le=3650, description="how far to look back, by event time")] = 30,
    after: After = "",
    limit: Limit = 50,
) -> ViolationsOut:
    """Newest first. A lot that was on hold, or past its last day, is not overtaken by one that leaves."""
    desk, since = Desk.of(db, audience_of(caller)), now() - timedelta(days=days)
    wanted = Wanted(micros(since), _went(what), places.of(db, place.strip()) if place.strip() else None, product_in(product), desk.hidden)
    found, more = violations(db, wanted, partial(hold_spans, db), key_in(after, whole, whole, whole), limit)
    next_ = text_of(more) if more else None
    names = desk.place_names((one.place, record) for one in found for record in (one.record, one.stay))
    events = queries.event_ids(db, [one.record for one in found])
    told = [_violation(one, names, events) for one in found]
    return ViolationsOut.model_validate({"violations": told, "since": since, **_how_far(desk.known(), next_), "next": next_})


def _went(what: list[str] | None) -> tuple[str, ...]:
    known = {"shipped": "transit", "sold": "sold"}
    for name in what or ():
        if name not in known:
            raise InvalidInput("what", f"{name[:40]!r} is none of shipped, sold", "name one of them")
    return tuple(known[name] for name in what or known)


def _how_far(known: Known, more: str | None) -> dict[str, Any]:
    complete = more is None and not (known.withheld or known.records or known.goods)
    return {"complete": complete, "withheld": known.withheld, "behind": {"records": known.records, "lots": known.goods}}


def _lots(desk: Desk, found: Iterable[Lot]) -> list[dict[str, Any]]:
    every = list(found)
    names = desk.place_names((one.place, one.record) for one in every)
    held = on_hold(desk.session, [one.code for one in every])
    return [
        {
            "code": one.code,
            "product": one.product,
            "expires": None if one.expires == NEVER else date_of(one.expires),
            "state": one.state,
            "place": names.get(one.place, ""),
            "amount": one.amount,
            "uom": one.uom,
            "unsaid": one.unsaid,
            "on_hold": one.code in held,
            "since": at_moment(one.since),
        }
        for one in every
    ]


def _violation(one: Violation, names: Mapping[int, str], events: Mapping[int, str]) -> dict[str, Any]:
    return {
        "at": moment(one.at),
        "event_id": events[one.record],
        "record": one.record,
        "what": "sold" if one.went == "sold" else "shipped",
        "code": one.code,
        "product": one.product,
        "expires": date_of(one.expires),
        "place": names.get(one.place, ""),
        "amount": one.amount,
        "uom": one.uom,
        "earlier": [{"code": lot.code, "expires": date_of(lot.expires), "amount": lot.amount} for lot in one.older],
    }
