"""Freezes everything that a case affects, and lets it go when the case is closed.

Held are the lots, and the things that belong to no affected lot: a hold on a lot covers its items, and a hold on anything what it lies in
(docs/holds.md, rule 1). The act itself holds the first `AT_ONCE` codes; the job `step` holds the others, as many with each transaction, so
that captures never wait for long. A drill holds nothing.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, update
from sqlalchemy.orm import Session

from ledger_client.genealogy import is_serial
from recall.cases.listing import for_change
from recall.cases.notes import note
from recall.models import Hold, RecallCase, RecallUnit
from recall.writing import LONGEST, Person, observed, stored
from records import row_seals
from records.bulk import insert_rows
from records.columns import milliseconds, now
from records.database import changed
from records.models import Record

AT_ONCE = 1_000  # codes that one event, and one transaction, holds or releases
FREEZE, RELEASE = "freeze", "release"  # what is under way in a case (`recall_cases.moving`)
_CLASS = "https://id.gs1.org/01/"
_HOLDS = Hold.metadata.tables["holds"]


def freeze(session: Session, case_id: str, by: Person) -> int:
    """Have everything of the case held that it does not hold yet; returns how many codes that are. Again after a refresh: what is new."""
    case, moment = for_change(session, case_id, by), milliseconds(now())
    wanted = waiting(session, case)
    if case.frozen_at is None:
        case.frozen_at, case.frozen_name = moment, by.name[:200]
    record = note(session, case, by, {"act": "frozen", "holds": wanted})
    begin(session, case, FREEZE if wanted else None, record, by)
    return wanted


def begin(session: Session, case: RecallCase, moving: str | None, record: int, by: Person) -> None:
    """Hold or release the first codes of a case now, and leave the others to the job; None: there is nothing to do any more.

    `record`: the event that says so, by whose key each of the others is signed.
    """
    case.moving = moving
    case.moving_name, case.moving_record, case.moving_after = (by.name[:200], record, 0) if moving else (None, None, None)
    if moving:
        _move(session, case)
    row_seals.seal(session, case)


def step(session: Session) -> int:
    """Hold or release the next codes of a case in which that is under way; returns how many. The caller commits."""
    under_way = select(RecallCase).where(RecallCase.moving.is_not(None)).order_by(RecallCase.opened_at).limit(1)
    case = session.scalar(under_way.with_for_update(skip_locked=True).execution_options(populate_existing=True))
    if case is None:
        return 0
    done = _move(session, case)
    row_seals.seal(session, case)
    return done


def held(session: Session, case: RecallCase) -> int:
    """How many codes the case holds now."""
    return session.scalar(select(func.count()).where(*_standing(case))) or 0


def waiting(session: Session, case: RecallCase) -> int:
    """How many codes of the case are not held by it; of a drill none. While it freezes: how many units are still to be looked at."""
    if case.kind == "drill":
        return 0
    if case.moving == FREEZE:
        return (
            session.scalar(select(func.count()).select_from(_affected(case).where(RecallUnit.number > case.moving_after).subquery())) or 0
        )
    return len(set(session.scalars(_affected(case).distinct())) - set(session.scalars(select(Hold.code).where(*_standing(case)))))


def _move(session: Session, case: RecallCase) -> int:
    """Look at the next codes, hold or release them, and note when they were the last; returns how many were looked at."""
    by = Person(case.moving_name or "", session.get_one(Record, case.moving_record).signer)
    found = (_hold if case.moving == FREEZE else _release)(session, case, by, milliseconds(now()))
    if found < AT_ONCE:
        case.moving = case.moving_name = case.moving_record = case.moving_after = None
    return found


def _hold(session: Session, case: RecallCase, by: Person, moment: datetime) -> int:
    """By the number of the unit, and never by what is not held yet: a database without statistics of new rows looks that up row by row."""
    next_ones = _affected(case).add_columns(RecallUnit.number).where(RecallUnit.number > (case.moving_after or 0))
    found = session.execute(next_ones.order_by(RecallUnit.number).limit(AT_ONCE)).all()
    codes = {code: None for code, _ in found}
    for code in session.scalars(select(Hold.code).where(*_standing(case), Hold.code.in_(codes))):
        del codes[code]
    if codes:
        reason = f"{case.number}: {case.reason}"[:LONGEST]
        event = observed(moment, _named([*codes]), bizStep="holding", disposition="non_sellable_other", **_said(case, reason, by))
        same = {"member_id": case.member_id, "case_id": case.id, "reason": reason, "placed_at": moment, "placed_name": by.name[:200]}
        same |= {"placed_record": stored(session, by, event)}
        rows: list[dict[str, Any]] = [{"id": str(uuid.uuid4()), "code": code, **same} for code in codes]
        ids = [row["id"] for row in rows]
        insert_rows(session, Hold, rows)
        row_seals.seal_where(session, _HOLDS, _HOLDS.c.id.in_(ids))
    case.moving_after = found[-1].number if found else None
    return len(found)


def _release(session: Session, case: RecallCase, by: Person, moment: datetime) -> int:
    found = session.execute(select(Hold.id, Hold.code).where(*_standing(case)).order_by(Hold.code).limit(AT_ONCE)).all()
    if found:
        ids, reason = [row.id for row in found], f"{case.number}: {case.conclusion}"[:LONGEST]
        codes = [row.code for row in found]
        event = observed(moment, _named(codes), bizStep="inspecting", disposition="available", **_said(case, reason, by))
        said = {"release_reason": reason, "released_at": moment, "released_name": by.name[:200]}
        said |= {"released_record": stored(session, by, event)}
        changed(session, update(Hold).where(Hold.id.in_(ids), Hold.released_at.is_(None)).values(said))
        row_seals.seal_where(session, _HOLDS, _HOLDS.c.id.in_(ids))
    return len(found)


def _standing(case: RecallCase) -> list[ColumnElement[bool]]:
    return [Hold.case_id == case.id, Hold.released_at.is_(None)]


def _affected(case: RecallCase) -> Select[Any]:
    """Codes of the case; items that were reached through their lot are held by the hold on it."""
    return select(RecallUnit.code).where(RecallUnit.case_id == case.id, RecallUnit.how != "member")


def _named(codes: Sequence[str]) -> dict[str, Any]:
    """As EPCIS names them: trade items without a serial number are classes (EPCIS 2.0 7.3.3.3)."""
    classes = [code for code in codes if code.startswith(_CLASS) and not is_serial(code)]
    singles = [code for code in codes if not code.startswith(_CLASS) or is_serial(code)]
    named: dict[str, list[Any]] = {"epcList": singles, "quantityList": [{"epcClass": code} for code in classes]}
    return {name: value for name, value in named.items() if value}


def _said(case: RecallCase, reason: str, by: Person) -> dict[str, str]:
    return {"recall": case.number, "recallCode": case.code, "holdReason": reason, "holdBy": by.name}
