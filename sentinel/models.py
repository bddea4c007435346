"""The sentinel's own tables. Shape changed by `records.migrations` only."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from records.columns import BigId, Told, Utc
from records.database import Base


class Phase(StrEnum):
    """What a round goes through, in this order."""

    RECORDS = "records"
    TRANSACTIONS = "transactions"
    ANCHORS = "anchors"
    MEMBERS = "members"
    CAPTURES = "captures"
    RECEIPTS = "receipts"


class Kind(StrEnum):
    """What is wrong with a row."""

    ALTERED = "altered"  # it says something else than what it was made from
    MISSING = "missing"  # it was there: what it led to still is
    ADDED = "added"  # nothing explains where it came from


class FindingState(StrEnum):
    """What became of a finding."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"  # somebody has taken it on
    RESOLVED = "resolved"  # a later round did not find it any more


class NoticeState(StrEnum):
    """How the delivery of a message goes."""

    WAITING = "waiting"
    SENT = "sent"
    GIVEN_UP = "given_up"


def _one_of(column: str, values: type[StrEnum]) -> CheckConstraint:
    return CheckConstraint(f"{column} IN ({', '.join(repr(str(value)) for value in values)})", name=column)


class Round(Base):
    """One pass over everything, and how far it is. Writer: `sentinel.rounds`."""

    __tablename__ = "sentinel_rounds"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    open: Mapped[bool | None]  # True while it runs, NULL afterwards: NULLs are never equal, so that at most one is open
    began_at: Mapped[datetime] = mapped_column(Utc)
    ended_at: Mapped[datetime | None] = mapped_column(Utc)
    phase: Mapped[str] = mapped_column(String(16))
    place: Mapped[int] = mapped_column(BigInteger)  # done up to here: a record's or transaction's number, a block, microseconds since 1970
    position: Mapped[int] = mapped_column(BigInteger)  # of the last anchor that was compared
    total: Mapped[int] = mapped_column(BigInteger)  # records, transactions and anchors there were when it began
    records: Mapped[int] = mapped_column(BigInteger)  # checked so far
    transactions: Mapped[int] = mapped_column(BigInteger)
    anchors: Mapped[int] = mapped_column(BigInteger)
    foreign_anchors: Mapped[int] = mapped_column(BigInteger)  # of these, written by others: their records are not here
    found: Mapped[int] = mapped_column(BigInteger)  # findings seen, listed or not
    unlisted: Mapped[int] = mapped_column(BigInteger)  # of these, beyond the number that is kept one by one
    waits: Mapped[str | None] = mapped_column(Told)  # why it stands still
    waits_since: Mapped[datetime | None] = mapped_column(Utc)
    worked_at: Mapped[datetime] = mapped_column(Utc)  # last time it moved

    __table_args__ = (UniqueConstraint("open"), _one_of("phase", Phase))


class Finding(Base):
    """Something that is not as it was written. One row however often it is seen. Writer: `sentinel.findings`."""

    __tablename__ = "sentinel_findings"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    table_name: Mapped[str] = mapped_column(String(64))
    row_key: Mapped[str] = mapped_column(String(200))  # number or hash by which the row is known
    column_name: Mapped[str] = mapped_column(String(64))  # empty where the whole row is meant
    expected: Mapped[str] = mapped_column(Told)  # in words; never a payload, never a secret
    found: Mapped[str] = mapped_column(Told)
    first_seen: Mapped[datetime] = mapped_column(Utc)
    last_seen: Mapped[datetime] = mapped_column(Utc)
    times: Mapped[int]  # in how many rounds
    round_id: Mapped[int] = mapped_column(BigInteger)  # the last of them
    state: Mapped[str] = mapped_column(String(16))
    state_at: Mapped[datetime] = mapped_column(Utc)
    state_by: Mapped[str] = mapped_column(String(200))  # who acknowledged it; empty for the sentinel itself
    note: Mapped[str] = mapped_column(Text)  # what they said
    told: Mapped[str] = mapped_column(String(16))  # the state that was last told by message; empty for none

    __table_args__ = (
        UniqueConstraint("table_name", "row_key", "column_name", "kind"),
        Index("ix_sentinel_findings_state", "state", "id"),
        _one_of("kind", Kind),
        _one_of("state", FindingState),
    )


class Notice(Base):
    """A message about findings on its way by one channel. Writer: `sentinel.notices`."""

    __tablename__ = "sentinel_notices"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    channel: Mapped[str] = mapped_column(String(16))  # mail, webhook
    made_at: Mapped[datetime] = mapped_column(Utc)
    content: Mapped[str] = mapped_column(Text)  # JSON: what it tells
    state: Mapped[str] = mapped_column(String(16))
    tries: Mapped[int]
    next_at: Mapped[datetime] = mapped_column(Utc)  # not tried before
    ended_at: Mapped[datetime | None] = mapped_column(Utc)
    problem: Mapped[str | None] = mapped_column(Told)  # of the last try

    __table_args__ = (
        Index("ix_sentinel_notices_waiting", "next_at", sqlite_where=text("state = 'waiting'"), postgresql_where=text("state = 'waiting'")),
        _one_of("state", NoticeState),
    )
