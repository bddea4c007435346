"""Where everything was and is, and how much of it: what happened to the things of a trace, put one after the other (docs/stock.md). Pure.

A forward trace leaves out how its start was made: `origins` adds it. A single thing is in one place at a time, so the newest word
counts; what lies in a case went where the case went. Of a lot, parts are in many places: `parcels` keeps its books.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial

from ledger_client.genealogy import is_serial
from tracing.answer import Trace
from tracing.loads import Load, contents
from tracing.movements import Stop, carried, happened
from tracing.parcels import of_lot
from tracing.stay import State, Stay, Where, owner_of, state_of

__all__ = ["State", "Stay", "stays", "whereabouts"]


def whereabouts(trace: Trace) -> list[Stay]:
    """Where everything is now."""
    return [stay for stay in stays(trace) if stay.until is None]


def stays(trace: Trace) -> list[Stay]:
    """Where everything was and is, thing by thing; carriers are told by what they carry."""
    told, held = defaultdict[int, list[Stop]](list), contents(trace)
    for stop in carried(trace, happened(trace), held):
        told[stop.thing].append(stop)
    found: list[Stay] = []
    for thing in trace.things:
        if thing.how != "carrier":
            stops = told[thing.number]
            many = thing.level in ("lot", "product") or any(stop.quantity is not None for stop in stops)
            mine = list((of_lot if many else _of_single)(thing.number, stops))
            loads = held.get(thing.number)
            found += _opened(mine, loads) if loads and is_serial(thing.code) else mine
    return found


def _opened(mine: list[Stay], loads: Sequence[Load]) -> list[Stay]:
    """A case that is a trade item itself is none any more once all that was packed into it was taken out: it is used up."""
    last = max(loads, key=lambda load: (load.out is None, load.out or load.put))
    now = mine[-1] if mine else None
    if last.out is None or now is None or now.until is not None or last.out < now.since:
        return mine
    return [*mine[:-1], now._replace(until=last.out, over=last.over), now._replace(state="used", since=last.out, step=last.over)]


def _of_single(thing: int, stops: Sequence[Stop]) -> Iterator[Stay]:
    where: Where | None = None
    owner, since, record, box = "", datetime.min, 0, None
    for stop in stops:
        way, step = stop.way, stop.step
        if way == "packed":
            box = stop.box
        elif stop.through is None and stop.box is not None:
            box = None  # taken out
        if way in ("seen", "packed") and where is not None and where[0] != "unknown":
            continue
        told = state_of(stop)
        if told != where:
            if where is not None:
                yield _stay((thing, *where, owner, None, "", since, step.at, record, box, step.record))
            where, since = told, step.at
        record, owner = step.record, owner_of(stop, owner)
    if where is not None:
        yield _stay((thing, *where, owner, None, "", since, None, record, box, None))


_stay: Callable[[Iterable[object]], Stay] = partial(tuple.__new__, Stay)  # as `_make`, for hundreds of thousands of them
