"""The tables of the genealogy. They hold nothing that the records do not say: `fill` makes them again from their contents."""

from __future__ import annotations

from sqlalchemy import BigInteger, Float, ForeignKey, Index, SmallInteger, Text
from sqlalchemy.orm import Mapped, mapped_column

from records.columns import BigId, Code, Hash
from records.database import Base


class Thing(Base):
    """What has a code and took part in an event; its number stands for it in `participations`. Writer: `records.genealogy.draw`."""

    __tablename__ = "things"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    item_id: Mapped[bytes] = mapped_column(Hash, unique=True)
    code: Mapped[str] = mapped_column(Code)  # canonical


class Participation(Base):
    """A thing took part in a record's event in a role (`ledger_client.genealogy.Part`). Writers: `records.genealogy.draw`, `fill`."""

    __tablename__ = "participations"

    record_id: Mapped[int] = mapped_column(BigId, ForeignKey("records.id"), primary_key=True, autoincrement=False)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # among the event's parts, from 0
    thing_id: Mapped[int] = mapped_column(BigId)
    at: Mapped[int] = mapped_column(BigInteger)  # event time, microseconds since 1970
    role: Mapped[int] = mapped_column(SmallInteger)
    action: Mapped[int] = mapped_column(SmallInteger)
    quantity: Mapped[float | None] = mapped_column(Float(53))
    uom: Mapped[str] = mapped_column(Text)

    __table_args__ = (Index("ix_participations_thing_id", "thing_id", "at", "record_id"), {"sqlite_with_rowid": False})


class GenealogyMark(Base):
    """Up to which record `fill` came, and up to which it has to; later records are drawn as they are captured. One row."""

    __tablename__ = "genealogy_marks"

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)  # 1
    record_id: Mapped[int] = mapped_column(BigId)
    upto: Mapped[int] = mapped_column(BigId)
