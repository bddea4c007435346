"""What events say of goods that no table says: places, parties, ilmd. Records are opened, and not hashed again: that is for a trace."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from records import contents
from records.parts import parts
from tracing.answer import Step
from tracing.read import Row, Said
from tracing.steps import kind_of, party, place_id

AT_ONCE = 5_000  # records


@dataclass(frozen=True, slots=True)
class Told:
    """A step, and what its event says of what it makes."""

    step: Step
    ilmd: Mapping[str, Any]


def opened(session: Session, said: Mapping[int, Said], rows: Iterable[Row]) -> dict[int, Told]:
    """Record number -> what it tells; of one that cannot be read, what is known without."""
    took: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        took[row.record].append(row)
    found: dict[int, Told] = {}
    for some in parts(took, AT_ONCE):
        held = contents.of_numbers(session, some)
        for number in some:
            event = held[number][1].event() if number in held else None
            found[number] = _told(said[number], took[number], event or {})
    return found


def _told(one: Said, rows: list[Row], event: Mapping[str, Any]) -> Told:
    ilmd = event.get("ilmd")
    step = Step(
        one.record,
        one.event_id,
        one.time,
        kind_of(one, rows),
        one.type,
        one.step,
        one.signer,
        "not checked",
        one.declared,
        str(event.get("disposition") or ""),
        place_id(event.get("readPoint")),
        place_id(event.get("bizLocation")),
        party(event.get("sourceList"), "source"),
        party(event.get("destinationList"), "destination"),
    )
    return Told(step, ilmd if isinstance(ilmd, dict) else {})
