"""Stock over the generated genealogy on PostgreSQL: how fast lots are counted, and how long its pages take, in two stores of which one is
ten times as large. `python -m bench inventory:1000000` measures in a million events.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from functools import partial

from sqlalchemy import text, update
from sqlalchemy.orm import Session

from api.stock_holds import hold_spans, kept
from bench.figure import Figure
from bench.inventory.story import MILK, stocked
from bench.tracing import seconds
from bench.tracing.filled import filled
from bench.tracing.story import shop
from inventory import lots, places, touched, walk
from inventory.expiry import date_of, day_of
from inventory.lots import Asked
from inventory.models import StockGoods
from inventory.overtaking import DAY
from inventory.picks import advice
from inventory.violations import Asked as Wanted
from inventory.violations import violations
from ledger_client.codes import canonical
from recall.models import Hold
from records.columns import now
from records.database import open_sessions

WANTED = 200  # lots counted a second: ten times what a plant of 10,000 lots a day makes at its busiest
PAGE = 0.25  # seconds


def figures(events: int = 100_000) -> Iterator[Figure]:
    """Counting, and pages, among a tenth of so many events and all."""
    told: dict[str, list[float]] = {}
    paces: list[tuple[float, float]] = []
    for many in (events // 10, events):
        with filled(many, stocked) as (engine, _):
            sessions = open_sessions(engine)
            looked, walked, count = _count(sessions)
            paces.append((count / walked, many / looked))
            print(f"{many:,} events: looked at in {looked:.0f} s, {count:,} lots walked in {walked:.0f} s", file=sys.stderr, flush=True)
            with sessions() as session:
                session.execute(text("ANALYZE"))
                for name, ask in _pages(session).items():
                    told.setdefault(name, []).append(seconds(ask))
    (few, _), (pace, looking) = paces
    ours = f"{pace:,.0f} lots a second, of 50 events each; {few:,.0f} among {events // 10:,} events"
    yield Figure("stock: lots counted anew", pace, WANTED, higher=True, ours=ours, peer=f"{WANTED} a second")
    ours = f"{looking:,.0f} records a second looked at for the lots they touch"
    yield Figure("stock: records looked at", looking, 2_000, higher=True, ours=ours, peer="twice the rate of capture")
    for name, (small, large) in told.items():
        ours = f"{large * 1000:.0f} ms; {small * 1000:.0f} ms among {events // 10:,} events"
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
    first, last = session.execute(text("SELECT min(overtook_at), max(overtook_at) FROM stock_stays")).one()
    month, middle = Wanted(since=last - 30 * DAY), ((first + last) // 2, 0, 0)
    _hold(session, next(lot.code for lot in lots.lots(session, one, limit=1_000) if lot.expires >= today))
    return {
        "places": lambda: lots.by_place(session, here, today, today + 3),
        "lots by last day, a page": lambda: lots.lots(session, Asked(), limit=100),
        "expiring, counted": lambda: lots.expiring(session, Asked(("here",), until=today + 3), today),
        "picks, with an item on hold": lambda: advice(
            lots.lots(session, one, limit=1_000), Decimal(200), "", today, partial(kept, session, shelf)
        ),
        "violations, the newest page of 30 days": lambda: violations(session, month, partial(hold_spans, session)),
        "violations, a page in the middle": lambda: violations(session, Wanted(since=0), partial(hold_spans, session), middle),
    }


def _hold(session: Session, lot: str) -> None:
    """One of the items of a lot."""
    row = {"id": "1", "member_id": 1, "reason": "", "placed_at": now(), "placed_name": "", "placed_record": 1}
    session.add(Hold(code=lot.replace("/10/", "/21/") + "-1", **row))
    session.flush()


def _middle(session: Session) -> date:
    """A day on which some lots are past their last day and others are not."""
    first, last = session.execute(text("SELECT min(expires), max(expires) FROM stock_goods")).one()
    return date_of((first + last) // 2)
