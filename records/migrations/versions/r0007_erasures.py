"""Requests to erase records, and what became of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0005"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
STANDING = sa.text("state <> 'rejected'")


def upgrade() -> None:
    """Make the table. A record has one request that stands."""
    op.create_table(
        "erasures",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("record_id", BIG_ID, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("ordered_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("asked_by", BIG_ID, nullable=False),
        sa.Column("asked_name", sa.String(200), nullable=False),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("decided_by", BIG_ID, nullable=True),
        sa.Column("decided_name", sa.String(200), nullable=True),
        sa.Column("receipt_id", BIG_ID, nullable=True),
        sa.CheckConstraint("state IN ('asked', 'erased', 'rejected')", name=op.f("ck_erasures_state")),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name="fk_erasures_record_id_records"),
        sa.ForeignKeyConstraint(["receipt_id"], ["records.id"], name="fk_erasures_receipt_id_records"),
        sa.PrimaryKeyConstraint("id", name="pk_erasures"),
    )
    op.create_index("ix_erasures_asked_at", "erasures", ["asked_at"])
    op.create_index("ix_erasures_record_id", "erasures", ["record_id"], unique=True, sqlite_where=STANDING, postgresql_where=STANDING)


def downgrade() -> None:
    """Take it away; what was erased stays erased."""
    op.drop_table("erasures")
