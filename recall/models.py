"""The tables of holds and of recall cases."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, Float, ForeignKey, Index, Integer, SmallInteger, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from records.columns import BigId, Code, Utc
from records.database import Base

_OPEN = text("released_at IS NULL")
_SINGLE = text("released_at IS NULL AND case_id IS NULL")


class Hold(Base):
    """A thing that must not be shipped until it is released. Writers: `recall.holds`, `recall.cases.freezing`; people are named as they
    were called then. A thing may be held by itself once, and once by each case."""

    __tablename__ = "holds"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)  # UUID
    code: Mapped[str] = mapped_column(Code)  # canonical: a lot, an item, a container …
    member_id: Mapped[int] = mapped_column(BigId)  # of the consortium, whose quality manager placed it and may release it
    case_id: Mapped[str | None] = mapped_column(String(36))  # the recall case that froze it and releases it
    reason: Mapped[str] = mapped_column(Text)
    placed_at: Mapped[datetime] = mapped_column(Utc, index=True)
    placed_name: Mapped[str] = mapped_column(String(200))
    placed_record: Mapped[int] = mapped_column(BigId, ForeignKey("records.id"))  # the event that says so on the chain
    release_reason: Mapped[str | None] = mapped_column(Text)
    released_at: Mapped[datetime | None] = mapped_column(Utc)
    released_name: Mapped[str | None] = mapped_column(String(200))
    released_record: Mapped[int | None] = mapped_column(BigId, ForeignKey("records.id"))

    __table_args__ = (
        Index("ix_holds_code", "code", unique=True, sqlite_where=_SINGLE, postgresql_where=_SINGLE),
        Index("ix_holds_case_id", "case_id", "code", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_holds_standing", "code", sqlite_where=_OPEN, postgresql_where=_OPEN),
    )


class RecallCase(Base):
    """A recall, or a drill of one, from the suspicion to the conclusion. Writers: `recall.cases`. Every act is an event on `code`."""

    __tablename__ = "recall_cases"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)  # UUID
    number: Mapped[str] = mapped_column(String(16), unique=True)  # R-2026-001; of a drill D-2026-001
    code: Mapped[str] = mapped_column(Code, unique=True)  # the case's own item code, under which its events are anchored
    kind: Mapped[str] = mapped_column(String(8))  # recall, drill
    member_id: Mapped[int] = mapped_column(BigId)  # of the consortium, whose case it is
    title: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(Text)
    grade: Mapped[int] = mapped_column(SmallInteger)  # 1 to 3 (`recall.cases.deadlines`)
    suspicion: Mapped[dict[str, Any]] = mapped_column(JSON)  # `recall.suspicion.asked.told`
    aware_at: Mapped[datetime | None] = mapped_column(Utc)  # when the complaint came in, as who opened it says
    opened_at: Mapped[datetime] = mapped_column(Utc, index=True)
    opened_name: Mapped[str] = mapped_column(String(200))
    opened_record: Mapped[int] = mapped_column(BigId, ForeignKey("records.id"))
    refreshed_at: Mapped[datetime] = mapped_column(Utc)  # when the affected set was last worked out
    events: Mapped[int] = mapped_column(Integer)  # that the suspicion found
    starts: Mapped[int] = mapped_column(Integer)  # things that it begins with
    units: Mapped[int] = mapped_column(Integer)  # affected things now
    fresh: Mapped[int] = mapped_column(Integer)  # of them, those that were not there the time before
    gone: Mapped[int] = mapped_column(Integer)  # those that were there the time before and are affected no longer
    complete: Mapped[bool] = mapped_column(Boolean)
    ends: Mapped[list[dict[str, Any]]] = mapped_column(JSON)  # where the affected set may go on: why, how many, the first of them
    digest: Mapped[str] = mapped_column(String(64))  # SHA-256 of the list of units, hex (docs/recall.md)
    frozen_at: Mapped[datetime | None] = mapped_column(Utc)
    frozen_name: Mapped[str | None] = mapped_column(String(200))
    moving: Mapped[str | None] = mapped_column(String(8))  # freeze or release: the job has codes left to hold or to let go
    moving_name: Mapped[str | None] = mapped_column(String(200))  # who said so
    moving_record: Mapped[int | None] = mapped_column(BigId)  # the event of that
    moving_after: Mapped[int | None] = mapped_column(Integer)  # the unit up to which all are held
    closed_at: Mapped[datetime | None] = mapped_column(Utc)
    closed_name: Mapped[str | None] = mapped_column(String(200))
    conclusion: Mapped[str | None] = mapped_column(Text)
    remainder_reason: Mapped[str | None] = mapped_column(Text)  # why some of it is not accounted for


class RecallUnit(Base):
    """How much of an affected thing is where, one row a stay. Writer: `recall.cases.affected`, which makes all rows of a case anew.

    Places and parties stay sealed in records: here is a keyed hash, by which rows are grouped, and a record that names it.
    """

    __tablename__ = "recall_units"

    case_id: Mapped[str] = mapped_column(String(36), ForeignKey("recall_cases.id"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)  # in the case, from 1
    thing_id: Mapped[int] = mapped_column(BigId)
    code: Mapped[str] = mapped_column(Code)
    product: Mapped[str] = mapped_column(Code)  # its trade item; "" none
    level: Mapped[str] = mapped_column(String(8))  # lot, item, pallet, asset, product, other
    how: Mapped[str] = mapped_column(String(8))  # by which tie it was reached (`tracing.answer.How`)
    quantity: Mapped[float | None] = mapped_column(Float(53))  # in `uom`; of a single thing 1; None: nobody said
    uom: Mapped[str] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(String(8))  # `tracing.stay.State`
    outcome: Mapped[str] = mapped_column(String(10))  # what its events since the opening say of it: returned, destroyed, or ""
    since: Mapped[datetime] = mapped_column(Utc)
    record: Mapped[int] = mapped_column(BigId)  # that says where it is
    place_key: Mapped[int] = mapped_column(BigInteger)  # 0: nobody said
    place_record: Mapped[int | None] = mapped_column(BigId)
    owner_key: Mapped[int] = mapped_column(BigInteger)  # stands for the member, or for the party; 0: nobody knows
    owner_record: Mapped[int | None] = mapped_column(BigId)
    owner_member_id: Mapped[int | None] = mapped_column(BigId)  # of the party, else of who said where it is; None: no member
    seen_at: Mapped[datetime] = mapped_column(Utc)  # when this thing was first found to be affected

    __table_args__ = (Index("ix_recall_units_owner", "case_id", "owner_member_id", "owner_key"),)


class RecallAccount(Base):
    """What somebody says became of units. Writer: `recall.cases.accounting`."""

    __tablename__ = "recall_accounts"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)  # UUID
    case_id: Mapped[str] = mapped_column(String(36), ForeignKey("recall_cases.id"), index=True)
    member_id: Mapped[int | None] = mapped_column(BigId)  # whose units
    party: Mapped[str] = mapped_column(Text)  # or, of an owner who is no member, its code
    owner_key: Mapped[int] = mapped_column(BigInteger)  # as in recall_units
    product: Mapped[str] = mapped_column(Code)
    uom: Mapped[str] = mapped_column(String(8))
    outcome: Mapped[str] = mapped_column(String(10))  # returned, destroyed, consumed, not_found
    quantity: Mapped[float] = mapped_column(Float(53))
    note: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Utc)
    by_name: Mapped[str] = mapped_column(String(200))
    record: Mapped[int] = mapped_column(BigId, ForeignKey("records.id"))  # the event that says so
