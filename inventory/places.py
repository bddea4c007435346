"""What is kept of a place: a keyed hash, as of all that is sealed (`records.query.hashing`). What it stands for is read from a record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from records import contents
from records.audiences import View
from records.keyring import keyring_of
from records.parts import parts
from records.query.hashing import hashed
from tracing.custody.handover import same_code
from tracing.steps import party, place_id

NOWHERE = 0
_AT_ONCE = 2_000  # records


def kept(lookup: bytes, place: str) -> int:
    """The hash of a place in any spelling; `NOWHERE` of none."""
    return hashed(lookup, f"stock place {same_code(place)}") if place else NOWHERE


def of(session: Session, place: str) -> int:
    """The same with this database's key."""
    return kept(keyring_of(session).lookup(), place)


def named(session: Session, wanted: Mapping[int, Sequence[int]], view: View) -> dict[int, str]:
    """Hash -> the place as a record writes it. `wanted`: hash -> records that may name it; what the asker is not shown is left out."""
    lookup, found = keyring_of(session).lookup(), dict[int, str]()
    for some in parts(sorted({record for records in wanted.values() for record in records}), _AT_ONCE):
        for _, content in contents.of_numbers(session, some).values():
            event = content.event()
            for place in _places(view.shown(content.signer, event)) if event else ():
                found.setdefault(kept(lookup, place), place)
    return {place: found[place] for place in wanted if place in found}


def _places(event: Mapping[str, Any]) -> Iterator[str]:
    source, destination = party(event.get("sourceList"), "source"), party(event.get("destinationList"), "destination")
    told = (place_id(event.get("readPoint")), place_id(event.get("bizLocation")), destination.place, destination.owner, source.place)
    yield from (place for place in told if place)
