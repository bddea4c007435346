"""Orders of codes: asked for once, whatever is sent twice; their counter range is reserved at once, the codes follow (`issue`)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from issuing import rules
from issuing.capacity import SPARSE
from issuing.composing import Context, checked_names, period
from issuing.counters import given_out, reserve
from issuing.definition import Definition
from issuing.models import CodeOrder, CodeState, CodingRule, OrderState, Purpose
from issuing.segments import Kind
from issuing.texts import line
from ledger_client.errors import Conflict, InvalidInput, NotFound
from ledger_client.sentences import sentence
from records.columns import now
from records.database import changed, insert_for
from records.row_seals import seal

MOST = 1_000_000
LONGEST_KEY = 100
LONGEST_NOTE = 500
LONGEST_HOLDER = 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asks for. `key`: the caller's own, under which sending it again is the same order; one is made if empty."""

    rule_id: int
    quantity: int
    key: str = ""
    purpose: Purpose = Purpose.OWN
    holder: str = ""  # of a range: to whom it goes
    day: date | None = None  # that the codes bear; today if none
    names: Mapping[str, str] = field(default_factory=dict)  # product, line, shift
    note: str = ""

    def as_json(self) -> dict[str, Any]:
        """What tells one order from another under the same key."""
        told = {"rule": self.rule_id, "quantity": self.quantity, "purpose": str(self.purpose), "holder": self.holder}
        return told | {"day": self.day.isoformat() if self.day else None, "names": dict(self.names), "note": self.note}


def place(session: Session, member_id: int, wanted: Wanted, by: str) -> tuple[CodeOrder, bool]:
    """The order, and whether it is new. Raises InvalidInput for what cannot be made, Conflict for another order under the same key."""
    found = rules.one(session, wanted.rule_id, member_id)
    rule, day = rules.newest(session, found), wanted.day or date.today()
    _check_quantity(rule, wanted)
    names = checked_names(rule, wanted.names)
    order = _inserted(session, _row(member_id, wanted, found, rule, day, names, by))
    if order is None:
        return _same(session, member_id, wanted), False
    _give_room(session, order, found, rule)
    seal(session, order)
    return order, True


def one(session: Session, number: int, member_id: int | None = None) -> CodeOrder:
    """An order as it stands now; NotFound, also for one of another member than `member_id`."""
    found = session.get(CodeOrder, number, populate_existing=True)
    if found is None or member_id not in (None, found.member_id):
        raise NotFound(sentence("order {number}: there is none of that number", number=number))
    return found


def listed(
    session: Session,
    member_id: int | None = None,
    purpose: Purpose | None = None,
    rule_id: int | None = None,
    before: int | None = None,
    limit: int = 50,
) -> Sequence[CodeOrder]:
    """Orders, newest first; go on with the last one's number as `before`."""
    kept: list[ColumnElement[bool]] = []
    if member_id is not None:
        kept.append(CodeOrder.member_id == member_id)
    if purpose is not None:
        kept.append(CodeOrder.purpose == purpose)
    if rule_id is not None:
        kept.append(CodeOrder.rule_id == rule_id)
    if before is not None:
        kept.append(CodeOrder.id < before)
    return session.scalars(select(CodeOrder).where(*kept).order_by(CodeOrder.id.desc()).limit(limit)).all()


def context(order: CodeOrder) -> Context:
    """What an order says of all its codes."""
    return Context(date.fromisoformat(order.day), order.names)


def _check_quantity(rule: Definition, wanted: Wanted) -> None:
    most = MOST if rule.first(Kind.COUNTER) or rule.first(Kind.RANDOM) else 1
    if not 1 <= wanted.quantity <= most:
        fix = (
            sentence("give 1 to {most:,}", most=most)
            if most > 1
            else "this rule has neither counter nor random part: an order of it is one code"
        )
        raise InvalidInput("quantity", sentence("is {quantity:,}", quantity=wanted.quantity), fix)
    if (wanted.purpose == Purpose.RANGE) != bool(wanted.holder.strip()):
        raise InvalidInput("holder", "and purpose do not agree", "name who gets a range, and nobody for codes of your own use")


def _row(
    member_id: int, wanted: Wanted, found: CodingRule, rule: Definition, day: date, names: Mapping[str, str], by: str
) -> dict[str, Any]:
    key = line("key", wanted.key, LONGEST_KEY, optional=True) or str(uuid.uuid4())
    told = {"holder": line("holder", wanted.holder, LONGEST_HOLDER, optional=True)}
    told |= {"note": line("note", wanted.note, LONGEST_NOTE, optional=True)}
    made = {"day": day.isoformat(), "names": dict(names), "period": period(rule, day), "first": None}
    state = {"state": OrderState.RUNNING, "done": 0, "level": CodeState.ISSUED, "problem": None}
    asked = {"asked_at": now(), "asked_by": by[:200], "finished_at": None, "wanted": wanted.as_json()}
    whose = {"member_id": member_id, "key": key, "rule_id": found.id, "version": found.version}
    return whose | {"quantity": wanted.quantity, "purpose": wanted.purpose} | told | made | state | asked


def _inserted(session: Session, row: dict[str, Any]) -> CodeOrder | None:
    added = insert_for(session, CodeOrder).values(row).on_conflict_do_nothing().returning(CodeOrder.id)
    number = session.scalar(added)
    return None if number is None else session.get_one(CodeOrder, number)


def _same(session: Session, member_id: int, wanted: Wanted) -> CodeOrder:
    """The order that has the key already, if it asks for the same."""
    key = line("key", wanted.key, LONGEST_KEY)
    found = session.scalars(select(CodeOrder).where(CodeOrder.member_id == member_id, CodeOrder.key == key)).one()
    if found.wanted != wanted.as_json():
        raise Conflict(
            sentence(
                "the key {key} belongs to order {id}, which asks for something else; give this order a key of its own", key=key, id=found.id
            )
        )
    return found


def _give_room(session: Session, order: CodeOrder, found: CodingRule, rule: Definition) -> None:
    """Reserve the order's counter range, or see that its random part is not used up."""
    counter, random = rule.first(Kind.COUNTER), rule.first(Kind.RANDOM)
    if counter:
        first = reserve(session, found.id, order.period, counter, order.quantity)
        if first is None:
            left = counter.variants - max(given_out(session, found.id, order.period), counter.start)
            raise _full(
                sentence("the counter of {name} has {left:,} numbers left {period}", name=found.name, left=left, period=order.period)
            )
        order.first = first
        changed(session, update(CodeOrder).where(CodeOrder.id == order.id).values(first=first))
    elif random:
        mine = (CodeOrder.rule_id == found.id, CodeOrder.period == order.period)
        asked = session.scalar(select(func.sum(CodeOrder.quantity)).where(*mine)) or 0
        if asked > random.variants // SPARSE:
            left = max(random.variants // SPARSE - asked + order.quantity, 0)
            raise _full(
                sentence(
                    "the random part of {name} gives {left:,} more codes, so that each stays hard to guess", name=found.name, left=left
                )
            )


def _full(problem: str) -> InvalidInput:
    return InvalidInput(
        "quantity",
        sentence("is more than there is: {problem}", problem=problem),
        "order fewer, or give the rule a version with a wider segment",
    )
