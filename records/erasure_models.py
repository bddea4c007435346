"""The table of erasures: who asked for one, who decided, and which event is its receipt."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from records.columns import BigId, Utc
from records.database import Base


class ErasureState(StrEnum):
    """Where a request stands."""

    ASKED = "asked"
    ERASED = "erased"
    REJECTED = "rejected"


_STANDING = text("state <> 'rejected'")


class Erasure(Base):
    """A request to erase one record. Writer: `records.erasure`; people are named as their accounts were called then."""

    __tablename__ = "erasures"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)  # UUID, which the receipt's item bears
    record_id: Mapped[int] = mapped_column(BigId, ForeignKey("records.id"))
    state: Mapped[str] = mapped_column(String(16))
    ordered_by: Mapped[str] = mapped_column(Text)  # on whose order
    reason: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime] = mapped_column(Utc, index=True)
    asked_by: Mapped[int] = mapped_column(BigId)  # account
    asked_name: Mapped[str] = mapped_column(String(200))
    decided_at: Mapped[datetime | None] = mapped_column(Utc)
    decided_by: Mapped[int | None] = mapped_column(BigId)
    decided_name: Mapped[str | None] = mapped_column(String(200))
    receipt_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("records.id"))  # record of the receipt

    __table_args__ = (
        CheckConstraint(f"state IN ({', '.join(repr(str(state)) for state in ErasureState)})", name="state"),
        Index("ix_erasures_record_id", "record_id", unique=True, sqlite_where=_STANDING, postgresql_where=_STANDING),
    )
