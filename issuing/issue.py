"""The job that makes the codes of orders: a piece of the oldest running order in each transaction, with its progress.

A killed step is repeated as if it had never been: numbers, codes and progress are one commit. No code is made twice: the primary key of
`issued_codes` decides, also against another server. What is taken already is drawn again, or gets the counter's next number.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import repeat

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from issuing import rules
from issuing.composing import texts
from issuing.counters import reserve
from issuing.definition import Definition
from issuing.models import CodeOrder, IssuedCode, OrderState
from issuing.orders import context
from issuing.segments import Kind
from ledger_client.codes import parse
from records.bulk import copy_rows, insert_rows
from records.columns import now
from records.database import changed, once_committed
from records.row_seals import seal
from telemetry.logs import log

PIECE = 50_000
_TRIES = 20
_COLUMNS = ("code", "order_id", "number")


class _Full(Exception):
    """No free code was found."""


def step(session: Session, piece: int = PIECE) -> int:
    """Make the next codes of the oldest running order; how many, 0 when there is none. The caller commits."""
    oldest = select(CodeOrder).where(CodeOrder.state == OrderState.RUNNING).order_by(CodeOrder.id).limit(1)
    order = session.scalar(oldest.with_for_update(skip_locked=True).execution_options(populate_existing=True))
    if order is None:
        return 0
    start, end = order.done, min(order.done + piece, order.quantity)
    if not _advance(session, order, start, end):
        return 1  # another process made this piece
    rule = rules.said(rules.version(session, order.rule_id, order.version))
    try:
        _make(session, order, rule, range(start, end))
    except _Full:
        _fail(session, order, start, "no free code was found: other orders hold the codes that this rule makes")
    return end - start


def codes(order: CodeOrder, rule: Definition, numbers: Sequence[int], values: Sequence[int] | None = None) -> list[str]:
    """The item codes of an order's places; `values`: of the counter, where they are not those that follow `first`."""
    if values is None:
        values = range(order.first + numbers[0], order.first + numbers[-1] + 1) if order.first is not None else numbers
    return [rule.scheme.code(rule.base, text) for text in texts(rule, context(order), values)]


def _advance(session: Session, order: CodeOrder, start: int, end: int) -> bool:
    """Move the progress on, unless another process did; takes SQLite's write lock, PostgreSQL holds the row already."""
    mine = (CodeOrder.id == order.id, CodeOrder.state == OrderState.RUNNING, CodeOrder.done == start)
    finished = {"state": OrderState.DONE, "finished_at": now()} if end == order.quantity else {}
    if changed(session, update(CodeOrder).where(*mine).values(done=end, **finished)) != 1:
        return False
    seal(session, order)
    if finished:
        once_committed(session, partial(log.info, "codes.issued", order=order.id, codes=order.quantity))
    return True


def _make(session: Session, order: CodeOrder, rule: Definition, numbers: range) -> None:
    made = codes(order, rule, numbers)
    parse(made[0])  # a code that no reader takes is never given out, whatever the rule has become
    if len(set(made)) == len(made) and _copied(session, order, made, numbers):
        return
    _around(session, order, rule, dict(zip(numbers, made, strict=True)))


def _copied(session: Session, order: CodeOrder, made: Sequence[str], numbers: range) -> bool:
    """All of them at once, or none."""
    savepoint = session.begin_nested()
    try:
        copy_rows(session, IssuedCode, _COLUMNS, zip(made, repeat(order.id), numbers, strict=False))
    except IntegrityError:
        savepoint.rollback()
        return False
    savepoint.commit()
    return True


def _around(session: Session, order: CodeOrder, rule: Definition, wanted: dict[int, str]) -> None:
    """Insert what is free, and find other codes for the places whose code is taken."""
    for _ in range(_TRIES):
        rows = [dict(zip(_COLUMNS, (code, order.id, number), strict=True)) for number, code in wanted.items()]
        insert_rows(session, IssuedCode, rows, skip_known=True)
        within = (IssuedCode.order_id == order.id, IssuedCode.number.between(min(wanted), max(wanted)))
        there = set(session.scalars(select(IssuedCode.number).where(*within)))
        left = [number for number in wanted if number not in there]
        if not left:
            return
        wanted = dict(zip(left, _others(session, order, rule, left), strict=True))
    raise _Full


def _others(session: Session, order: CodeOrder, rule: Definition, numbers: Sequence[int]) -> list[str]:
    counter = rule.first(Kind.COUNTER)
    if rule.first(Kind.RANDOM):
        return codes(order, rule, numbers, [order.first + number for number in numbers] if order.first is not None else numbers)
    first = reserve(session, order.rule_id, order.period, counter, len(numbers)) if counter else None
    if first is None:
        raise _Full
    return codes(order, rule, numbers, range(first, first + len(numbers)))


def _fail(session: Session, order: CodeOrder, start: int, problem: str) -> None:
    """The order ends with the codes that it had before this piece."""
    session.execute(delete(IssuedCode).where(IssuedCode.order_id == order.id, IssuedCode.number >= start))
    ended = {"state": OrderState.FAILED, "done": start, "problem": problem, "finished_at": now()}
    changed(session, update(CodeOrder).where(CodeOrder.id == order.id).values(**ended))
    seal(session, order)
    once_committed(session, partial(log.warning, "codes.order_failed", order=order.id, reason=problem))
