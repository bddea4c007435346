"""The tables of imports. Shape changed by `records.migrations` only. No file is kept here: capture keeps what it is handed, sealed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from records.columns import BigId, Hash, Utc
from records.database import Base


class ImportMapping(Base):
    """One version of a member's mapping; the newest of a name holds. Writer: `exchange.imports.mappings`; a row is never changed."""

    __tablename__ = "import_mappings"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    member_id: Mapped[int] = mapped_column(BigInteger)  # of the consortium, as the chain numbers it
    name: Mapped[str] = mapped_column(String(100))
    version: Mapped[int]  # 1, 2, 3 …
    definition: Mapped[dict[str, Any]] = mapped_column(JSON)  # as `exchange.imports.mapping.of_json` reads it
    made_at: Mapped[datetime] = mapped_column(Utc)
    made_by: Mapped[str] = mapped_column(String(200))  # the account's name then

    __table_args__ = (UniqueConstraint("member_id", "name", "version"),)


class Import(Base):
    """A file that was imported. Writer: `exchange.imports.jobs`; a row is never changed."""

    __tablename__ = "imports"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)  # UUID
    member_id: Mapped[int] = mapped_column(BigInteger)
    key: Mapped[str] = mapped_column(String(100))  # the caller's own: sent again, it is the same import
    file_mac: Mapped[bytes] = mapped_column(Hash)  # `seals.payload_mac` of the file's hash
    file_name: Mapped[str] = mapped_column(String(200))
    mapping_id: Mapped[int] = mapped_column(BigId, ForeignKey("import_mappings.id"))
    behaviour: Mapped[str] = mapped_column(String(16))  # as a capture has it
    rows: Mapped[int]
    events: Mapped[int]  # that its good rows make
    capture_id: Mapped[str | None] = mapped_column(String(36), ForeignKey("captures.id"))  # NULL: nothing was handed to capture
    made_at: Mapped[datetime] = mapped_column(Utc)
    made_by: Mapped[str] = mapped_column(String(200))

    __table_args__ = (
        UniqueConstraint("member_id", "key"),
        CheckConstraint("behaviour IN ('rollback', 'proceed')", name="behaviour"),
        Index("ix_imports_made_at", "member_id", "made_at", "id"),
    )


class ImportRow(Base):
    """A row of an imported file. Writer: `exchange.imports.jobs`; never changed: what became of its event is told by `capture_results`."""

    __tablename__ = "import_rows"

    import_id: Mapped[str] = mapped_column(String(36), ForeignKey("imports.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # as the reader of the file counts
    event: Mapped[int | None]  # number of its event in the capture; NULL: not handed over
    outcome: Mapped[str | None] = mapped_column(String(16))  # invalid, rolled_back; NULL: the capture says it
    problem: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True))  # {"column", "problem", "fix"}

    __table_args__ = (CheckConstraint("outcome IN ('invalid', 'rolled_back')", name="outcome"),)
