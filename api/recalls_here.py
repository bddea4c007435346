"""Who may see a recall case and the notices of it: the member whose case it is, the member that was told, and those who see all."""

from __future__ import annotations

from sqlalchemy.orm import Session

from api.callers import Caller
from api.members_here import seen_by
from api.problems import TheirNotice
from ledger_client.errors import NotFound
from ledger_client.sentences import sentence
from recall import cases
from recall.models import RecallCase
from recall.notices import lists
from recall.notices.models import RecallNotice


def own_case(session: Session, caller: Caller, case_id: str) -> RecallCase:
    """A case of the caller's member. TheirNotice where another member told the caller's of it, NotFound for any other: nobody else has to
    know that there is one.
    """
    case, member = cases.one(session, case_id), seen_by(session, caller)
    if member in (None, case.member_id):
        return case
    notice = lists.newest(session, case.id, member)
    if notice is None:
        raise NotFound(sentence("recall {number}: there is none of that id", number=case_id[:40]))
    raise TheirNotice(case.number, notice.id)


def seen_notice(session: Session, caller: Caller, notice_id: str) -> tuple[RecallNotice, RecallCase]:
    """A notice to the caller's member or of its case, and the case; NotFound for any other."""
    notice, member = lists.one(session, notice_id), seen_by(session, caller)
    case = cases.one(session, notice.case_id)
    if member not in (None, case.member_id, notice.member_id):
        raise NotFound(sentence("notice {id}: there is none of that id", id=notice_id[:40]))
    return notice, case
