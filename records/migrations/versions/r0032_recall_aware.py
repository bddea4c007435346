"""A recall case knows when the complaint came in that led to it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One column, empty in the cases that are there: nobody said."""
    op.add_column("recall_cases", sa.Column("aware_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Forget it; the events of the cases tell it still."""
    op.drop_column("recall_cases", "aware_at")
