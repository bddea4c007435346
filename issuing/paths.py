"""Where in its event a code stands: found in what is about to be stored, only when something is wrong with it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from ledger_client.codes import canonical
from ledger_client.epcis.items import identifiers
from ledger_client.epcis.json_path import descendant
from ledger_client.errors import InvalidCode
from records.keyring import keyring_of
from records.prepare import Prepared, opened


def path_of(session: Session, event: Prepared, code: str) -> str:
    """The JSON path of a code in its document, whatever spelling it has there; the event's path if it is not found."""
    held = opened(keyring_of(session), event)
    for steps, given in identifiers(held.event() or {}):
        try:
            if isinstance(given, str) and canonical(given) == code:
                return descendant(event.path, steps)
        except InvalidCode:
            continue
    return event.path
