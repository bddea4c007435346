"""Opens a case, and works its affected set out again when events arrived since."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ledger_client.errors import InvalidInput, Retryable
from ledger_client.sentences import sentence
from recall.cases import units
from recall.cases.affected import Affected, affected
from recall.cases.listing import for_change
from recall.cases.notes import CODES, note
from recall.models import RecallCase
from recall.suspicion import asked
from recall.suspicion.asked import Suspicion
from recall.writing import Person, member_of, sentence_of
from records import row_seals
from records.audiences import View
from records.columns import milliseconds, now

KINDS = {"recall": "R", "drill": "D"}
LONGEST_TITLE = 100
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)  # a complaint that is older is a slip of the pen


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be opened. `kind`: recall or drill; `grade`: 1 (serious harm) to 3 (`recall.cases.deadlines`); `aware`: when the complaint
    came in, None: nobody says."""

    title: str
    reason: str
    suspicion: Suspicion
    kind: str = "recall"
    grade: int = 2
    aware: datetime | None = None


def open_case(session: Session, wanted: Wanted, by: Person, view: View) -> RecallCase:
    """Work out the affected set and keep it as a case. InvalidInput names the field that is wrong, or says that nothing is found."""
    title, reason, member = sentence_of(wanted.title, "title"), sentence_of(wanted.reason), member_of(session, by)
    if len(title) > LONGEST_TITLE:
        raise InvalidInput("title", "is too long", sentence("write plain text of at most {most} characters", most=LONGEST_TITLE))
    if wanted.kind not in KINDS:
        raise InvalidInput("kind", "is neither recall nor drill", "use one of them")
    if wanted.grade not in (1, 2, 3):
        raise InvalidInput("grade", "is no grade", "use 1, 2 or 3")
    moment, case_id = milliseconds(now()), str(uuid.uuid4())
    if wanted.aware and not EARLIEST <= wanted.aware <= moment:
        raise InvalidInput("awareAt", "lies in the future, or before 2000", "say when the complaint came in, or leave it out")
    found = affected(session, wanted.suspicion, view)
    case = RecallCase(id=case_id, code=CODES + case_id, number=_number(session, wanted.kind, moment), kind=wanted.kind, member_id=member)
    case.title, case.reason, case.grade, case.suspicion = title, reason, wanted.grade, asked.told(wanted.suspicion)
    case.aware_at, case.opened_at, case.opened_name = wanted.aware, moment, by.name[:200]
    _keep(case, found, moment)
    case.fresh = case.gone = 0
    facts = {"act": "opened", "title": title, "reason": reason, "grade": wanted.grade, "suspicion": case.suspicion}
    aware = {"awareAt": wanted.aware.isoformat(timespec="milliseconds")} if wanted.aware else {}
    case.opened_record = note(session, case, by, facts | aware | _facts(case))
    session.add(case)
    try:
        session.flush()
    except IntegrityError:
        raise Retryable("another case was opened in the same moment; nothing was kept, send it again") from None
    units.replace(session, case_id, found.rows, moment)
    row_seals.seal(session, case)
    return case


def refresh(session: Session, case_id: str, by: Person, view: View) -> RecallCase:
    """Walk again from the same suspicion: what became affected since is added, and told; so is what is affected no longer."""
    case, moment = for_change(session, case_id, by), milliseconds(now())
    found = affected(session, asked.of(case.suspicion), view, after=case.opened_record)
    case.fresh, case.gone = units.replace(session, case.id, found.rows, moment)
    _keep(case, found, moment)
    if case.moving:  # the units have other numbers now
        case.moving_after = 0
    note(session, case, by, {"act": "refreshed", "fresh": case.fresh, "gone": case.gone} | _facts(case))
    row_seals.seal(session, case)
    return case


def _keep(case: RecallCase, found: Affected, moment: datetime) -> None:
    case.refreshed_at, case.events, case.starts = moment, len(found.begun.events), len(found.begun.starts)
    case.units, case.complete, case.ends, case.digest = found.things, found.complete, list(found.ends), found.digest


def _facts(case: RecallCase) -> dict[str, Any]:
    """What an event says of the affected set."""
    return {"units": case.units, "starts": case.starts, "complete": case.complete, "sha256": case.digest}


def _number(session: Session, kind: str, moment: datetime) -> str:
    """The next of the year; two cases that are opened at once would get the same, and the second is told to try again."""
    begin = f"{KINDS[kind]}-{moment:%Y}-"
    last = session.scalar(
        select(RecallCase.number).where(RecallCase.number.startswith(begin)).order_by(RecallCase.opened_at.desc()).limit(1)
    )
    return f"{begin}{int(last[len(begin) :]) + 1 if last else 1:03}"
