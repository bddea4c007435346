"""Notices of recalls over JSON: send them, read those to oneself, answer; the letter for who is not here."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from fastapi import Path as InPath
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.roles import Right
from api.body import described, json_of
from api.callers import Caller, allowed
from api.console.notices.letter import letter
from api.dependencies import Configured, Db
from api.members_here import seen_by
from api.notice_schemas import AnswerIn, NoticeOut, NoticesIn, NoticesOut, NoticeUnit, NoticeUnitsOut
from api.places import place, word
from api.problems import documented
from api.recalls import person_of
from api.recalls_here import own_case, seen_notice
from ledger_client.errors import Refused
from recall.models import RecallCase, RecallUnit
from recall.notices import answer, lists, send
from recall.notices.models import RecallNotice
from recall.notices.owners import of_notice
from records import queries
from records.columns import now

router = APIRouter(tags=["recall"])
Holder = Annotated[Caller, Depends(allowed(Right.HOLD), scope="function")]
Reading = Annotated[Caller, Depends(allowed(Right.READ), scope="function")]
Answering = Annotated[Caller, Depends(allowed(Right.WRITE), scope="function")]
CaseId = Annotated[str, InPath(min_length=1, max_length=36, description="id or number of the case")]
NoticeId = Annotated[str, InPath(min_length=1, max_length=36, description="id of the notice")]
PROBLEMS = (400, 401, 403, 503)
PDF = {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}, "description": "The letter"}
MOST = 500


@router.post(
    "/recalls/{recall_id}/notices",
    operation_id="sendNotices",
    summary="Tell the owners of affected units what to do",
    status_code=201,
    responses=documented(*PROBLEMS, 404, 409, 413, 415),
    openapi_extra=described(NoticesIn),
)
def send_notices(db: Db, caller: Holder, recall_id: CaseId, wanted: Annotated[NoticesIn, Depends(json_of(NoticesIn))]) -> NoticesOut:
    """One notice to each owner beside your own company that was not told yet, or has other units than it was told of. In a drill too."""
    times = (wanted.due_hours, wanted.remind_after_hours, wanted.remind_every_hours)
    found = sent(db, caller, recall_id, send.Wanted(wanted.actions, wanted.words, *times))
    case = own_case(db, caller, recall_id)
    return NoticesOut(notices=[told(db, one, case) for one in found[:MOST]], next=None)


@router.get(
    "/recalls/{recall_id}/notices",
    operation_id="listNoticesOfRecall",
    summary="Who was told of a recall, and who answered",
    responses=documented(*PROBLEMS, 404),
)
def list_of_recall(db: Db, caller: Reading, recall_id: CaseId) -> NoticesOut:
    """Overdue ones first, then those that wait for an answer; up to 500. Notices that a newer one replaced are left out."""
    case = own_case(db, caller, recall_id)
    return NoticesOut(notices=[told(db, one, case) for one in lists.of_case(db, case.id, now(), MOST)], next=None)


@router.get("/notices", operation_id="listNotices", summary="Recall notices to your company", responses=documented(*PROBLEMS))
def list_notices(
    db: Db,
    caller: Reading,
    *,
    waiting: Annotated[bool, Query(description="only those that wait for an answer")] = False,
    after: Annotated[str | None, Query(description="the `next` of the page before", max_length=80)] = None,
    limit: Annotated[int, Query(ge=1, le=MOST)] = 50,
) -> NoticesOut:
    """Newest first. Who sees everything and speaks for no company is shown those to anybody."""
    found = lists.to_member(db, seen_by(db, caller), place(after, of=str), limit, waiting=waiting)
    known = {one.id: one for one in db.scalars(select(RecallCase).where(RecallCase.id.in_({row.case_id for row in found.rows})))}
    return NoticesOut(notices=[told(db, one, known[one.case_id]) for one in found.rows], next=word(found.older))


@router.get("/notices/{notice_id}", operation_id="getNotice", summary="A recall notice", responses=documented(*PROBLEMS, 404))
def get_notice(db: Db, caller: Reading, notice_id: NoticeId) -> NoticeOut:
    """To those whom it is for, those who sent it, and auditors."""
    return told(db, *seen_notice(db, caller, notice_id))


@router.get(
    "/notices/{notice_id}/units", operation_id="listNoticeUnits", summary="The units of a notice", responses=documented(*PROBLEMS, 404)
)
def list_units(
    db: Db,
    caller: Reading,
    notice_id: NoticeId,
    after: Annotated[int, Query(ge=0, le=2**31, description="the `next` of the page before")] = 0,
    limit: Annotated[int, Query(ge=1, le=MOST)] = 100,
) -> NoticeUnitsOut:
    """What its owner has of the case, or had sold, as it stands now."""
    rows = units(db, seen_notice(db, caller, notice_id)[0], after, limit + 1)
    shown = [
        NoticeUnit(
            code=one.code, quantity=None if one.quantity is None else f"{one.quantity:g}", uom=one.uom, state=one.state, since=one.since
        )
        for one in rows[:limit]
    ]
    return NoticeUnitsOut(units=shown, next=rows[limit - 1].number if len(rows) > limit else None)


@router.post(
    "/notices/{notice_id}/acknowledge",
    operation_id="acknowledgeNotice",
    summary="Answer a recall notice",
    responses=documented(*PROBLEMS, 404, 409, 413, 415),
    openapi_extra=described(AnswerIn),
)
def acknowledge_notice(
    db: Db, caller: Answering, notice_id: NoticeId, wanted: Annotated[AnswerIn, Depends(json_of(AnswerIn))]
) -> NoticeOut:
    """Say how much of it you found. The answer is an event on the case's code, signed by your company. What an outside party answers
    the member that recalls writes down (`answeredBy`)."""
    notice, case = seen_notice(db, caller, notice_id)
    answer.acknowledge(db, notice, wanted.found, wanted.note, person_of(caller), wanted.answered_by)
    caller.note(f"notice {notice.id}", case=case.number)
    return told(db, notice, case)


@router.get(
    "/notices/{notice_id}/letter",
    operation_id="noticeLetter",
    summary="A recall notice on paper",
    response_class=Response,
    responses=documented(*PROBLEMS, 404, http_200=PDF),
)
def notice_letter(db: Db, caller: Reading, settings: Configured, notice_id: NoticeId) -> Response:
    """A letter in Chinese and English, with the units and a QR code that leads to the case's page. By the member that recalls."""
    notice, case = seen_notice(db, caller, notice_id)
    if seen_by(db, caller) not in (None, case.member_id):
        raise Refused("the member that recalls prints the letter; your notice stands at /notices")
    name = f"{case.number}-{notice.number}.pdf"
    page = letter(db, notice, case, settings.public_url)
    return Response(page, media_type="application/pdf", headers={"Content-Disposition": f'attachment; filename="{name}"'})


