"""An owner answers a notice: how much it found, in the units in which it was told, and a note. The answer is an event of its own key."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from sqlalchemy import update
from sqlalchemy.orm import Session

from indexer.audiences import members_of_keys
from ledger_client.errors import Conflict, InvalidInput, Refused
from ledger_client.sentences import sentence
from recall import cases
from recall.notices.models import RecallNotice
from recall.notices.owners import plain
from recall.writing import Person, remark_of
from records import row_seals
from records.columns import milliseconds, now
from records.database import changed

MOST = Decimal(10) ** 12


def acknowledge(session: Session, notice: RecallNotice, found: Mapping[str, Decimal], note: str, by: Person, answered: str = "") -> None:
    """Take an answer. `found`: unit of measure -> how much of it is here, for every unit of the notice.

    `answered`: who of an outside party said so; then `by`, of the member that recalls, writes it down. Refused to others, Conflict for
    a second answer, InvalidInput.
    """
    case = cases.one(session, notice.case_id)
    name, entered = _who(session, notice, case.member_id, by, answered.strip())
    amounts, text = _amounts(notice, found), remark_of(note)
    if case.closed_at is not None or notice.replaced_at is not None:
        raise Conflict("this notice does not wait for an answer any more: its case is closed, or a newer notice replaced it")
    facts = {"act": "acknowledged", "notice": notice.id, "foundHere": [f"{amount} {uom}" for uom, amount in sorted(amounts.items())]}
    said = {
        "acknowledged_at": milliseconds(now()),
        "acknowledged_name": name[:200],
        "entered_name": entered,
        "found": amounts,
        "note": text,
    }
    said |= {"acknowledged_record": cases.note(session, case, by, facts | ({"answeredBy": name} if entered else {})), "remind_at": None}
    waits = (RecallNotice.id == notice.id, RecallNotice.acknowledged_at.is_(None), RecallNotice.replaced_at.is_(None))
    if not changed(session, update(RecallNotice).where(*waits).values(said)):
        raise Conflict(sentence("this notice was answered already, by {name}", name=notice.acknowledged_name or ""))
    session.refresh(notice)
    row_seals.seal(session, notice)


def _who(session: Session, notice: RecallNotice, recalling: int, by: Person, answered: str) -> tuple[str, str | None]:
    """Who answers, and who writes it down for somebody outside."""
    own = members_of_keys(session).get(by.signer)
    if own is not None and own == notice.member_id:
        return by.name, None
    if not notice.party or own != recalling:
        raise Refused("this notice is to another member, whose own people answer it; for an outside party the member that recalls does")
    if not 0 < len(answered) <= 100 or not answered.isprintable():
        raise InvalidInput("answeredBy", "does not say who of the outside party answered", "give a name of at most 100 characters")
    return answered, by.name[:200]


def _amounts(notice: RecallNotice, found: Mapping[str, Decimal]) -> dict[str, str]:
    for uom in notice.amounts.keys() | found.keys():
        field = f"found.{uom}"
        if uom not in found:
            raise InvalidInput(field, "is missing", "say how much of it was found here; 0 if nothing is left")
        if uom not in notice.amounts:
            raise InvalidInput(field[:40], "is a unit that the notice does not have", "answer in the units of the notice")
        if not found[uom].is_finite() or not 0 <= found[uom] < MOST:
            raise InvalidInput(field, "is no amount", "give a number from 0")
    return {uom: plain(amount) for uom, amount in found.items()}
