"""From the records behind a walk to its steps: opened, hashed again, held against what was drawn of them, cut to what the asker sees."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from indexer.models import MirroredAnchor
from ledger_client.codes import canonical
from ledger_client.errors import InvalidInput
from ledger_client.genealogy import Action, Role, parts_of
from ledger_client.verify_record import Whole, check
from records import contents, queries
from records.audiences import View
from records.contents import Content
from records.models import Record
from records.parts import parts
from tracing import read
from tracing.answer import Kind, Party, Step, StepVerdict
from tracing.products import product_of
from tracing.read import Row, Said

CHECKED = 2_000  # records that are opened and hashed for one answer

_Drawn = tuple[str, int, int, float | None, str]


def steps(session: Session, walked: Mapping[int, Said], rows: Iterable[Row], view: View, withheld: Collection[int]) -> list[Step]:
    """The steps of these records by time; those beyond the first `CHECKED` by their clear columns alone."""
    roles = _roles(rows)
    told = sorted((walked[number] for number in roles), key=lambda one: (one.time, one.record))
    numbers = [one.record for one in told[:CHECKED]]
    records = queries.records(session, numbers)
    held, drawn = contents.opened(session, records.values()), _drawn(session, numbers)
    anchored = _anchored(session, [record.commitment for record in records.values()])
    found = []
    for one in told:
        step = _clear(one, roles[one.record], withheld=one.record in withheld)
        if one.record in held:
            verdict = _verdict(records[one.record], held[one.record], drawn.get(one.record, []), anchored)
            step = replace(step, verdict=verdict, **_said(view, held[one.record]))
            step = replace(step, kind=_closer(step, drawn.get(one.record, [])))
        found.append(step)
    return found


def _clear(one: Said, rows: Sequence[Row], *, withheld: bool) -> Step:
    kind = _kind(one, rows)
    verdict: StepVerdict = "altered" if one.is_lost else "not checked"
    return Step(one.record, one.event_id, one.time, kind, one.type, one.step, one.signer, verdict, one.declared, withheld=withheld)


def _roles(rows: Iterable[Row]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = {}
    for row in rows:
        found.setdefault(row.record, []).append(row)
    return found


def _kind(one: Said, rows: Sequence[Row]) -> Kind:
    """What happened, in a word (docs/trace.md, rule 5)."""
    action = max(row.action for row in rows)
    if one.type == "TransformationEvent":
        return "transformed"
    if one.type in ("AggregationEvent", "AssociationEvent") and action != Action.OBSERVE:
        put = action == Action.ADD
        return ("packed" if put else "unpacked") if one.type == "AggregationEvent" else ("associated" if put else "dissociated")
    if one.step in _MOVES:
        return "moved"
    if action == Action.ADD and one.type == "ObjectEvent":
        return "made"
    return "ended" if action == Action.DELETE and one.type == "ObjectEvent" else "observed"


def _closer(step: Step, drawn: Sequence[_Drawn]) -> Kind:
    """The same where more of the event is known: one lot that became several of its product was split, several that became one merged."""
    if step.kind == "moved" and step.disposition == "returned":
        return "returned"
    used, made = ([code for code, role, *_ in drawn if role == wanted] for wanted in (Role.INPUT, Role.OUTPUT))
    if step.kind == "transformed" and len({product_of(code) for code in (*used, *made)}) == 1:
        return "split" if len(used) == 1 < len(made) else "merged" if len(made) == 1 < len(used) else "transformed"
    return step.kind


_MOVES = frozenset({"shipping", "receiving", "arriving", "departing", "transporting", "loading", "unloading", "accepting"})


def _verdict(record: Record, held: Content, drawn: Sequence[_Drawn], anchored: Collection[bytes]) -> StepVerdict:
    """Whether the record hashes to its commitment (spec 7.1), the mirror knows that, and the genealogy holds what it says and no more."""
    if held.erased:
        return "erased"
    _, checks = check(Whole(record.commitment, held.payload, held.secret, held.fault))
    if any(step.outcome == "failed" for step in checks) or not _drawn_right(held.event() or {}, drawn):
        return "altered"
    return "verified" if record.commitment in anchored else "pending"


def _anchored(session: Session, commitments: Sequence[bytes]) -> set[bytes]:
    rows = (select(MirroredAnchor.commitment).where(MirroredAnchor.commitment.in_(part)) for part in parts(commitments))
    return {commitment for some in rows for commitment in session.scalars(some)}


def _drawn_right(event: dict[str, Any], drawn: Sequence[_Drawn]) -> bool:
    """Whether the participations are those of the event: a spelling that is a drawn code is its own canonical form."""
    known = {part[0] for part in drawn}
    try:
        said = parts_of(event, lambda text: text if text in known else canonical(text))
    except (InvalidInput, KeyError):
        return False
    return Counter(map(tuple, said)) == Counter(drawn)


def _drawn(session: Session, records: Collection[int]) -> dict[int, list[_Drawn]]:
    rows = list(read.of_records(session, records, *Role))
    codes = read.codes(session, {row.thing for row in rows})
    found: dict[int, list[_Drawn]] = {}
    for row in rows:
        found.setdefault(row.record, []).append((codes.get(row.thing, ""), row.role, row.action, row.quantity, row.uom))
    return found


def _said(view: View, held: Content) -> dict[str, Any]:
    """What the asker is shown of place, disposition and transfer."""
    whole = held.event()
    event = view.shown(held.signer, whole) if whole else {}
    return {
        "disposition": str(event.get("disposition") or ""),
        "place": place_id(event.get("readPoint")),
        "location": place_id(event.get("bizLocation")),
        "source": party(event.get("sourceList"), "source"),
        "destination": party(event.get("destinationList"), "destination"),
    }


def place_id(value: object) -> str:
    """The code of a readPoint or bizLocation; "" where there is none."""
    return str(value.get("id", "")) if isinstance(value, dict) else ""


def party(value: object, name: str) -> Party:
    """Owner and place of a source or destination list (CBV 2.0 7.4.2); types in any spelling."""
    found: dict[str, str] = {}
    for entry in value if isinstance(value, list) else ():
        if isinstance(entry, dict):
            kind = str(entry.get("type", "")).rpartition("SDT-")[2].rpartition(":")[2]
            found.setdefault(kind, str(entry.get(name, "")))
    return Party(found.get("owning_party") or found.get("possessing_party", ""), found.get("location", ""))