def sent(db: Session, caller: Caller, recall_id: str, wanted: send.Wanted) -> list[RecallNotice]:
    """Send them as the caller, whose case it must be."""
    case = own_case(db, caller, recall_id)
    found = send.send(db, case.id, wanted, person_of(caller))
    caller.note(f"recall {case.number}", notices=len(found))
    return found


def units(db: Session, notice: RecallNotice, after: int, limit: int) -> list[RecallUnit]:
    """Rows of a notice's units behind a number."""
    mine = select(RecallUnit).where(*of_notice(notice), RecallUnit.number > after)
    return list(db.scalars(mine.order_by(RecallUnit.number).limit(limit)))


def told(db: Session, one: RecallNotice, case: RecallCase) -> NoticeOut:
    """A notice as JSON."""
    records = [number for number in (one.sent_record, one.acknowledged_record) if number]
    return NoticeOut(
        id=one.id,
        case=case.number,
        kind="drill" if case.kind == "drill" else "recall",
        number=one.number,
        reason=case.reason,
        recalling_member=case.member_id,
        member=one.member_id,
        party=one.party,
        units=one.units,
        amounts=one.amounts,
        actions=one.actions,  # type: ignore[arg-type]
        words=one.words,
        sent_at=one.sent_at,
        sent_by=one.sent_name,
        due_at=one.due_at,
        overdue=one.acknowledged_at is None and one.replaced_at is None and case.closed_at is None and one.due_at < now(),
        reminders=one.reminded,
        reminded_at=one.reminded_at,
        replaced_at=one.replaced_at,
        acknowledged_at=one.acknowledged_at,
        acknowledged_by=one.acknowledged_name,
        entered_by=one.entered_name,
        found=one.found,
        note=one.note,
        event_ids=[queries.record(db, number).event_id for number in records],
    )
