"""What became of a code: issued, printed, applied, activated, void; who said so, and when.

`NEXT` is the one table of what may follow. What is said of a whole order holds for each of its codes that is not further already, and a
code that was applied or activated is not taken back with its order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

from issuing.models import CodeChange, CodeOrder, CodeState, IssuedCode, OrderState
from issuing.texts import line
from ledger_client.errors import Conflict, InvalidInput, NotFound
from ledger_client.sentences import sentence
from records.bulk import insert_rows
from records.columns import now
from records.database import changed
from records.parts import parts
from records.row_seals import seal

ISSUED, PRINTED, APPLIED, ACTIVATED, VOID = CodeState
NEXT: Mapping[CodeState, tuple[CodeState, ...]] = {
    ISSUED: (PRINTED, APPLIED, ACTIVATED, VOID),
    PRINTED: (APPLIED, ACTIVATED, VOID),
    APPLIED: (ACTIVATED, VOID),
    ACTIVATED: (APPLIED, VOID),  # back only by an error declaration of the event that activated it
    VOID: (),
}
OF_ORDERS: Mapping[CodeState, tuple[CodeState, ...]] = {ISSUED: (PRINTED, APPLIED, VOID), PRINTED: (APPLIED, VOID), APPLIED: (), VOID: ()}
BY_HAND = (PRINTED, APPLIED, VOID)  # the others follow from captured events
MOST_AT_ONCE = 10_000
LONGEST_REASON = 500
_ORDER = list(CodeState)


@dataclass(frozen=True, slots=True)
class Found:
    """A code with its order, and where it stands."""

    row: IssuedCode
    order: CodeOrder

    @property
    def state(self) -> CodeState:
        """The further of what was said of it and of its order."""
        return effective(self.row.state, self.order.level)


@dataclass(frozen=True, slots=True)
class Step:
    """One change in a code's life."""

    state: CodeState
    at: datetime
    by: str  # empty: capture
    reason: str


def effective(own: str | None, level: str) -> CodeState:
    """A code's state. One that was applied, activated or voided by itself is not moved by its order."""
    alone = CodeState(own or ISSUED)
    return alone if _ORDER.index(alone) >= _ORDER.index(APPLIED) else max(alone, CodeState(level), key=_ORDER.index)


def find(session: Session, code: str, member_id: int | None = None) -> Found:
    """A code by its canonical item code; NotFound for one that was never issued, or to another member."""
    row = session.execute(_rows().where(IssuedCode.code == code)).one_or_none()
    if row is None or member_id not in (None, row[1].member_id):
        raise NotFound(sentence("{code}: no such code was issued here", code=code))
    return Found(*row)


def history(session: Session, found: Found) -> list[Step]:
    """A code's life from its order on, oldest first."""
    told, state = [Step(ISSUED, found.order.asked_at, found.order.asked_by, "")], ISSUED
    mine = (CodeChange.number == found.row.number) | CodeChange.number.is_(None)
    for one in session.scalars(select(CodeChange).where(CodeChange.order_id == found.order.id, mine).order_by(CodeChange.id)):
        after = CodeState(one.state)
        if one.number is None and (_ORDER.index(state) >= _ORDER.index(APPLIED) or _ORDER.index(after) <= _ORDER.index(state)):
            continue  # said of the whole order, when this code was further already
        told.append(Step(after, one.at, one.by, one.reason))
        state = after
    return told


def counts(session: Session, order: CodeOrder) -> dict[CodeState, int]:
    """How many of an order's codes stand where."""
    found = dict.fromkeys(CodeState, 0)
    rows = select(IssuedCode.state, func.count()).where(IssuedCode.order_id == order.id, IssuedCode.state.is_not(None))
    for own, count in session.execute(rows.group_by(IssuedCode.state)):
        found[effective(own, order.level)] += count
    found[effective(None, order.level)] += order.done - sum(found.values())
    return found


