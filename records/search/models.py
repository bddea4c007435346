"""The tables of search. They can be emptied at any time: the steps of `records.search` fill them again."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from records.columns import BigId
from records.database import Base


class SearchTerm(Base):
    """Which records of a block have a word in a property: bit n of `records` (little-endian) is record `block` * 256 + n.

    Writer: `records.search.text_index`.
    """

    __tablename__ = "search_terms"

    term: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    block: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    records: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (Index("ix_search_terms_block", "block", postgresql_using="brin"), {"sqlite_with_rowid": False})


class SearchCode(Base):
    """From some character on an item's code reads so (`endings`). `entry`: the first `record_items` that has the code, or one of the first.

    Writer: `records.search.code_index`.
    """

    __tablename__ = "search_codes"

    ending: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    entry: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)

    __table_args__ = ({"sqlite_with_rowid": False},)


class SearchName(Base):
    """A code that master data speak of. Writer: `records.search.name_index`."""

    __tablename__ = "search_names"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    code: Mapped[str] = mapped_column(Text, unique=True)


class SearchNameTerm(Base):
    """Master data of a code have a word; or, below zero, -1 - an ending of the code itself. Writer: `records.search.name_index`."""

    __tablename__ = "search_name_terms"

    term: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    name_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)

    __table_args__ = (Index("ix_search_name_terms_name_id", "name_id"), {"sqlite_with_rowid": False})


class SearchMark(Base):
    """Up to which record an index is filled, and in which form. Writer: `records.search.marks`, for the step of that name."""

    __tablename__ = "search_marks"

    name: Mapped[str] = mapped_column(String(16), primary_key=True)  # texts, codes, names
    form: Mapped[int] = mapped_column(BigInteger)  # of what is kept and its key; another one means that the index has to be filled anew
    record_id: Mapped[int] = mapped_column(BigId)  # 0 for names, of which each row says for itself whether it is indexed
