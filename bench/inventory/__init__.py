"""Stock over the generated genealogy: how fast lots are counted, and how long its pages take, among 100,000 and 1,000,000 events."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal

from sqlalchemy import text, update
from sqlalchemy.orm import Session

from bench.figure import Figure
from bench.inventory.story import MILK, stocked
from bench.tracing import seconds
from bench.tracing.filled import filled
from bench.tracing.story import shop
from inventory import lots, places, touched, walk
from inventory.expiry import date_of, day_of
from inventory.lots import Asked
from inventory.models import StockGoods
from inventory.picks import advice
from inventory.violations import Asked as Wanted
from inventory.violations import violations
from ledger_client.codes import canonical
from records.database import open_sessions

STORES = (100_000, 1_000_000)
WANTED = 200  # lots counted a second: ten times what a plant of 10,000 lots a day makes at its busiest
PAGE = 0.25  # seconds


def figures() -> Iterator[Figure]:
    """Counting in the smaller store, pages in both."""
    told: dict[str, list[float]] = {}
    for events in STORES:
        with filled(events, stocked) as (engine, _):
            sessions = open_sessions(engine)
            looked, walked, count = _count(sessions)
            print(f"{events:,} events: looked at in {looked:.0f} s, {count:,} lots walked in {walked:.0f} s", file=sys.stderr, flush=True)
            with sessions() as session:
                session.execute(text("ANALYZE"))
                for name, ask in _pages(session).items():
                    told.setdefault(name, []).append(seconds(ask))
            if events == STORES[0]:
                ours = f"{count / walked:,.0f} lots a second, of 50 events each"
                yield Figure("stock: lots counted anew", count / walked, WANTED, higher=True, ours=ours, peer=f"{WANTED} a second")
                ours = f"{events / looked:,.0f} records a second looked at for the lots they touch"
                yield Figure("stock: records looked at", events / looked, 2_000, higher=True, ours=ours, peer="twice the rate of capture")
    for name, (small, large) in told.items():
        ours = f"{large * 1000:.0f} ms; {small * 1000:.0f} ms among {STORES[0]:,} events"
        yield Figure(f"stock: {name} (s)", large, PAGE, higher=False, ours=ours, peer=f"{PAGE} s")


def _count(sessions: Callable[[], Session]) -> tuple[float, float, int]:
    """Seconds to look at all records, seconds to walk all lots, how many lots."""
    with sessions() as session:  # the records came by COPY, with their numbers
        session.execute(text("SELECT setval(pg_get_serial_sequence('records', 'id'), max(id)) FROM records"))
        session.commit()
    begun = time.perf_counter()
    _until_done(sessions, touched.step)
    looked = time.perf_counter()
    with sessions() as session:
        session.execute(update(StockGoods).values(due_at=0))
        session.commit()
    count = _until_done(sessions, walk.step)
    return looked - begun, time.perf_counter() - looked, count


def _until_done(sessions: Callable[[], Session], step: Callable[[Session], int]) -> int:
    done = 0
    while True:
        with sessions() as session:
            some = step(session)
            session.commit()
        if not some:
            return done
        done += some


def _pages(session: Session) -> dict[str, Callable[[], object]]:
    """The pages' questions, by name."""
    today, product = day_of(_middle(session)), canonical(MILK)
    here, shelf = Asked(("here",)), places.of(session, shop(7))
    one = Asked(("here",), place=shelf, product=product)
    return {
        "places": lambda: lots.by_place(session, here, today, today + 3),
        "lots by last day, a page": lambda: lots.lots(session, Asked(), limit=100),
        "expiring, counted": lambda: lots.expiring(session, Asked(("here",), until=today + 3), today),
        "picks": lambda: advice(lots.lots(session, one, limit=1_000), Decimal(200), "", today, ()),
        "violations, a page of 30 days": lambda: violations(session, Wanted(since=(today - 430) * 86_400_000_000), lambda _codes: {}),
    }


def _middle(session: Session) -> date:
    """A day on which some lots are past their last day and others are not."""
    first, last = session.execute(text("SELECT min(expires), max(expires) FROM stock_goods")).one()
    return date_of((first + last) // 2)
