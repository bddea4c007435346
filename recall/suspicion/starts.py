"""The events of a suspicion, and the things that came into being, were changed or stood there: each is affected from that event on.

What came out of a transformation is affected, not what went in before it; what was packed, not the pallet. Of an event that names several
things and only some of those that are suspected, only these. A truck or a crate is one only where it is named, or nothing else was there;
a person never, and the suspected machine neither.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger_client.epcis.query import Query
from ledger_client.errors import InvalidInput
from ledger_client.genealogy import Role
from ledger_client.onchain import item_id
from ledger_client.sentences import sentence
from recall.suspicion.asked import Suspicion, codes_of
from recall.suspicion.questions import questions
from recall.suspicion.readings import is_out
from records.audiences import View
from records.genealogy.models import Thing
from records.parts import parts
from records.query.run import Found, Place, run
from tracing import read
from tracing.products import product_of
from tracing.reach import Span
from tracing.read import Row
from tracing.visible import sees

MOST_EVENTS = 20_000
_PAGE = 500
_ROLES = (Role.OUTPUT, Role.CHILD, Role.OBJECT, Role.PARENT, Role.INPUT)  # the first of them that an event has tells what it changed
_PERSONS = ("https://id.gs1.org/8017/", "https://id.gs1.org/8018/")
_ASSETS = ("https://id.gs1.org/8003/", "https://id.gs1.org/8004/")  # returnable and other assets


@dataclass(frozen=True, slots=True)
class Begun:
    """What a suspicion comes to. `starts`: thing -> when it is affected; `codes`: their codes; `events`: records, by time."""

    starts: Mapping[int, Sequence[Span]]
    codes: Mapping[int, str]
    events: Sequence[int]
    unknown: Sequence[str] = ()  # codes that were named and are not recorded


def begin(session: Session, suspicion: Suspicion, view: View) -> Begun:
    """The starts, as far as the view shows them. InvalidInput beyond `MOST_EVENTS` events."""
    if suspicion.names_things_only:
        known = _numbers(session, suspicion.codes)
        unknown = [code for code in suspicion.codes if code not in known.values()]
        return Begun({number: [Span()] for number in known}, known, (), unknown)
    events = _events(session, suspicion, view)
    rows = _shown(session, read.of_records(session, events, *_ROLES), view)
    codes = read.codes(session, {row.thing for row in rows})
    spans: dict[int, list[Span]] = defaultdict(list)
    for row in sorted(_changed(rows, codes, suspicion), key=read.by_time):
        if not spans[row.thing]:  # the earliest holds for all later ones
            spans[row.thing].append(Span(row.at))
    return Begun(spans, {number: codes[number] for number in spans}, events)


def _numbers(session: Session, codes: Iterable[str]) -> dict[int, str]:
    ids = {item_id(code): code for code in codes}
    rows = (row for part in parts(ids) for row in session.execute(select(Thing.id, Thing.item_id).where(Thing.item_id.in_(part))))
    return {number: ids[item] for number, item in rows}


def _events(session: Session, suspicion: Suspicion, view: View) -> list[int]:
    """Records of the events, without those that were declared to be in error and those that declare it."""
    found = set[int]()
    for query in questions(suspicion):
        for one in _all(session, query, view):
            if "errorDeclaration" not in one.event and (suspicion.reading is None or is_out(one.event, suspicion.reading)):
                found.add(one.record_id)
            if len(found) > MOST_EVENTS:
                raise InvalidInput(
                    "suspicion", sentence("more than {most:,} events", most=MOST_EVENTS), "narrow it: give a time or a place"
                )
    said = read.said(session, found)
    return sorted((number for number in found if not said[number].declared), key=lambda number: (said[number].time, number))


def _all(session: Session, query: Query, view: View) -> Iterator[Found]:
    """Every event of a query, page by page."""
    place: Place | None = None
    while True:
        answer = run(session, query, view, place=place, limit=_PAGE)
        yield from answer.events
        place = answer.next
        if place is None:
            return


def _shown(session: Session, rows: Sequence[Row], view: View) -> list[Row]:
    said, seen = read.said(session, {row.record for row in rows}), sees(view)
    return [row for row in rows if seen(said[row.record], row.role)]


def _changed(rows: Iterable[Row], codes: Mapping[int, str], suspicion: Suspicion) -> Iterator[Row]:
    """Of each event the rows of what it changed; the machine or operator that is suspected of it is no such thing."""
    of: dict[int, list[Row]] = defaultdict(list)
    acting = {code for code in codes_of(suspicion.machines) if code not in suspicion.codes}
    for row in rows:
        if codes[row.thing] not in acting and not codes[row.thing].startswith(_PERSONS):
            of[row.record].append(row)
    for some in of.values():
        role = next(role for role in _ROLES if any(row.role == role for row in some))
        changed = [row for row in some if row.role == role]
        meant = [row for row in changed if _is_meant(codes[row.thing], suspicion)]
        goods = [row for row in meant if not codes[row.thing].startswith(_ASSETS) or codes[row.thing] in suspicion.codes]
        yield from goods or meant or changed


def _is_meant(code: str, suspicion: Suspicion) -> bool:
    """Whether a thing is one of those that the suspicion names; any, where it names none."""
    return (not suspicion.codes or code in suspicion.codes) and (not suspicion.products or product_of(code) in suspicion.products)
