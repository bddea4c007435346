"""The codes of an order as they are handed on, in their order, a piece at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import unquote

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from issuing import rules
from issuing.definition import Definition
from issuing.models import CodeOrder, CodeState, IssuedCode
from issuing.states import effective

PIECE = 5000


class Line(NamedTuple):
    """One code."""

    number: int  # in its order, from 0
    code: str
    printed: str
    state: CodeState


def lines(session: Session, order: CodeOrder, after: int = -1, limit: int = PIECE) -> list[Line]:
    """Up to `limit` codes behind the one of that number."""
    rule = rules.said(rules.version(session, order.rule_id, order.version))
    columns = select(IssuedCode.number, IssuedCode.code, IssuedCode.state).where(IssuedCode.order_id == order.id, IssuedCode.number > after)
    rows = session.execute(columns.order_by(IssuedCode.number).limit(limit))
    return [Line(number, code, printed(rule, code), effective(own, order.level)) for number, code, own in rows]


def pieces(sessions: sessionmaker[Session], order_id: int) -> Iterator[list[Line]]:
    """All codes of an order, each piece read in a transaction of its own."""
    after = -1
    while True:
        with sessions() as session:
            found = lines(session, session.get_one(CodeOrder, order_id), after)
        if not found:
            return
        yield found
        after = found[-1].number


def printed(rule: Definition, code: str) -> str:
    """An item code of a rule as people read it under the symbol."""
    text = unquote(code.removeprefix(rule.stem))
    return rule.scheme.printed(rule.base, text[:-1] if rule.scheme.closed else text)
