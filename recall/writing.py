"""What holds and cases write on the chain: an event of the member whose person acts, stored like any other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy.orm import Session

from indexer.audiences import members_of_keys
from ledger_client.errors import Conflict, InvalidInput, Refused
from ledger_client.sentences import sentence
from records.capture import store_event
from records.models import Outcome

LONGEST = 500  # characters of a reason
_CONTEXT = ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", {"traceledger": "https://id.traceledger.org/terms/"}]


@dataclass(frozen=True, slots=True)
class Person:
    """Who acts: the name of the account, and the key that writes for its member."""

    name: str
    signer: bytes


def member_of(session: Session, by: Person) -> int:
    """The member that a person acts for; Refused where the consortium does not know the key."""
    found = members_of_keys(session).get(by.signer)
    if found is None:
        raise Refused("the key of this account belongs to no member of the consortium")
    return found


def observed(moment: datetime, named: dict[str, Any], **said: Any) -> dict[str, Any]:  # noqa: ANN401 (JSON)
    """An ObjectEvent about things that are there; `said` goes in as extensions of ours, and as fields of EPCIS where they are such."""
    plain = {name: value for name, value in said.items() if name in ("bizStep", "disposition")}
    ours = {f"traceledger:{name}": value for name, value in said.items() if name not in plain}
    return {
        "@context": _CONTEXT,
        "type": "ObjectEvent",
        "action": "OBSERVE",
        "eventTime": moment.isoformat(timespec="milliseconds"),
        "eventTimeZoneOffset": "+00:00",
        **plain,
        **named,
        **ours,
    }


def stored(session: Session, by: Person, event: dict[str, Any]) -> int:
    """The number of its record. Conflict where the same was stored before."""
    found, _ = store_event(session, by.signer, orjson.dumps(event))
    if found.outcome != Outcome.STORED or found.record_id is None:
        raise Conflict(sentence("the event that says so could not be stored: {outcome}", outcome=str(found.outcome)))
    return found.record_id


def sentence_of(text: str, field: str = "reason") -> str:
    """Plain text of one line; InvalidInput names the field."""
    if not text.strip():
        raise InvalidInput(field, "is missing", "say it in a sentence; it stands in the event")
    return remark_of(" ".join(text.split()), field)


def remark_of(text: str, field: str = "note", most: int = LONGEST) -> str:
    """Plain text that may be left out and may have lines: each without spaces at its ends, and a line feed between them."""
    lines = [" ".join(line.split()) for line in text.strip().splitlines()]
    found = "\n".join(lines)
    if len(found) > most or not all(line.isprintable() for line in lines):
        raise InvalidInput(
            field, "is too long or holds a control character", sentence("write plain text of at most {most} characters", most=most)
        )
    return found
