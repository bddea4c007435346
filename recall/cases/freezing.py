"""Freezes everything that a case affects at once, and lets it go when the case is closed.

Held are the lots, and the things that belong to no affected lot: a hold on a lot covers its items, and a hold on anything what it lies in
(docs/holds.md, rule 1). One event names up to a thousand of them. A drill holds nothing.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select, update
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
from records.parts import parts

IN_EVENT = 1_000  # codes of one event
_CLASS = "https://id.gs1.org/01/"
_HOLDS = Hold.metadata.tables["holds"]


def freeze(session: Session, case_id: str, by: Person) -> int:
    """Put on hold whatever of the case is not held by it yet; returns how many codes. Again after a refresh: what is new."""
    case, moment = for_change(session, case_id, by), milliseconds(now())
    codes = [] if case.kind == "drill" else _to_hold(session, case)
    reason = f"{case.number}: {case.reason}"[:LONGEST]
    records = []
    for some in parts(codes, IN_EVENT):
        event = observed(moment, _named(some), bizStep="holding", disposition="non_sellable_other", **_said(case, reason, by))
        records.append(stored(session, by, event))
        same = {"member_id": case.member_id, "case_id": case.id, "reason": reason, "placed_at": moment, "placed_name": by.name[:200]}
        rows: list[dict[str, Any]] = [{"id": str(uuid.uuid4()), "code": code, **same, "placed_record": records[-1]} for code in some]
        insert_rows(session, Hold, rows)
    for some_records in parts(records):
        row_seals.seal_where(session, _HOLDS, _HOLDS.c.placed_record.in_(some_records))
    if case.frozen_at is None:
        case.frozen_at, case.frozen_name = moment, by.name[:200]
    note(session, case, by, {"act": "frozen", "holds": len(codes)})
    row_seals.seal(session, case)
    return len(codes)


def release_all(session: Session, case: RecallCase, reason: str, by: Person) -> int:
    """Release every hold of the case; returns how many."""
    moment, records = milliseconds(now()), []
    standing = (Hold.case_id == case.id, Hold.released_at.is_(None))
    codes = session.scalars(select(Hold.code).where(*standing).order_by(Hold.code)).all()
    for some in parts(codes, IN_EVENT):
        event = observed(moment, _named(some), bizStep="inspecting", disposition="available", **_said(case, reason, by))
        records.append(stored(session, by, event))
        said = {"release_reason": reason, "released_at": moment, "released_name": by.name[:200], "released_record": records[-1]}
        changed(session, update(Hold).where(*standing, Hold.code.in_(some)).values(said))
    for some_records in parts(records):
        row_seals.seal_where(session, _HOLDS, _HOLDS.c.released_record.in_(some_records))
    return len(codes)


def held(session: Session, case: RecallCase) -> int:
    """How many codes the case holds now."""
    return session.scalar(select(func.count()).where(Hold.case_id == case.id, Hold.released_at.is_(None))) or 0


def waiting(session: Session, case: RecallCase) -> int:
    """How many codes a freeze would put on hold now."""
    return 0 if case.kind == "drill" else len(_to_hold(session, case))


def _to_hold(session: Session, case: RecallCase) -> list[str]:
    """Codes in order; items that were reached through their lot are held by the hold on it."""
    affected = select(RecallUnit.code).where(RecallUnit.case_id == case.id, RecallUnit.how != "member").distinct()
    already = select(Hold.code).where(Hold.case_id == case.id, Hold.released_at.is_(None))
    return sorted(set(session.scalars(affected)) - set(session.scalars(already)))


def _named(codes: Sequence[str]) -> dict[str, Any]:
    """As EPCIS names them: trade items without a serial number are classes (EPCIS 2.0 7.3.3.3)."""
    classes = [code for code in codes if code.startswith(_CLASS) and not is_serial(code)]
    singles = [code for code in codes if not code.startswith(_CLASS) or is_serial(code)]
    named: dict[str, list[Any]] = {"epcList": singles, "quantityList": [{"epcClass": code} for code in classes]}
    return {name: value for name, value in named.items() if value}


def _said(case: RecallCase, reason: str, by: Person) -> dict[str, str]:
    return {"recall": case.number, "recallCode": case.code, "holdReason": reason, "holdBy": by.name}
