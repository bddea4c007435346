"""What the walks along the audit log found."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0011"  # landed after it
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "audit_rounds",
        sa.Column("number", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("entries", BIG_ID, nullable=False),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
        sa.Column("breaks", sa.JSON(), nullable=False),
        sa.Column("reached", BIG_ID, nullable=False),
        sa.Column("reached_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("sealed", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("number", name="pk_audit_rounds"),
    )


def downgrade() -> None:
    """Drop it; the next round finds the same again, but for what was cut off since the last seal."""
    op.drop_table("audit_rounds")
