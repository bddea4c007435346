"""Seals of rows that people made: coding rules, orders of codes, named queries, subscriptions, import mappings, imports.

What is there is sealed as it stands.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from records.row_seals import SEALED, seal_all

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One table, and the seals of all that is there."""
    op.create_table(
        "row_seals",
        sa.Column("table_name", sa.String(32), nullable=False),
        sa.Column("row_key", sa.String(80), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("table_name", "row_key", name="pk_row_seals"),
    )
    found = sa.MetaData()
    found.reflect(op.get_bind(), only=lambda name, _: name in SEALED)
    seal_all(op.get_bind(), found)


def downgrade() -> None:
    """Take it away."""
    op.drop_table("row_seals")
