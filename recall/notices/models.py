"""The table of notices."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from records.columns import BigId, Utc
from records.database import Base

_OPEN = text("acknowledged_at IS NULL AND replaced_at IS NULL")


class RecallNotice(Base):
    """What an owner of affected units was told, and what it answered. Writers: `recall.notices.send`, `answer` and `remind`.

    `amounts` should be with the owner and `found` is, by unit of measure, as decimals in text; "units" counts single things.
    """

    __tablename__ = "recall_notices"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)  # UUID
    case_id: Mapped[str] = mapped_column(String(36), ForeignKey("recall_cases.id"))
    number: Mapped[int]  # within the case, from 1
    member_id: Mapped[int | None] = mapped_column(BigId)  # of the consortium; NULL: an outside party
    party: Mapped[str] = mapped_column(Text)  # on paper, to this code or name; empty: its people read it here
    owner_key: Mapped[int] = mapped_column(BigInteger)  # of an outside party, as in recall_units; else 0
    units: Mapped[int]  # things that it had, or had sold, when this was written
    amounts: Mapped[dict[str, Any]] = mapped_column(JSON)
    actions: Mapped[list[str]] = mapped_column(JSON)  # what to do: `send.ACTIONS`
    words: Mapped[str] = mapped_column(Text)  # in the sender's own words, or empty
    sent_at: Mapped[datetime] = mapped_column(Utc)
    sent_name: Mapped[str] = mapped_column(String(200))
    sent_record: Mapped[int] = mapped_column(BigId, ForeignKey("records.id"))
    due_at: Mapped[datetime] = mapped_column(Utc)
    remind_every: Mapped[int]  # minutes, after the first reminder
    remind_at: Mapped[datetime | None] = mapped_column(Utc)  # next; NULL: not any more
    reminded: Mapped[int]
    reminded_at: Mapped[datetime | None] = mapped_column(Utc)
    replaced_at: Mapped[datetime | None] = mapped_column(Utc)  # by a newer one to the same owner
    acknowledged_at: Mapped[datetime | None] = mapped_column(Utc)
    acknowledged_name: Mapped[str | None] = mapped_column(String(200))  # who answered
    entered_name: Mapped[str | None] = mapped_column(String(200))  # who wrote it down, for an outside party
    acknowledged_record: Mapped[int | None] = mapped_column(BigId, ForeignKey("records.id"))
    found: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    note: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (
        UniqueConstraint("case_id", "number"),
        Index("ix_recall_notices_member", "member_id", "sent_at", "id"),
        Index(
            "ix_recall_notices_remind",
            "remind_at",
            sqlite_where=text("remind_at IS NOT NULL"),
            postgresql_where=text("remind_at IS NOT NULL"),
        ),
        Index("ix_recall_notices_open", "member_id", sqlite_where=_OPEN, postgresql_where=_OPEN),
    )
