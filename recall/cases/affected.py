"""The affected set: from the starts of a suspicion forward to every unit, and where it is now; as rows of `recall_units`.

The walk and the books of places are those of `tracing`; here they get a product, an owner, and what became of them since the case began.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from indexer.audiences import members_of_keys
from ledger_client.epcis.document import no_collection
from ledger_client.errors import InvalidInput
from recall.cases.digest import digest
from recall.cases.members import members_of_parties
from recall.cases.outcomes import told_apart
from recall.suspicion.asked import Suspicion
from recall.suspicion.starts import Begun, begin
from records.audiences import View
from records.keyring import keyring_of
from records.query.hashing import hashed
from tracing.answer import Thing, Trace
from tracing.ask import affected as traced
from tracing.origins import with_origins
from tracing.stay import Stay
from tracing.whereabouts import stays

MOST = 500_000  # things; beyond them the set is told to be cut
EVERY = 2**31  # steps are opened: where something is stands in the last of them
MOST_ENDS = 20  # of one reason that are kept by name
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Affected:
    """What a suspicion leads to. `rows`: columns of `recall_units` without those of the case; `things`: how many there are of them."""

    begun: Begun
    rows: Sequence[Row]
    things: int
    complete: bool
    ends: Sequence[dict[str, Any]]
    digest: str


def affected(session: Session, suspicion: Suspicion, view: View, after: int | None = None, most: int = MOST) -> Affected:
    """InvalidInput where the suspicion finds nothing. `after`: the record with which the case began; what later events say became of units
    counts as an outcome.
    """
    begun = begin(session, suspicion, view)
    if not begun.starts:
        raise InvalidInput("suspicion", "finds nothing that is recorded here", "look at the codes and the time, or ask for less at once")
    with no_collection():
        trace = with_origins(session, traced(session, begun.starts, view, most=most, opened=EVERY), view)
        rows = list(_rows(session, trace, after))
        hashed_list = digest((row["code"], row["quantity"], row["uom"], row["state"]) for row in rows)
    return Affected(begun, rows, len({row["thing_id"] for row in rows}), trace.complete, _ends(trace), hashed_list)


def _rows(session: Session, trace: Trace, after: int | None) -> Iterator[Row]:
    named, wheres = Named(session, trace), dict[tuple[object, ...], Row]()
    told: dict[int, list[Stay]] = {}
    for stay in stays(trace):
        told.setdefault(stay.thing, []).append(stay)
    outcomes = told_apart(trace, told, after)
    for thing in trace.things:
        if thing.how == "carrier":
            continue
        everything = told.get(thing.number, [])
        present = [stay for stay in everything if stay.until is None]
        for stay in present:
            lies = (stay.state, stay.place, stay.owner, stay.since, stay.step)  # as the nineteen others of its case
            where = wheres.get(lies) or wheres.setdefault(lies, _where(stay, named))
            for quantity, outcome in outcomes(stay):
                yield {**_row(thing), **where, **_amount(thing, stay, quantity), "outcome": outcome}
        if not present:  # nobody says where it is; or nothing is left under its name: its pieces have codes of their own
            state, quantity = ("used", 0.0) if everything else ("unknown", None if thing.level in ("lot", "product") else 1.0)
            yield _row(thing) | _NOWHERE | {"state": state, "quantity": quantity, "uom": "", "outcome": ""}


_NOWHERE: Row = {
    **{"since": NEVER, "record": 0, "place_key": 0, "place_record": None},
    **{"owner_key": 0, "owner_record": None, "owner_member_id": None},
}


def _row(thing: Thing) -> Row:
    return {"thing_id": thing.number, "code": thing.code, "product": thing.product, "level": thing.level, "how": thing.how}


def _where(stay: Stay, named: Named) -> Row:
    place, owner = named.places.get(stay.place, (0, None)), named.owners.get(stay.owner, (0, None))
    member = named.members.get(stay.owner) if stay.owner else named.signers.get(stay.step)
    if member is not None:  # a member is one owner, by whatever code
        owner = (named.member_keys[member], None)
    return {
        **{"state": stay.state, "since": stay.since, "record": stay.step},
        **{"place_key": place[0], "place_record": place[1]},
        **{"owner_key": owner[0], "owner_record": owner[1], "owner_member_id": member},
    }


def _amount(thing: Thing, stay: Stay, quantity: float | None) -> Row:
    if quantity is None and thing.level not in ("lot", "product"):
        return {"quantity": 1.0, "uom": ""}
    return {"quantity": quantity, "uom": stay.uom}


class Named:
    """The places, owners and signers of a trace: each with its key, and a record that names it."""

    def __init__(self, session: Session, trace: Trace) -> None:
        lookup, keys = keyring_of(session).lookup(), members_of_keys(session)
        self.places: dict[str, tuple[int, int | None]] = {}
        self.owners: dict[str, tuple[int, int | None]] = {}
        self.signers = {step.record: keys.get(step.signer) for step in trace.steps}
        sent_to: dict[str, dict[str, None]] = {}  # owner -> the places that goods were sent to as its own
        for step in trace.steps:
            if step.destination.owner:
                places = sent_to.setdefault(step.destination.owner, {})
                places |= {step.destination.place: None} if step.destination.place else {}
            for place in (step.place, step.location, step.source.place, step.destination.place, step.destination.owner):
                if place and place not in self.places:
                    self.places[place] = (place_key(lookup, place), step.record)
            if step.destination.owner and step.destination.owner not in self.owners:
                self.owners[step.destination.owner] = (place_key(lookup, step.destination.owner), step.record)
        self.members: Mapping[str, int] = members_of_parties(session, sent_to)
        self.member_keys = {member: place_key(lookup, f"member {member}") for member in keys.values()}


def place_key(lookup: bytes, place: str) -> int:
    """By which rows of one place or party are grouped; never 0."""
    return hashed(lookup, f"recall {place}") or 1


def _ends(trace: Trace) -> list[dict[str, Any]]:
    """The ends by reason: how many, and the first with the thing and the event where they are."""
    codes = {thing.number: thing.code for thing in trace.things}
    steps = {step.record: step.event_id for step in trace.steps}
    found: dict[str, dict[str, Any]] = {}
    for end in trace.ends:
        one = found.setdefault(str(end.why), {"why": str(end.why), "count": 0, "first": []})
        one["count"] += 1
        if len(one["first"]) < MOST_ENDS:
            one["first"].append({"code": codes.get(end.thing or 0, ""), "event": steps.get(end.step or 0, ""), "record": end.step})
    return list(found.values())
