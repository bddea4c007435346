"""Traces over a generated genealogy of 1,000,000 events on PostgreSQL, against the bare recursive query that finds the same things.

Forward: a raw lot to 100,000 serial items, their cases and pallets. Backward: one item to its lots, twelve deep. The same is asked of
smaller stores, and of networkx, which has to load the whole graph first.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Iterator

import networkx
from sqlalchemy import text
from sqlalchemy.orm import Session

from bench.figure import Figure
from bench.tracing.filled import filled
from bench.tracing.story import DEPTH, last, raw
from ledger_client.codes import parse
from recall.cases.affected import affected
from recall.suspicion.asked import Suspicion
from records.audiences import Policies, View
from tracing.ask import trace
from tracing.walk import walk

STORES = (10_000, 100_000, 1_000_000)
EVERYTHING = View("regulator", Policies())
ROUNDS = 5
RECURSIVE = text(
    """
WITH RECURSIVE reached(thing) AS (
    SELECT CAST(:start AS bigint)
    UNION
    SELECT other.thing_id FROM reached
    JOIN participations one ON one.thing_id = reached.thing AND one.role IN (3, 4, 6)
    JOIN participations other ON other.record_id = one.record_id
     AND (one.role = 4 AND other.role = 5 OR one.role = 6 AND other.role IN (1, 5) OR one.role = 3 AND other.role = 2)
)
SELECT things.id, things.code FROM reached JOIN things ON things.id = reached.thing"""
)
TIES = text(
    """
SELECT one.thing_id, other.thing_id FROM participations one JOIN participations other ON other.record_id = one.record_id
   AND (one.role = 4 AND other.role = 5 OR one.role = 6 AND other.role IN (1, 5) OR one.role = 3 AND other.role = 2)"""
)


def figures() -> Iterator[Figure]:
    """Forward and backward in the largest store, then how both grow with the store."""
    grown: dict[int, tuple[float, float]] = {}
    for events in STORES:
        with filled(events) as (engine, _), Session(engine) as session:
            start = session.scalars(text("SELECT id FROM things WHERE code = :code"), {"code": raw()}).one()
            forward = seconds(lambda: trace(session, parse(raw()), "forward", EVERYTHING, most=1_000_000))
            backward = seconds(lambda: trace(session, parse(last()), "backward", EVERYTHING))
            grown[events] = (forward, backward)
            print(f"{events:,} events: forward {forward:.2f} s, backward {backward * 1000:.1f} ms", file=sys.stderr, flush=True)
            if events == STORES[-1]:
                yield from _large(session, start, forward, backward)
    smallest, largest = grown[STORES[0]], grown[STORES[-1]]
    for name, one, other in zip(("forward", "backward"), largest, smallest, strict=True):
        told = ", ".join(f"{events:,}: {_told(grown[events][name == 'backward'])}" for events in STORES)
        yield Figure(
            f"trace {name}, growing store", one / other, 2, higher=False, ours=told, peer=f"the same answer among {STORES[0]:,} events"
        )


def _large(session: Session, start: int, forward: float, backward: float) -> Iterator[Figure]:
    things = len(walk(session, start, "forward", lambda _said, _role: True, most=1_000_000).reached)
    walked = seconds(lambda: walk(session, start, "forward", lambda _said, _role: True, most=1_000_000))
    bare = seconds(lambda: session.execute(RECURSIVE, {"start": start}).all())
    found = len(session.execute(RECURSIVE, {"start": start}).all())
    if found != things:
        raise RuntimeError(f"the walk found {things:,} things, the query {found:,}")
    peer = f"bare recursive query: {found:,} things in {bare:.2f} s"
    yield Figure(
        "trace forward to 100,000 items", walked / bare, 2, higher=False, ours=f"walk: {things:,} things in {walked:.2f} s", peer=peer
    )
    whole = "with codes, steps, 2,000 records hashed again"
    yield Figure("trace forward, whole answer (s)", forward, 2, higher=False, ours=f"{forward:.2f} s {whole}", peer="2 s")
    yield Figure(f"trace backward, depth {DEPTH} (ms)", backward * 1000, 50, higher=False, ours=f"{backward * 1000:.1f} ms", peer="50 ms")
    yield _recall(session)
    begun = time.perf_counter()
    graph = networkx.DiGraph(tuple(row) for row in session.execute(TIES))
    loaded, asked = time.perf_counter() - begun, seconds(lambda: networkx.descendants(graph, start))
    told = f"networkx: loaded in {loaded:.1f} s, then {asked:.2f} s an answer"
    yield Figure(
        "trace forward against networkx", walked / (loaded + asked), 1, higher=False, ours=f"{walked:.2f} s, nothing loaded", peer=told
    )


def _recall(session: Session) -> Figure:
    """From a lot to every unit, with where it is and whose it is, as a case keeps it."""
    suspicion = Suspicion(codes=(parse(raw()).uri,))
    units = affected(session, suspicion, EVERYTHING).things
    took = seconds(lambda: affected(session, suspicion, EVERYTHING))
    ours = f"{took:.2f} s for {units:,} units with places and owners"
    return Figure("recall set of 100,000 units (s)", took, 5, higher=False, ours=ours, peer="5 s")


def seconds(ask: Callable[[], object]) -> float:
    """The median of a few rounds, after one that finds the database's pages in memory."""
    found = []
    for _ in range(ROUNDS + 1):
        begun = time.perf_counter()
        ask()
        found.append(time.perf_counter() - begun)
    return statistics.median(found[1:])


def _told(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds > 0.5 else f"{seconds * 1000:.1f} ms"
