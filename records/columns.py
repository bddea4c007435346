"""Column types that mean the same on SQLite and PostgreSQL; used by the models here and in `indexer`."""

from __future__ import annotations

from datetime import UTC, datetime

import orjson
from sqlalchemy import BigInteger, DateTime, Dialect, Integer, LargeBinary, Text
from sqlalchemy.types import TypeDecorator

from ledger_client.sentences import as_json, of_json

BigId = BigInteger().with_variant(Integer(), "sqlite")  # only INTEGER numbers its own rows in SQLite
Address = LargeBinary(20)
Hash = LargeBinary(32)
Code = Text(collation="C").with_variant(Text(), "sqlite")  # sorts by its bytes, whatever the database's language


class Utc(TypeDecorator[datetime]):
    """A moment with its time zone, kept in UTC to the microsecond; SQLite alone would drop the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 (given by SQLAlchemy)
        """To UTC; a moment without a zone is refused, because it would be a guess."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a time zone: {value}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """From the database, always in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Told(TypeDecorator[str]):
    """A text that remembers how it was made, if it is a sentence (`ledger_client.sentences`): kept as JSON of the text and what made it."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 (given by SQLAlchemy)
        """A plain text as it is."""
        made = as_json(value) if value else None
        return orjson.dumps([str(value), made]).decode() if made else value

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """From the database; what is no such JSON is a plain text."""
        if not value or value[0] != "[":
            return value
        try:
            text, made = orjson.loads(value)
        except ValueError:
            return value
        return of_json(text, made)


def now() -> datetime:
    """The current moment in UTC, as these columns take it."""
    return datetime.now(UTC)


def milliseconds(moment: datetime) -> datetime:
    """The moment as an event tells it: EPCIS times have three decimals."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
