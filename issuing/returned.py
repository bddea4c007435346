"""What a co-packer or an offline line gives back: the codes that it used, said to be applied, however often the file is sent."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from sqlalchemy import select
from sqlalchemy.orm import Session

from issuing import states
from issuing.models import CodeOrder, CodeState, IssuedCode
from issuing.states import MOST_AT_ONCE, effective
from records.parts import parts

_USED = (CodeState.APPLIED, CodeState.ACTIVATED)


def take(session: Session, order: CodeOrder, codes: Sequence[str], by: str, reason: str = "") -> int:
    """Say of these codes, given as canonical item codes, that they were used; how many are so newly. All of them or none.

    NotFound for one that was never issued, Conflict for one of another order, or one that is void.
    """
    used = _used(session, order, codes)
    left, moved = (code for code in dict.fromkeys(codes) if code not in used), 0
    while piece := list(islice(left, MOST_AT_ONCE)):
        moved += states.move(session, piece, CodeState.APPLIED, by, reason, member_id=order.member_id, order=order.id)
    return moved


def _used(session: Session, order: CodeOrder, codes: Sequence[str]) -> set[str]:
    found = set[str]()
    rows = select(IssuedCode.code, IssuedCode.state).where(IssuedCode.order_id == order.id)
    for part in parts(dict.fromkeys(codes)):
        told = session.execute(rows.where(IssuedCode.code.in_(part)))
        found |= {code for code, own in told if effective(own, order.level) in _USED}
    return found
