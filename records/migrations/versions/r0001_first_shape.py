"""The first shape of the tables of `records`; `records.models` says what each column means."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ADDRESS = sa.LargeBinary(20)
HASH = sa.LargeBinary(32)
MOMENT = sa.DateTime(timezone=True)
TABLES = ("record_items", "capture_results", "vocabulary", "transactions", "records", "lanes", "captures", "api_keys")


def upgrade() -> None:
    """Create the tables."""
    _api_keys()
    _captures()
    _records()
    _transactions()
    _lanes()
    _vocabulary()
    _capture_results()
    _record_items()


def downgrade() -> None:
    """Drop the tables, and everything in them."""
    for table in TABLES:
        op.drop_table(table)


def _api_keys() -> None:
    op.create_table(
        "api_keys",
        sa.Column("digest", HASH, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("signer", ADDRESS, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("digest", name="pk_api_keys"),
    )


def _captures() -> None:
    op.create_table(
        "captures",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.Column("signer", ADDRESS, nullable=False),
        sa.Column("behaviour", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("events_total", sa.Integer(), nullable=False),
        sa.Column("events_done", sa.Integer(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("behaviour IN ('rollback', 'proceed')", name=op.f("ck_captures_behaviour")),
        sa.CheckConstraint("state IN ('running', 'success', 'failure')", name=op.f("ck_captures_state")),
        sa.PrimaryKeyConstraint("id", name="pk_captures"),
    )
    op.create_index("ix_captures_received_at", "captures", ["received_at"])
    _partial_index("ix_captures_running", "captures", ["received_at"], "state = 'running'")


def _records() -> None:
    op.create_table(
        "records",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("event_type", sa.Text(), nullable=False),
        sa.Column("event_time", MOMENT, nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("payload_hash", HASH, nullable=False),
        sa.Column("secret", HASH, nullable=False),
        sa.Column("commitment", HASH, nullable=False),
        sa.Column("signer", ADDRESS, nullable=False),
        sa.Column("captured_at", MOMENT, nullable=False),
        sa.Column("original", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_records"),
        sa.UniqueConstraint("payload_hash", "signer", name="uq_records_payload_hash_signer"),
        sa.UniqueConstraint("event_id", "signer", "original", name="uq_records_event_id_signer_original"),
    )
    op.create_index("ix_records_commitment", "records", ["commitment"])


def _transactions() -> None:
    op.create_table(
        "transactions",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("signer", ADDRESS, nullable=False),
        sa.Column("nonce", BIG_ID, nullable=False),
        sa.Column("hash", HASH, nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.Column("first_item", BIG_ID, nullable=False),
        sa.Column("last_item", BIG_ID, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("signed_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("block_number", BIG_ID, nullable=True),
        sa.Column("block_hash", HASH, nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.CheckConstraint("state IN ('signed', 'sent', 'mined', 'final', 'failed')", name=op.f("ck_transactions_state")),
        sa.PrimaryKeyConstraint("id", name="pk_transactions"),
        sa.UniqueConstraint("hash", name="uq_transactions_hash"),
        sa.UniqueConstraint("signer", "nonce", name="uq_transactions_signer_nonce"),
    )
    _partial_index("ix_transactions_open", "transactions", ["signer", "nonce"], "state IN ('signed', 'sent', 'mined')")


def _lanes() -> None:
    op.create_table(
        "lanes",
        sa.Column("signer", ADDRESS, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('ready', 'waiting', 'stuck', 'paused', 'wrong_chain')", name=op.f("ck_lanes_state")),
        sa.PrimaryKeyConstraint("signer", name="pk_lanes"),
    )


def _vocabulary() -> None:
    op.create_table(
        "vocabulary",
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("signer", ADDRESS, nullable=False),
        sa.Column("attributes", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("type", "code", "signer", name="pk_vocabulary"),
    )
    op.create_index("ix_vocabulary_code", "vocabulary", ["code"])


def _capture_results() -> None:
    op.create_table(
        "capture_results",
        sa.Column("capture_id", sa.String(36), nullable=False),
        sa.Column("index", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=True),
        sa.Column("record_id", BIG_ID, nullable=True),
        sa.Column("problem", sa.JSON(none_as_null=True), nullable=True),
        sa.CheckConstraint("outcome IN ('stored', 'duplicate', 'invalid', 'rolled_back')", name=op.f("ck_capture_results_outcome")),
        sa.ForeignKeyConstraint(["capture_id"], ["captures.id"], name="fk_capture_results_capture_id_captures"),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name="fk_capture_results_record_id_records"),
        sa.PrimaryKeyConstraint("capture_id", "index", name="pk_capture_results"),
    )


def _record_items() -> None:
    op.create_table(
        "record_items",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("record_id", BIG_ID, nullable=False),
        sa.Column("item_id", HASH, nullable=False),
        sa.Column("item_code", sa.Text(), nullable=False),
        sa.Column("signer", ADDRESS, nullable=False),
        sa.Column("transaction_id", BIG_ID, nullable=True),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name="fk_record_items_record_id_records"),
        sa.ForeignKeyConstraint(["transaction_id"], ["transactions.id"], name="fk_record_items_transaction_id_transactions"),
        sa.PrimaryKeyConstraint("id", name="pk_record_items"),
        sa.UniqueConstraint("record_id", "item_id", name="uq_record_items_record_id_item_id"),
    )
    op.create_index("ix_record_items_item_id", "record_items", ["item_id"])
    _partial_index("ix_record_items_queue", "record_items", ["signer", "id"], "transaction_id IS NULL")


def _partial_index(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
