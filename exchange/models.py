"""The tables of what goes out. Shape changed by `records.migrations` only. No payload is kept here: a delivery names records by number."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from records.columns import BigId, Hash, Told, Utc
from records.database import Base


class HappeningKind(StrEnum):
    """What a delivery tells of."""

    QUERY = "query"  # events that fulfil a named query, as an EPCISQueryDocument
    STORED = "event.stored"
    ANCHORED = "event.anchored"
    CAPTURE_FAILED = "capture.failed"
    FINDING = "sentinel.finding"
    CODES_READY = "codes.ready"
    NOTICE = "recall.notice"


WEBHOOK_KINDS = tuple(kind for kind in HappeningKind if kind != HappeningKind.QUERY)


class State(StrEnum):
    """Whether a subscription goes on."""

    ACTIVE = "active"
    ENDED = "ended"


class DeliveryState(StrEnum):
    """What became of a delivery."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    GIVEN_UP = "given_up"
    CANCELLED = "cancelled"  # its subscription ended first


def _one_of(column: str, values: type[StrEnum]) -> CheckConstraint:
    return CheckConstraint(f"{column} IN ({', '.join(repr(str(value)) for value in values)})", name=column)


class NamedQuery(Base):
    """A query that can be asked by its name. Writer: `exchange.queries`."""

    __tablename__ = "named_queries"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    query: Mapped[dict[str, Any]] = mapped_column(JSON)  # as `ledger_client.epcis.query.of_json` reads it
    prefixes: Mapped[dict[str, str]] = mapped_column(JSON)  # of extensions, declared beside it
    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("accounts.id"))
    made_at: Mapped[datetime] = mapped_column(Utc)


class Subscription(Base):
    """Who is told what, and where. Writers: `exchange.webhooks`, `exchange.subscriptions`; how sending goes: `exchange.deliver`."""

    __tablename__ = "subscriptions"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)  # UUID
    name: Mapped[str] = mapped_column(String(100))  # what people call a webhook; empty for an EPCIS subscription
    kinds: Mapped[list[str]] = mapped_column(JSON)
    query_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("named_queries.id"), index=True)  # only events that fulfil it
    dest: Mapped[str] = mapped_column(Text)
    secret_id: Mapped[int] = mapped_column(BigInteger)  # of `held_secrets`, which no backup has
    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("accounts.id"))
    key_digest: Mapped[bytes | None] = mapped_column(Hash)  # of the API key it was made with; NULL: by somebody signed in
    schedule: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True))  # NULL: as things happen
    report_if_empty: Mapped[bool]
    epc_format: Mapped[str] = mapped_column(String(32), server_default="Never_Translates")  # GS1-EPC-Format of what is sent
    cbv_xml_format: Mapped[str | None] = mapped_column(String(32))  # GS1-CBV-XML-Format; NULL: it is sent as JSON
    initial_record_time: Mapped[datetime | None] = mapped_column(Utc)
    runs_at: Mapped[datetime | None] = mapped_column(Utc)  # of a schedule: next
    state: Mapped[str] = mapped_column(String(16))
    made_at: Mapped[datetime] = mapped_column(Utc)
    ended_at: Mapped[datetime | None] = mapped_column(Utc)
    failures: Mapped[int]  # tries in a row that were not taken; each doubles the pause
    next_at: Mapped[datetime] = mapped_column(Utc)  # nothing is sent before
    notified_at: Mapped[datetime | None] = mapped_column(Utc)  # last time something was taken
    problem: Mapped[str | None] = mapped_column(Told)  # why it ended, or what keeps it from going on

    __table_args__ = (
        _one_of("state", State),
        Index("ix_subscriptions_active", "next_at", sqlite_where=text("state = 'active'"), postgresql_where=text("state = 'active'")),
    )


class SubscriptionMark(Base):
    """Up to where a subscription was told of one source. Writer: `exchange.gather`, in the transaction that writes the deliveries."""

    __tablename__ = "subscription_marks"

    subscription_id: Mapped[str] = mapped_column(String(36), ForeignKey("subscriptions.id"), primary_key=True)
    source: Mapped[str] = mapped_column(String(64), primary_key=True)  # a kind, or a kind and a signer
    position: Mapped[int] = mapped_column(BigInteger)  # a row's number, or microseconds since 1970


class Delivery(Base):
    """One message to one subscriber; `id` is its place in the order. Writers: `exchange.gather` inserts, `exchange.deliver` goes on."""

    __tablename__ = "deliveries"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(String(36), unique=True)  # UUID that every try of it carries
    subscription_id: Mapped[str] = mapped_column(String(36), ForeignKey("subscriptions.id"))
    kind: Mapped[str] = mapped_column(String(32))
    subject: Mapped[str] = mapped_column(String(100))  # what it tells of: told once
    content: Mapped[dict[str, Any]] = mapped_column(JSON)  # what it says beside the events; never a payload
    records: Mapped[list[int]] = mapped_column(JSON)  # numbers of the records whose events are sent along
    made_at: Mapped[datetime] = mapped_column(Utc)
    state: Mapped[str] = mapped_column(String(16))
    tries: Mapped[int]
    tried_at: Mapped[datetime | None] = mapped_column(Utc)
    ended_at: Mapped[datetime | None] = mapped_column(Utc)
    status: Mapped[int | None]  # HTTP status of the last try, if it was answered
    problem: Mapped[str | None] = mapped_column(Told)  # of the last try

    __table_args__ = (
        UniqueConstraint("subscription_id", "kind", "subject"),
        _one_of("kind", HappeningKind),
        _one_of("state", DeliveryState),
        Index(
            "ix_deliveries_waiting",
            "subscription_id",
            "id",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        Index("ix_deliveries_log", "subscription_id", "id"),
        Index("ix_deliveries_ended", "ended_at"),
    )
