"""Holds of a recall case are placed and released in portions: the case knows what is under way, who said so, and in which event."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Four columns, empty: what was frozen before was frozen at once."""
    columns = (("moving", sa.String(8)), ("moving_name", sa.String(200)), ("moving_record", NUMBER), ("moving_after", sa.Integer()))
    for name, kind in columns:
        op.add_column("recall_cases", sa.Column(name, kind, nullable=True))


def downgrade() -> None:
    """Forget it; what is not held by then is not held."""
    for name in ("moving", "moving_name", "moving_record", "moving_after"):
        op.drop_column("recall_cases", name)
