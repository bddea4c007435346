"""Seals of members' links and label templates; what is there is sealed as it stands."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from records.row_seals import seal_all

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

TABLES = ("item_links", "label_templates")


def upgrade() -> None:
    """Seal them; revision 0024 has done so already where it ran a moment ago."""
    downgrade()
    found = sa.MetaData()
    found.reflect(op.get_bind(), only=TABLES)
    seal_all(op.get_bind(), found)


def downgrade() -> None:
    """Take the seals away."""
    seals = sa.table("row_seals", sa.column("table_name"))
    op.execute(seals.delete().where(seals.c.table_name.in_(TABLES)))
