"""The tables people wrote into. Their shape is changed by `migrations` only; a test holds the two together.

Binary columns hold bytes, never hex. `signer` is the 20-byte address that writes for a member. Times are UTC.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Float, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from records.columns import Address, BigId, Code, Hash, Told, Utc
from records.database import Base


class Behaviour(StrEnum):
    """What one invalid event does to its document (EPCIS 2.0 `GS1-Capture-Error-Behaviour`)."""

    ROLLBACK = "rollback"
    PROCEED = "proceed"


class CaptureState(StrEnum):
    """Where a capture job stands."""

    RUNNING = "running"
    SUCCESS = "success"
    FAILURE = "failure"


class Outcome(StrEnum):
    """What became of one event of a document."""

    STORED = "stored"
    DUPLICATE = "duplicate"
    INVALID = "invalid"
    ROLLED_BACK = "rolled_back"  # valid in itself, not stored because another event of the document was not


class TransactionState(StrEnum):
    """Where a signed transaction stands. Only a failed one has given its items back to the queue."""

    SIGNED = "signed"
    SENT = "sent"
    MINED = "mined"
    FINAL = "final"
    FAILED = "failed"


class LaneState(StrEnum):
    """How publishing for one signer goes."""

    READY = "ready"
    WAITING = "waiting"  # the node does not answer
    STUCK = "stuck"  # sent long ago, not in a block, or not accepted by the node
    PAUSED = "paused"  # the contract refuses this signer, or a transaction failed
    WRONG_CHAIN = "wrong_chain"


def _one_of(column: str, values: type[StrEnum]) -> CheckConstraint:
    return CheckConstraint(f"{column} IN ({', '.join(repr(str(value)) for value in values)})", name=column)


class Capture(Base):
    """An EPCIS document as received (`documents`), and the job that stores its events. Writer: `records.capture`."""

    __tablename__ = "captures"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)  # UUID
    received_at: Mapped[datetime] = mapped_column(Utc, index=True)
    finished_at: Mapped[datetime | None] = mapped_column(Utc)
    signer: Mapped[bytes] = mapped_column(Address)
    behaviour: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16))
    events_total: Mapped[int]
    events_done: Mapped[int]
    request_id: Mapped[str | None] = mapped_column(String(64))  # of the request that brought it
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True, deferred_raiseload=True)  # the document; NULL once destroyed

    __table_args__ = (
        _one_of("behaviour", Behaviour),
        _one_of("state", CaptureState),
        Index("ix_captures_running", "received_at", sqlite_where=text("state = 'running'"), postgresql_where=text("state = 'running'")),
        Index(
            "ix_captures_failed", "received_at", "id", sqlite_where=text("state = 'failure'"), postgresql_where=text("state = 'failure'")
        ),
    )


class CaptureResult(Base):
    """What became of event number `index` of a capture. Writer: `records.capture`."""

    __tablename__ = "capture_results"

    capture_id: Mapped[str] = mapped_column(ForeignKey("captures.id"), primary_key=True)
    index: Mapped[int] = mapped_column(primary_key=True)
    outcome: Mapped[str] = mapped_column(String(16))
    event_id: Mapped[str | None] = mapped_column(Text)
    record_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("records.id"))
    problem: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))  # {"path", "rule", "fix"}

    __table_args__ = (
        _one_of("outcome", Outcome),
        Index(
            "ix_capture_results_record_id",
            "record_id",
            sqlite_where=text("record_id IS NOT NULL"),
            postgresql_where=text("record_id IS NOT NULL"),
        ),
    )


class Record(Base):
    """An event as stored. Writer: `records.capture`; a row is never changed after it was written."""

    __tablename__ = "records"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    event_id: Mapped[str] = mapped_column(Text)
    event_type: Mapped[str] = mapped_column(Text)
    event_time: Mapped[datetime] = mapped_column(Utc)
    biz_step: Mapped[str | None] = mapped_column(Text)  # as `disclosure.Kind` has it
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)  # payload (spec 3.4) and secret (spec 4.1): read through `contents`
    payload_mac: Mapped[bytes | None] = mapped_column(Hash)  # `seals.payload_mac` of the payload's hash (spec 3.4)
    commitment: Mapped[bytes] = mapped_column(Hash, index=True)  # spec 4.4
    signer: Mapped[bytes] = mapped_column(Address)
    captured_at: Mapped[datetime] = mapped_column(Utc)
    # True, or NULL for an error declaration: NULLs are never equal, so that the constraint below
    # lets one signer give an event id to one event and to any number of its error declarations (spec 3.4).
    original: Mapped[bool | None]

    __table_args__ = (
        UniqueConstraint("payload_mac", "signer"),
        UniqueConstraint("event_id", "signer", "original"),
        Index("ix_records_event_time", "event_time", "id"),
        Index("ix_records_event_type", "event_type", "event_time", "id"),
        Index("ix_records_signer", "signer", "event_time", "id"),
        Index("ix_records_captured_at", "captured_at", "id"),
        Index("ix_records_biz_step", "biz_step", "event_time", "id"),
        Index(
            "ix_records_declarations",
            "event_time",
            "id",
            sqlite_where=text("original IS NULL"),
            postgresql_where=text("original IS NULL"),
        ),
    )


class RecordItem(Base):
    """One item of a record: one anchor to be written. `id` is its place in the queue of its signer.

    Writers: `records.capture` inserts; `records.publish` sets `transaction_id`, and nothing else.
    """

    __tablename__ = "record_items"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    record_id: Mapped[int] = mapped_column(BigId, ForeignKey("records.id"))
    item_id: Mapped[bytes] = mapped_column(Hash)
    item_code: Mapped[str] = mapped_column(Code)
    signer: Mapped[bytes] = mapped_column(Address)
    transaction_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("transactions.id"))  # NULL until signed

    __table_args__ = (
        UniqueConstraint("record_id", "item_id"),
        Index("ix_record_items_item_id", "item_id", "id"),
        Index("ix_record_items_item_code", "item_code"),
        Index(
            "ix_record_items_waiting", "id", sqlite_where=text("transaction_id IS NULL"), postgresql_where=text("transaction_id IS NULL")
        ),
        Index(
            "ix_record_items_queue",
            "signer",
            "id",
            sqlite_where=text("transaction_id IS NULL"),
            postgresql_where=text("transaction_id IS NULL"),
        ),
    )


class Transaction(Base):
    """A signed anchoring transaction, stored before it is sent. Writer: `records.publish`."""

    __tablename__ = "transactions"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    signer: Mapped[bytes] = mapped_column(Address)
    nonce: Mapped[int] = mapped_column(BigId)
    hash: Mapped[bytes] = mapped_column(Hash, unique=True)
    raw: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    items: Mapped[int]  # how many anchors, 1 to 500
    first_item: Mapped[int] = mapped_column(BigId)  # its items are among record_items.id first_item … last_item
    last_item: Mapped[int] = mapped_column(BigId)
    state: Mapped[str] = mapped_column(String(16))
    signed_at: Mapped[datetime] = mapped_column(Utc)
    changed_at: Mapped[datetime] = mapped_column(Utc)  # last time its state or problem changed
    sent_at: Mapped[datetime | None] = mapped_column(Utc)  # last time the bytes were given to a node
    tries: Mapped[int]  # how often
    block_number: Mapped[int | None] = mapped_column(BigId)  # where it was mined; if not, where another one was found to use its nonce
    block_hash: Mapped[bytes | None] = mapped_column(Hash)
    problem: Mapped[str | None] = mapped_column(Told)

    __table_args__ = (
        UniqueConstraint("signer", "nonce"),
        _one_of("state", TransactionState),
        Index(
            "ix_transactions_open",
            "signer",
            "nonce",
            sqlite_where=text("state IN ('signed', 'sent', 'mined')"),
            postgresql_where=text("state IN ('signed', 'sent', 'mined')"),
        ),
        Index("ix_transactions_failed", "id", sqlite_where=text("state = 'failed'"), postgresql_where=text("state = 'failed'")),
    )


class Lane(Base):
    """How publishing for one signer goes, for everybody to see. Writer: `records.publish`."""

    __tablename__ = "lanes"

    signer: Mapped[bytes] = mapped_column(Address, primary_key=True)
    state: Mapped[str] = mapped_column(String(16))
    since: Mapped[datetime] = mapped_column(Utc)
    problem: Mapped[str | None] = mapped_column(Told)
    failures: Mapped[int]  # failed transactions in a row; each doubles the pause

    __table_args__ = (_one_of("state", LaneState),)


class ProcessSample(Base):
    """One figure of a background job, for `/metrics`. Writer: `records.samples`, called by each job for itself."""

    __tablename__ = "process_samples"

    process: Mapped[str] = mapped_column(String(16), primary_key=True)
    name: Mapped[str] = mapped_column(String(100), primary_key=True)  # as in the exposition format
    labels: Mapped[str] = mapped_column(String(500), primary_key=True)  # JSON object, names sorted
    value: Mapped[float] = mapped_column(Float(53))


class Vocabulary(Base):
    """Master data that a signer sent along (names of products and places). Not anchored, so never evidence.

    Writers: `records.capture`, the newest document of a signer wins; `records.search.name_index` sets `indexed`, and nothing else.
    """

    __tablename__ = "vocabulary"

    type: Mapped[str] = mapped_column(Text, primary_key=True)  # e.g. urn:epcglobal:epcis:vtype:EPCClass
    code: Mapped[str] = mapped_column(Text, primary_key=True)  # canonical item code where it is one, else as given
    signer: Mapped[bytes] = mapped_column(Address, primary_key=True)
    attributes: Mapped[dict[str, Any]] = mapped_column(JSON)
    indexed: Mapped[bool | None]  # True once search knows it; NULL: not yet, or not as it stands now

    __table_args__ = (
        Index("ix_vocabulary_code", "code"),
        Index("ix_vocabulary_waiting", "code", sqlite_where=text("indexed IS NULL"), postgresql_where=text("indexed IS NULL")),
    )


class DisclosurePolicy(Base):
    """A version of a member's rules on which property goes to which audience. Writer: `records.audiences`; a row is never changed."""

    __tablename__ = "disclosure_policies"

    member_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)  # of the consortium, as the chain numbers it
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # 1, 2, 3 …; the newest holds
    rules: Mapped[list[dict[str, str]]] = mapped_column(JSON)  # spec 9.7
    reason: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(Utc)
    made_by: Mapped[str] = mapped_column(String(200))  # the account's name then


class RowSeal(Base):
    """What a row of another table says, under a keyed hash. Writer: `records.row_seals`, for whoever writes the row."""

    __tablename__ = "row_seals"

    table_name: Mapped[str] = mapped_column(String(32), primary_key=True)
    row_key: Mapped[str] = mapped_column(String(80), primary_key=True)  # its primary key, the parts with a space between
    sealed: Mapped[bytes] = mapped_column(LargeBinary)  # 32 bytes of HMAC-SHA256, then JSON: [table, key, {column: value}]
