"""A moment that somebody asks for in a query: with a zone or taken as UTC, and inside what databases and zones can hold."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator

EARLIEST, LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)


def _zoned(moment: datetime) -> datetime:
    zoned = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if not EARLIEST <= zoned <= LATEST:
        raise ValueError(f"lies outside the years {EARLIEST.year} to {LATEST.year}")
    return zoned.astimezone(UTC)


Moment = Annotated[datetime, AfterValidator(_zoned)]
