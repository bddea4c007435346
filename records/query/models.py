"""The tables of the index over sealed events. They can be emptied at any time: `records.query.index` fills them again."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from records.columns import BigId
from records.database import Base


class RecordTerm(Base):
    """A record has a term (`ledger_client.epcis.query.terms`), of which a keyed hash is kept. Writers: `records.query.index`."""

    __tablename__ = "record_terms"

    term: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    record_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)

    __table_args__ = (Index("ix_record_terms_record_id", "record_id", postgresql_using="brin"), {"sqlite_with_rowid": False})


class KnownValue(Base):
    """A value that a field has somewhere, and the first record that has it. Writer: `records.query.index`."""

    __tablename__ = "known_values"

    field: Mapped[str] = mapped_column(String(16), primary_key=True)
    term: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    record_id: Mapped[int] = mapped_column(BigId)

    __table_args__ = (Index("ix_known_values_record_id", "record_id"), Index("ix_known_values_field", "field", "record_id", "term"))


class IndexMark(Base):
    """Up to which record the index is filled, and in which form. One row. Writer: `records.query.index`."""

    __tablename__ = "index_marks"

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)  # 1
    form: Mapped[int] = mapped_column(BigInteger)  # of the terms and their key; another one means that the index has to be filled anew
    record_id: Mapped[int] = mapped_column(BigId)
