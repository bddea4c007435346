"""Whether the records behind steps are what was anchored, and the genealogy is what they say (docs/trace.md, rule 7).

Takes contents of records and the participations drawn of them; hashes again, and looks the commitments up in the mirror of the chain.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from indexer.models import MirroredAnchor
from ledger_client.codes import canonical
from ledger_client.errors import InvalidInput
from ledger_client.genealogy import Role, parts_of
from ledger_client.verify_record import Whole, check
from records.contents import Content
from records.parts import parts
from tracing import read
from tracing.answer import StepVerdict

Drawn = tuple[str, int, int, float | None, str]  # code, role, action, quantity, unit: as `ledger_client.genealogy.Part`
Held = Mapping[int, tuple[bytes, Content]]  # record number -> its commitment and content
Events = Mapping[int, dict[str, Any]]


def drawn(session: Session, records: Collection[int], codes: dict[int, str], *roles: Role) -> dict[int, list[Drawn]]:
    """Record -> its participations in some roles, in the order of the event; `codes` learns those of things that it does not know."""
    rows = read.of_records(session, records, *roles)
    codes.update(read.codes(session, {row.thing for row in rows} - codes.keys()))
    found: dict[int, list[Drawn]] = {}
    for thing, _, record, _, role, action, quantity, uom in sorted(rows, key=read.by_time):
        found.setdefault(record, []).append((codes.get(thing, ""), role, action, quantity, uom))
    return found


def verdicts(session: Session, held: Held, events: Events, participations: Mapping[int, Sequence[Drawn]]) -> dict[int, StepVerdict]:
    """Record number -> its verdict, of records that are hashed again now."""
    anchored = _anchored(session, [commitment for commitment, _ in held.values()])
    found = dict[int, StepVerdict]()
    for number, (commitment, content) in held.items():
        right = content.erased or (_hashes(commitment, content) and _drawn_right(events[number], participations.get(number, ())))
        found[number] = "erased" if content.erased else "altered" if not right else "verified" if commitment in anchored else "pending"
    return found


def at_sight(content: Content) -> StepVerdict:
    """Of a record that was opened and not hashed again."""
    return "erased" if content.erased else "altered" if content.fault else "not checked"


def _hashes(commitment: bytes, content: Content) -> bool:
    """Whether the content gives its commitment (spec 7.1)."""
    _, checks = check(Whole(commitment, content.payload, content.secret, content.fault))
    return all(step.outcome != "failed" for step in checks)


def _anchored(session: Session, commitments: Iterable[bytes]) -> set[bytes]:
    rows = (select(MirroredAnchor.commitment).where(MirroredAnchor.commitment.in_(part)) for part in parts(commitments))
    return {commitment for some in rows for commitment in session.scalars(some)}


def _drawn_right(event: dict[str, Any], participations: Sequence[Drawn]) -> bool:
    """Whether the participations are those of the event: a spelling that is a drawn code is its own canonical form."""
    known = {part[0] for part in participations}
    try:
        said = parts_of(event, lambda text: text if text in known else canonical(text))
    except (InvalidInput, KeyError):
        return False
    return list(said) == participations or Counter(map(tuple, said)) == Counter(participations)
