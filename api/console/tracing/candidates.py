"""What somebody may mean who does not type a code: things whose code or name holds the text, and what events speak of that hold it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from api.console.event_rows import item_text
from api.console.shown import Moment, link, moment
from api.console.visit import Visit
from api.names import product_names
from api.searching import search
from ledger_client.codes import parse
from ledger_client.epcis.items import items
from ledger_client.errors import InvalidEvent

MOST = 12
_MADE = ("outputEPCList", "outputQuantityList")
_WIDE = ("eventID", "@context")


@dataclass(frozen=True, slots=True)
class Candidate:
    """One thing, and where its trace is."""

    name: str
    code: str
    url: str
    latest: Moment


def candidates(db: Session, visit: Visit, text: str, direction: str) -> tuple[Candidate, ...]:
    """The newest that the text may mean, as far as the reader may know of them."""
    found = search(db, visit.acting, text, MOST, ("items", "records"))
    latest: dict[str, datetime] = {row.code: row.event_time for row in found.items.rows}
    for hit in found.records.rows:
        for code in _spoken_of(hit.event):
            latest[code] = max(hit.event_time, latest.get(code, hit.event_time))
    codes = sorted(latest, key=lambda code: latest[code], reverse=True)[:MOST]
    names = product_names(db, [parse(code) for code in codes], visit.words)
    return tuple(
        Candidate(
            names.get(code, ""), item_text(code), link("/console/trace", text=code, direction=direction), moment(latest[code], visit.words)
        )
        for code in codes
    )


def _spoken_of(event: Mapping[str, Any]) -> Iterable[str]:
    """What an event made, which its words describe (EPCIS 2.0 ilmd); else all that it names."""
    made = {name: event[name] for name in (*_MADE, *_WIDE) if name in event}
    with suppress(InvalidEvent, KeyError):
        yield from items(made if any(name in event for name in _MADE) else event)
