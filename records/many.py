"""A long list of numbers as one value of a statement: neither database has to read ten thousand placeholders."""

from __future__ import annotations

from collections.abc import Iterable

import orjson
from sqlalchemy import BigInteger, ColumnElement, any_, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute, Session


def among(session: Session, column: InstrumentedAttribute[int], numbers: Iterable[int]) -> ColumnElement[bool]:
    """Whether the column's value is one of the numbers."""
    if session.get_bind().dialect.name == "postgresql":
        return column == any_(literal(list(numbers), ARRAY(BigInteger)))
    listed = func.json_each(orjson.dumps(list(numbers)).decode()).table_valued("value")
    return column.in_(select(listed.c.value))
