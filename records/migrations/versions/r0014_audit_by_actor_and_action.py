"""An index for the audit log's entries of one actor and one action, newest first; that of the actor alone is its beginning."""

from __future__ import annotations

from alembic import op

revision = "0014"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Build it."""
    op.create_index("ix_audit_log_actor_action", "audit_log", ["actor", "action", "id"])


def downgrade() -> None:
    """Take it away."""
    op.drop_index("ix_audit_log_actor_action", "audit_log")
