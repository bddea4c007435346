"""Answers a query: candidates from SQL, each judged as the asker may see it, page by page.

Without an order events come as they were captured, which is the order of record numbers, or by the time that the query bounds: whoever goes
on from a page's `next` gets every event that was there when the first page was read exactly once, and what is captured meanwhile at most
once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from ledger_client.epcis.query import Condition, Order, Query, matches, values
from ledger_client.epcis.query.conditions import prefixes_in
from ledger_client.epcis.query.master_data import resolved
from ledger_client.errors import InvalidInput
from ledger_client.sentences import sentence
from records import contents
from records.audiences import View
from records.keyring import keyring_of
from records.models import Record
from records.query.candidates import CAPTURED, LARGEST, Search, Sorting, candidates
from records.query.known import Known, QueryTooComplex

LOOKED_AT = 5_000  # candidates that one page may cost; it then holds fewer events than were asked for
READ = 20_000  # candidates that are read to count events, or to put them in order
SORTED = 10_000  # events that are put in order by a field of theirs
MOST_BYTES = 20 * 1024 * 1024  # of the payloads on a page


class QueryTooLarge(InvalidInput):
    """More events than the asker wants at most (QueryTooLargeException of EPCIS 2.0)."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended: the key of its last event in the order of the query, and how many events the pages so far had.

    `upto`: the newest record when an order by a field of the event was begun; what is captured later is not put among them.
    """

    key: tuple[Any, ...]
    given: int
    upto: int | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """One event as the asker sees it, with `recordTime`; `withheld` tells how many of its properties are not shown."""

    record_id: int
    event: dict[str, Any]
    withheld: int


@dataclass(frozen=True, slots=True)
class Answer:
    """A page. `next`: where the following one begins; None on the last."""

    events: list[Found]
    next: Place | None = None


def run(
    session: Session, query: Query, view: View, *, place: Place | None = None, limit: int = 30, after: int = 0, upto: int | None = None
) -> Answer:
    """One page of a query's events, those that `view` shows and as it shows them.

    A subscription asks for an interval of records: it remembers the last number it was told (`after`), takes `upto = settled(session)`
    before each call, reads all pages of that interval, and remembers `upto`. So no event is passed over and none is told twice, whatever
    is captured meanwhile. Raises QueryTooLarge beyond `query.most`, QueryTooComplex for an order over too many events, KeyMissing.
    """
    conditions = resolved(query.conditions, Known(session))
    if query.most is not None and place is None:
        _require_at_most(session, Search(conditions, view, CAPTURED, after, upto), query.most)
    given = place.given if place else 0
    left = limit if query.limit is None else min(limit, query.limit - given)
    if left <= 0:
        return Answer([])
    sorting = sorting_of(query) if upto is None else CAPTURED  # a subscription remembers numbers
    search = Search(conditions, view, sorting, after, upto)
    if query.order and query.order.by not in ("eventTime", "recordTime"):
        answer = _in_order(session, search, query.order, place, left)
    else:
        answer = _page(session, search, place, left)
    done = query.limit is not None and given + len(answer.events) >= query.limit
    return Answer(answer.events) if done else answer


def sorting_of(query: Query) -> Sorting:
    """How SQL sorts the candidates. What is asked for within bounds of time comes in the order of that time, so that it is walked from
    its beginning; everything else as it was captured.
    """
    columns = {"eventTime": Record.event_time, "recordTime": Record.captured_at}
    if query.order and query.order.by in columns:
        return Sorting((columns[query.order.by], Record.id), query.order.descending)
    bounded = {condition.field.label for condition in query.conditions if condition.bound is not None}
    by = next((name for name in ("recordTime", "eventTime") if name in bounded), None)
    return Sorting((columns[by], Record.id)) if by else CAPTURED


def _page(session: Session, search: Search, place: Place | None, limit: int) -> Answer:
    events, given, weight, last = list[Found](), place.given if place else 0, 0, None
    for looked, (row, found) in enumerate(_judged(session, search, place.key if place else None, limit + 1), 1):
        if found is not None and len(events) == limit:
            return Answer(events, Place(last or (), given + len(events)))
        if found is not None:
            events.append(found)
            weight += len(row.sealed)
        last = search.sorting.key(row)
        if looked >= LOOKED_AT or weight > MOST_BYTES:
            return Answer(events, Place(last, given + len(events)))
    return Answer(events)


def _judged(
    session: Session, search: Search, place: tuple[Any, ...] | None = None, first: int = LARGEST
) -> Iterator[tuple[Row[Any], Found | None]]:
    """Every candidate, with what the asker sees of it if it is one of those that were asked for."""
    ring = keyring_of(session)
    for row in candidates(session, search, place, first):
        held = contents.of_row(ring, row)
        yield row, _found(row, held, search.conditions, search.view)


def _found(row: Row[Any], held: contents.Content, conditions: tuple[Condition, ...], view: View) -> Found | None:
    whole = held.event()
    if whole is None:
        return None
    event = view.shown(held.signer, whole)
    withheld = len(whole) - len(event)
    event["recordTime"] = row.captured_at.isoformat(timespec="microseconds").replace("+00:00", "Z")
    return Found(row.id, event, withheld) if matches(event, conditions) else None


def _require_at_most(session: Session, search: Search, most: int) -> None:
    count = 0
    for looked, (_, found) in enumerate(_judged(session, search), 1):
        count += found is not None
        if count > most:
            raise QueryTooLarge(
                "maxEventCount", sentence("more than {most:,} events fulfil the query", most=most), "narrow it, or raise the number"
            )
        if looked >= READ:
            raise QueryTooComplex(
                "maxEventCount", sentence("more than {most:,} events would have to be read to count", most=READ), "narrow the query"
            )


def _in_order(session: Session, search: Search, order: Order, place: Place | None, limit: int) -> Answer:
    """By a field of the events: all of them are read each time. Those without it stand at the end."""
    upto = place.upto if place else search.upto or session.scalar(select(func.max(Record.id))) or 0
    fixed = replace(search, upto=upto)
    keyed = list[tuple[tuple[Any, ...], Found]]()
    for looked, (_, found) in enumerate(_judged(session, fixed), 1):
        if found is not None:
            keyed.append((_key(order, found), found))
        if looked >= READ or len(keyed) > SORTED:
            raise QueryTooComplex(
                "orderBy",
                sentence("more than {most:,} events would have to be put in order by {by}", most=SORTED, by=order.by),
                "narrow the query",
            )
    with_it = sorted(((key, one) for key, one in keyed if key[0] >= 0), key=lambda pair: pair[0], reverse=order.descending)
    ranked = [*with_it, *((key, one) for key, one in keyed if key[0] < 0)]
    if place is not None:
        ranked = [pair for pair in ranked if _is_beyond(pair[0], place.key, descending=order.descending)]
    page, given = ranked[:limit], place.given if place else 0
    more = len(ranked) > limit
    return Answer([one for _, one in page], Place(page[-1][0], given + len(page), upto) if more else None)


def _key(order: Order, found: Found) -> tuple[Any, ...]:
    """(kind of value, value, record number): numbers before moments before texts; kind -1 for an event without the field."""
    for value in order.field.found(found.event, prefixes_in(found.event)):
        number, moment = (None if isinstance(value, str) else values.number(value)), values.moment(value)
        if number is not None:
            return (0, number, found.record_id)
        if moment is not None:
            return (1, moment, found.record_id)
        if isinstance(value, str):
            return (2, value, found.record_id)
    return (-1, "", found.record_id)


def _is_beyond(key: tuple[Any, ...], place: tuple[Any, ...], *, descending: bool) -> bool:
    if (key[0] < 0) != (place[0] < 0):
        return bool(key[0] < 0)
    if key[0] < 0:
        return bool(key[2] > place[2])
    return bool(key < place) if descending else bool(key > place)
