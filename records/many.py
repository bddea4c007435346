"""A long list of numbers as one value of a statement: neither database has to read ten thousand placeholders."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import BigInteger, ColumnElement, Text, any_, cast, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute, Session


def among(session: Session, column: InstrumentedAttribute[int], numbers: Iterable[int]) -> ColumnElement[bool]:
    """Whether the column's value is one of the numbers."""
    listed = ",".join(map(str, numbers))
    if session.get_bind().dialect.name == "postgresql":
        return column == any_(cast(literal(f"{{{listed}}}", Text), ARRAY(BigInteger)))
    values = func.json_each(f"[{listed}]").table_valued("value")
    return column.in_(select(values.c.value))
