"""A long list of numbers as one value of a statement: neither database has to read ten thousand placeholders, and a statement that asks by
such a list can be built once.

`where(among(dialect, column))`, executed with `listed(dialect, numbers)`.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import BigInteger, ColumnElement, Text, any_, bindparam, cast, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute

_NUMBERS = "numbers"


def among(dialect: str, column: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """Whether the column's value is one of the numbers that the statement is executed with.

    Read from a subquery: PostgreSQL reads the text of `= ANY(text::bigint[])` again for each row of a table that it goes through.
    """
    if dialect == "postgresql":
        once = select(func.unnest(cast(bindparam(_NUMBERS, type_=Text), ARRAY(BigInteger)))).scalar_subquery()
        return column == any_(func.array(once, type_=ARRAY(BigInteger)))
    values = func.json_each(bindparam(_NUMBERS, type_=Text)).table_valued("value")
    return column.in_(select(values.c.value))


def listed(dialect: str, numbers: Iterable[int]) -> dict[str, str]:
    """The parameters."""
    text = ",".join(map(str, numbers))
    return {_NUMBERS: f"{{{text}}}" if dialect == "postgresql" else f"[{text}]"}