def move_order(session: Session, order: CodeOrder, state: CodeState, by: str, reason: str = "") -> None:
    """Say something of all codes of an order. Conflict for a step that may not follow, or while they are being made."""
    reason = _reason(state, reason)
    if order.state == OrderState.RUNNING:
        raise Conflict(
            sentence(
                "order {id} is still being made: {done:,} of {quantity:,} codes", id=order.id, done=order.done, quantity=order.quantity
            )
        )
    if state not in OF_ORDERS[CodeState(order.level)]:
        raise Conflict(
            sentence("order {id} is {level}, and does not become {state} as a whole", id=order.id, level=order.level, state=state)
        )
    mine = (CodeOrder.id == order.id, CodeOrder.level == order.level)
    if changed(session, update(CodeOrder).where(*mine).values(level=state)) != 1:
        raise Conflict(sentence("order {id} was changed by somebody else meanwhile; look at it again", id=order.id))
    _remember(session, [(order.id, None)], state, by, reason)
    seal(session, order)
    session.refresh(order)


def move(
    session: Session, codes: Sequence[str], state: CodeState, by: str, reason: str = "", *, member_id: int | None, order: int | None = None
) -> int:
    """Say something of some codes, given as canonical item codes; all of them or none. How many.

    NotFound for one that was never issued, Conflict for one that may not become that, or is not of the order.
    """
    reason = _reason(state, reason)
    if not 1 <= len(codes) <= MOST_AT_ONCE:
        raise InvalidInput(
            "codes",
            sentence("has {count:,} codes", count=len(codes)),
            sentence("give 1 to {most:,} at once", most=MOST_AT_ONCE),
        )
    found = {row.code: Found(row, of) for part in parts(dict.fromkeys(codes)) for row, of in session.execute(_rows(part)).all()}
    for code in codes:
        one = found.get(code)
        if one is None or member_id not in (None, one.order.member_id):
            raise NotFound(sentence("{code}: no such code was issued here", code=code))
        if order not in (None, one.order.id):
            raise Conflict(sentence("{code} is of order {id}, not of order {order}", code=code, id=one.order.id, order=order))
        if state not in NEXT[one.state] or (one.state == ACTIVATED and state == APPLIED):
            raise Conflict(sentence("{code} is {state}, and does not become {next}", code=code, state=one.state, next=state))
    for own, rows in _by_state(found.values()):
        _set(session, [row.code for row in rows], own, state)
    _remember(session, [(one.order.id, one.row.number) for one in found.values()], state, by, reason)
    return len(found)


def _rows(codes: Sequence[str] | None = None) -> Select[IssuedCode, CodeOrder]:
    rows = select(IssuedCode, CodeOrder).join(CodeOrder, CodeOrder.id == IssuedCode.order_id).execution_options(populate_existing=True)
    return rows if codes is None else rows.where(IssuedCode.code.in_(codes))


def _by_state(found: Iterable[Found]) -> Iterator[tuple[str | None, list[IssuedCode]]]:
    sorted_out: dict[str | None, list[IssuedCode]] = {}
    for one in found:
        sorted_out.setdefault(one.row.state, []).append(one.row)
    return iter(sorted_out.items())


def _set(session: Session, codes: Sequence[str], own: str | None, state: CodeState) -> None:
    """Compare and set: whoever changed one of them meanwhile was first."""
    moved = 0
    for part in parts(codes):
        mine = (IssuedCode.code.in_(part), IssuedCode.state.is_not_distinct_from(own))
        moved += changed(session, update(IssuedCode).where(*mine).values(state=state))
    if moved != len(codes):
        raise Conflict("some of these codes were changed by somebody else meanwhile; look at them again")


def _remember(session: Session, places: Sequence[tuple[int, int | None]], state: CodeState, by: str, reason: str) -> None:
    said = {"state": state, "at": now(), "by": by[:200], "reason": reason}
    insert_rows(session, CodeChange, [{"order_id": order, "number": number, **said} for order, number in places])


def _reason(state: CodeState, reason: str) -> str:
    if state not in BY_HAND:
        raise InvalidInput(
            "state",
            sentence("{state} is not set by hand", state=state),
            sentence("use {known}; an event that is captured activates a code", known=", ".join(BY_HAND)),
        )
    return line("reason", reason, LONGEST_REASON, optional=state != VOID)
