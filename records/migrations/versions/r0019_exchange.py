"""What goes out by itself: named queries, subscriptions, deliveries; and secrets shared with others."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
ACTIVE, WAITING = sa.text("state = 'active'"), sa.text("state = 'waiting'")


def upgrade() -> None:
    """Five tables of their own."""
    op.create_table(
        "held_secrets",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("kek_version", sa.Integer(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["kek_version"], ["key_versions.version"], name="fk_held_secrets_kek_version_key_versions"),
        sa.PrimaryKeyConstraint("id", name="pk_held_secrets"),
    )
    op.create_index("ix_held_secrets_kek_version", "held_secrets", ["kek_version"])
    op.create_table(
        "named_queries",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("query", sa.JSON(), nullable=False),
        sa.Column("prefixes", sa.JSON(), nullable=False),
        sa.Column("account_id", NUMBER, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_named_queries_account_id_accounts"),
        sa.PrimaryKeyConstraint("id", name="pk_named_queries"),
        sa.UniqueConstraint("name", name="uq_named_queries_name"),
    )
    _subscriptions()
    _deliveries()


def downgrade() -> None:
    """Take them away."""
    for table in ("deliveries", "subscription_marks", "subscriptions", "named_queries", "held_secrets"):
        op.drop_table(table)


def _subscriptions() -> None:
    op.create_table(
        "subscriptions",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("query_id", NUMBER, nullable=True),
        sa.Column("dest", sa.Text(), nullable=False),
        sa.Column("secret_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", NUMBER, nullable=False),
        sa.Column("key_digest", sa.LargeBinary(32), nullable=True),
        sa.Column("schedule", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("report_if_empty", sa.Boolean(), nullable=False),
        sa.Column("initial_record_time", MOMENT, nullable=True),
        sa.Column("runs_at", MOMENT, nullable=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("next_at", MOMENT, nullable=False),
        sa.Column("notified_at", MOMENT, nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.CheckConstraint("state IN ('active', 'ended')", name="ck_subscriptions_state"),
        sa.ForeignKeyConstraint(["query_id"], ["named_queries.id"], name="fk_subscriptions_query_id_named_queries"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_subscriptions_account_id_accounts"),
        sa.PrimaryKeyConstraint("id", name="pk_subscriptions"),
    )
    op.create_index("ix_subscriptions_query_id", "subscriptions", ["query_id"])
    op.create_index("ix_subscriptions_active", "subscriptions", ["next_at"], sqlite_where=ACTIVE, postgresql_where=ACTIVE)
    op.create_table(
        "subscription_marks",
        sa.Column("subscription_id", sa.String(36), nullable=False),
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["subscription_id"], ["subscriptions.id"], name="fk_subscription_marks_subscription_id_subscriptions"),
        sa.PrimaryKeyConstraint("subscription_id", "source", name="pk_subscription_marks"),
    )


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("key", sa.String(36), nullable=False),
        sa.Column("subscription_id", sa.String(36), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("subject", sa.String(100), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("records", sa.JSON(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("tried_at", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('query', 'event.stored', 'event.anchored', 'capture.failed', 'sentinel.finding', 'codes.ready')",
            name="ck_deliveries_kind",
        ),
        sa.CheckConstraint("state IN ('waiting', 'delivered', 'given_up', 'cancelled')", name="ck_deliveries_state"),
        sa.ForeignKeyConstraint(["subscription_id"], ["subscriptions.id"], name="fk_deliveries_subscription_id_subscriptions"),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
        sa.UniqueConstraint("key", name="uq_deliveries_key"),
        sa.UniqueConstraint("subscription_id", "kind", "subject", name="uq_deliveries_subscription_id_kind_subject"),
    )
    op.create_index("ix_deliveries_waiting", "deliveries", ["subscription_id", "id"], sqlite_where=WAITING, postgresql_where=WAITING)
    op.create_index("ix_deliveries_log", "deliveries", ["subscription_id", "id"])
    op.create_index("ix_deliveries_ended", "deliveries", ["ended_at"])
