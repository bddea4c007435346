"""The tables of data keys: one for each record, document and secret that is kept, wrapped by a master key of the keyring.

They stand apart from what they open, so that destroying a key is destroying a content, also in copies of the other tables.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from records.columns import BigId, Utc
from records.database import Base


class KeyVersion(Base):
    """A master key that data keys may be wrapped by; its row is gone before its file is destroyed. Writer: `records.rotation`."""

    __tablename__ = "key_versions"

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    entered_at: Mapped[datetime] = mapped_column(Utc)
    emptied_at: Mapped[datetime | None] = mapped_column(Utc)  # since when nothing is wrapped by it, while it waits for its end


class RecordKey(Base):
    """The data key of a record. Writers: `records.store` inserts, `records.rotation` wraps anew."""

    __tablename__ = "record_keys"

    record_id: Mapped[int] = mapped_column(BigId, ForeignKey("records.id"), primary_key=True, autoincrement=False)
    kek_version: Mapped[int] = mapped_column(ForeignKey("key_versions.version"), index=True)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)


class CaptureKey(Base):
    """The data key of a document. Writers: `records.documents` inserts and deletes, `records.rotation` wraps anew."""

    __tablename__ = "capture_keys"

    capture_id: Mapped[str] = mapped_column(String(36), ForeignKey("captures.id"), primary_key=True)
    kek_version: Mapped[int] = mapped_column(ForeignKey("key_versions.version"), index=True)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)


class HeldSecret(Base):
    """A secret shared with somebody else, with its data key. Writers: `records.held`; `records.rotation` wraps anew."""

    __tablename__ = "held_secrets"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    kek_version: Mapped[int] = mapped_column(ForeignKey("key_versions.version"), index=True)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
