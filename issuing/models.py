"""The tables of coding rules, orders and codes. Shape changed by `records.migrations` only.

A code's state is the further of two: what was said of it alone (`IssuedCode.state`) and what was said of its whole order
(`CodeOrder.level`); so a million codes are printed by one row (`states`).
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from records.columns import BigId, Code, Utc
from records.database import Base


class CodeState(StrEnum):
    """Where a code stands, from order to end."""

    ISSUED = "issued"
    PRINTED = "printed"
    APPLIED = "applied"  # it is on the thing; also: used by whom its range was given to
    ACTIVATED = "activated"  # the event that brings the thing into being was captured
    VOID = "void"


class OrderState(StrEnum):
    """How the making of an order's codes goes."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Purpose(StrEnum):
    """For whom codes are."""

    OWN = "own"
    RANGE = "range"  # reserved for a co-packer or a line that is offline


def _one_of(column: str, values: type[StrEnum]) -> CheckConstraint:
    return CheckConstraint(f"{column} IN ({', '.join(repr(str(value)) for value in values)})", name=column)


class CodingRule(Base):
    """A company's rule for one kind of code; what it says now is its newest version. Writer: `issuing.rules`."""

    __tablename__ = "coding_rules"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    member_id: Mapped[int] = mapped_column(BigInteger)  # of the consortium, as the chain numbers it
    name: Mapped[str] = mapped_column(String(200))
    version: Mapped[int]  # the newest
    scheme: Mapped[str] = mapped_column(String(16))
    level: Mapped[str] = mapped_column(String(16))
    stem: Mapped[str] = mapped_column(Code)  # how every code of it begins
    only_issued: Mapped[bool]
    made_at: Mapped[datetime] = mapped_column(Utc)

    __table_args__ = (UniqueConstraint("member_id", "name"), Index("ix_coding_rules_stem", "stem"))


class CodingRuleVersion(Base):
    """A version of a rule. Writer: `issuing.rules`; a row is never changed."""

    __tablename__ = "coding_rule_versions"

    rule_id: Mapped[int] = mapped_column(BigId, ForeignKey("coding_rules.id"), primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # 1, 2, 3 …
    definition: Mapped[dict[str, Any]] = mapped_column(JSON)  # as `issuing.definition` reads it
    confirmed: Mapped[list[str]] = mapped_column(JSON)  # names of the warnings that were confirmed
    reason: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(Utc)
    made_by: Mapped[str] = mapped_column(String(200))  # the account's name then


class CodeCounter(Base):
    """The next number of a rule's counter in one of its periods. Writer: `issuing.counters`, under the row's lock."""

    __tablename__ = "code_counters"

    rule_id: Mapped[int] = mapped_column(BigId, ForeignKey("coding_rules.id"), primary_key=True, autoincrement=False)
    period: Mapped[str] = mapped_column(String(10), primary_key=True)  # 2026, 2026-11, 2026-W48, 2026-11-26; empty: it never begins again
    next: Mapped[int] = mapped_column(BigInteger)


class CodeOrder(Base):
    """Codes that somebody asked for, and how far they are made. Writers: `issuing.orders`, `issuing.issue`, `issuing.states` (`level`)."""

    __tablename__ = "code_orders"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    member_id: Mapped[int] = mapped_column(BigInteger)
    key: Mapped[str] = mapped_column(String(100))  # the caller's: the same order sent again is the same order
    wanted: Mapped[dict[str, Any]] = mapped_column(JSON)  # as it was asked for, to tell another order under the same key
    rule_id: Mapped[int] = mapped_column(BigId, ForeignKey("coding_rules.id"))
    version: Mapped[int]
    quantity: Mapped[int]
    purpose: Mapped[str] = mapped_column(String(16))
    holder: Mapped[str] = mapped_column(String(200))  # of a range: who has it
    note: Mapped[str] = mapped_column(Text)
    day: Mapped[str] = mapped_column(String(10))  # the date that the codes bear
    names: Mapped[dict[str, str]] = mapped_column(JSON)  # product, line, shift
    period: Mapped[str] = mapped_column(String(10))
    first: Mapped[int | None] = mapped_column(BigInteger)  # counter value of the first code; the others follow without a gap
    state: Mapped[str] = mapped_column(String(16))
    done: Mapped[int]  # codes that are made
    level: Mapped[str] = mapped_column(String(16))  # what was said of all its codes at once
    problem: Mapped[str | None] = mapped_column(Text)
    asked_at: Mapped[datetime] = mapped_column(Utc)
    asked_by: Mapped[str] = mapped_column(String(200))
    finished_at: Mapped[datetime | None] = mapped_column(Utc)

    __table_args__ = (
        UniqueConstraint("member_id", "key"),
        Index("ix_code_orders_rule_id", "rule_id", "period"),
        Index("ix_code_orders_running", "id", sqlite_where=text("state = 'running'"), postgresql_where=text("state = 'running'")),
        _one_of("state", OrderState),
        _one_of("purpose", Purpose),
        CheckConstraint("level IN ('issued', 'printed', 'applied', 'void')", name="level"),
    )


class IssuedCode(Base):
    """A code that was given to somebody to use; there is never a second one. Writers: `issuing.issue`, `issuing.states`.

    It refers to its order without a foreign key: checking that for a million rows of one order takes as long as writing them.
    """

    __tablename__ = "issued_codes"

    code: Mapped[str] = mapped_column(Code, primary_key=True)  # canonical item code
    order_id: Mapped[int] = mapped_column(BigInteger)
    number: Mapped[int]  # in its order, from 0 without a gap
    state: Mapped[str | None] = mapped_column(String(16))  # what was said of it alone; NULL: nothing
    event_id: Mapped[str | None] = mapped_column(Text)  # of the event that activated it

    __table_args__ = (
        Index("ix_issued_codes_order_id", "order_id", "number", unique=True),
        Index(
            "ix_issued_codes_state",
            "order_id",
            "state",
            sqlite_where=text("state IS NOT NULL"),
            postgresql_where=text("state IS NOT NULL"),
        ),
        _one_of("state", CodeState),
    )


class CodeChange(Base):
    """A change of state, of one code or of a whole order. Writer: `issuing.states`; a row is never changed."""

    __tablename__ = "code_changes"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    order_id: Mapped[int] = mapped_column(BigId, ForeignKey("code_orders.id"))
    number: Mapped[int | None]  # of the code in its order; NULL: of all that were not further already
    state: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime] = mapped_column(Utc)
    by: Mapped[str] = mapped_column(String(200))  # the account's name then; empty: capture
    reason: Mapped[str] = mapped_column(Text)  # or the id of the event

    __table_args__ = (Index("ix_code_changes_order_id", "order_id", "number", "id"), _one_of("state", CodeState))
