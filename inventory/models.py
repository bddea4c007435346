"""The tables of stock. They hold nothing that records do not say: `inventory.walk` makes them again. Places are kept as keyed hashes."""

from __future__ import annotations

from sqlalchemy import BigInteger, Float, ForeignKey, Index, SmallInteger, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from records.columns import Address, BigId, Code
from records.database import Base

_DUE = text("due_at IS NOT NULL")
_OPEN = text("until IS NULL")
_GOOD = text("good_until IS NOT NULL")
_OVERTOOK = text("overtook_at IS NOT NULL")


class StockGoods(Base):
    """What is in stock under one code, a lot as a rule, and when it has to be walked. Writers: `inventory.touched`, `inventory.walk`."""

    __tablename__ = "stock_goods"

    thing_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)  # of `things`
    code: Mapped[str] = mapped_column(Code)
    product: Mapped[str] = mapped_column(Code)  # its trade item, else its own code
    expires: Mapped[int | None]  # its last day, as its ilmd says: days since 1970 (`inventory.expiry`)
    touched: Mapped[int] = mapped_column(BigId)  # the newest record that speaks of it
    due_at: Mapped[int | None] = mapped_column(BigInteger)  # microseconds since 1970; NULL: its stays are up to date
    cost: Mapped[int] = mapped_column(BigInteger)  # microseconds that the last walk took

    __table_args__ = (
        Index("ix_stock_goods_due_at", "due_at", sqlite_where=_DUE, postgresql_where=_DUE),
        Index("ix_stock_goods_expires", "expires"),
        Index("ix_stock_goods_product", "product", "expires"),
    )


class StockStay(Base):
    """So much of goods was somewhere, from when until when (`tracing.stay`). Single things of one fate are one row.

    Writer: `inventory.walk`.
    """

    __tablename__ = "stock_stays"

    thing_id: Mapped[int] = mapped_column(BigId, ForeignKey("stock_goods.thing_id"), primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    product: Mapped[str] = mapped_column(Code)
    state: Mapped[str] = mapped_column(String(8))  # here, transit, sold, used, ended, unknown
    place: Mapped[int] = mapped_column(BigInteger)  # `inventory.places`; 0: nobody said
    amount: Mapped[float | None] = mapped_column(Float(53))  # in `uom`; NULL: nobody said
    uom: Mapped[str] = mapped_column(Text)  # base unit of its kind
    since: Mapped[int] = mapped_column(BigInteger)  # microseconds since 1970
    until: Mapped[int | None] = mapped_column(BigInteger)  # NULL: it still is
    record_id: Mapped[int] = mapped_column(BigId)  # that says so
    over: Mapped[int | None] = mapped_column(BigId)  # the record that ended it
    went: Mapped[str | None] = mapped_column(String(8))  # and what it made of it: a state
    expires: Mapped[int | None]  # as the goods
    good_until: Mapped[int | None] = mapped_column(BigInteger)  # until when they lay here to be taken (`inventory.overtaking`)
    overtook_at: Mapped[int | None] = mapped_column(BigInteger)  # `until`, if they may have left before what expires earlier

    __table_args__ = (
        Index("ix_stock_stays_open", "place", "product", "state", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_stock_stays_good", "product", "place", "good_until", sqlite_where=_GOOD, postgresql_where=_GOOD),
        Index("ix_stock_stays_overtook", "overtook_at", "over", "thing_id", sqlite_where=_OVERTOOK, postgresql_where=_OVERTOOK),
    )


class StockKind(Base):
    """A kind of event that stock rests on: whose policy, and which rules of it, say who is shown it. Writer: `inventory.walk`."""

    __tablename__ = "stock_kinds"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    signer: Mapped[bytes] = mapped_column(Address)
    event_type: Mapped[str] = mapped_column(Text)
    biz_step: Mapped[str] = mapped_column(Text)

    __table_args__ = (UniqueConstraint("signer", "event_type", "biz_step"),)


class StockGoodsKind(Base):
    """Goods of which events of a kind speak. Writer: `inventory.walk`."""

    __tablename__ = "stock_goods_kinds"

    kind_id: Mapped[int] = mapped_column(BigId, ForeignKey("stock_kinds.id"), primary_key=True, autoincrement=False)
    thing_id: Mapped[int] = mapped_column(BigId, ForeignKey("stock_goods.thing_id"), primary_key=True, autoincrement=False)

    __table_args__ = (Index("ix_stock_goods_kinds_thing_id", "thing_id"), {"sqlite_with_rowid": False})


class StockMark(Base):
    """Up to which record `inventory.touched` came, and in which form. One row. Writer: `inventory.touched`."""

    __tablename__ = "stock_marks"

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)  # 1
    form: Mapped[int] = mapped_column(BigInteger)  # of hashes and rows; another one means that all is walked anew
    record_id: Mapped[int] = mapped_column(BigId)
