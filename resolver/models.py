"""The table of members' links. Shape changed by `records.migrations` only."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from records.columns import BigId, Code, Utc
from records.database import Base


class ItemLink(Base):
    """One link of a member. Writer: `resolver.links`."""

    __tablename__ = "item_links"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    member_id: Mapped[int] = mapped_column(BigInteger)  # of the consortium, as the chain numbers it
    pattern: Mapped[str] = mapped_column(Code)  # as `resolver.pattern` has it
    link_type: Mapped[str] = mapped_column(String(64))  # name in the GS1 Web Vocabulary
    target: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(35))  # empty: any
    media_type: Mapped[str] = mapped_column(String(127))  # empty: not told
    first: Mapped[bool] = mapped_column(Boolean)  # taken when a request leaves open which of its type is wanted
    changed_at: Mapped[datetime] = mapped_column(Utc)
    changed_by: Mapped[str] = mapped_column(String(200))  # the account's name then

    __table_args__ = (
        UniqueConstraint("pattern", "link_type", "language", "media_type", "target"),
        Index("ix_item_links_member_id", "member_id", "pattern"),
    )
