"""Request ids that follow an event, and the figures of background jobs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A capture knows its request; the audit log is found by request; jobs leave their figures."""
    op.add_column("captures", sa.Column("request_id", sa.String(64), nullable=True))
    op.create_index("ix_audit_log_request_id", "audit_log", ["request_id"])
    op.create_table(
        "process_samples",
        sa.Column("process", sa.String(16), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("labels", sa.String(500), nullable=False),
        sa.Column("value", sa.Float(53), nullable=False),
        sa.PrimaryKeyConstraint("process", "name", "labels", name="pk_process_samples"),
    )


def downgrade() -> None:
    """Take them away; nothing that people wrote is lost."""
    op.drop_table("process_samples")
    op.drop_index("ix_audit_log_request_id", "audit_log")
    op.drop_column("captures", "request_id")
