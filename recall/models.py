"""The table of holds."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from records.columns import BigId, Code, Utc
from records.database import Base

_OPEN = text("released_at IS NULL")


class Hold(Base):
    """A thing that must not be shipped until it is released. Writer: `recall.holds`; people are named as they were called then."""

    __tablename__ = "holds"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)  # UUID
    code: Mapped[str] = mapped_column(Code)  # canonical: a lot, an item, a container …
    member_id: Mapped[int] = mapped_column(BigId)  # of the consortium, whose quality manager placed it and may release it
    reason: Mapped[str] = mapped_column(Text)
    placed_at: Mapped[datetime] = mapped_column(Utc, index=True)
    placed_name: Mapped[str] = mapped_column(String(200))
    placed_record: Mapped[int] = mapped_column(BigId, ForeignKey("records.id"))  # the event that says so on the chain
    release_reason: Mapped[str | None] = mapped_column(Text)
    released_at: Mapped[datetime | None] = mapped_column(Utc)
    released_name: Mapped[str | None] = mapped_column(String(200))
    released_record: Mapped[int | None] = mapped_column(BigId, ForeignKey("records.id"))

    __table_args__ = (Index("ix_holds_code", "code", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),)
