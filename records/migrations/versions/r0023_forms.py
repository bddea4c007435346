"""Subscriptions: the spelling of EPCs, and XML, as they were asked for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Two columns; what was there goes on as it was."""
    op.add_column("subscriptions", sa.Column("epc_format", sa.String(32), nullable=False, server_default="Never_Translates"))
    op.add_column("subscriptions", sa.Column("cbv_xml_format", sa.String(32), nullable=True))


def downgrade() -> None:
    """Take them away."""
    for column in ("cbv_xml_format", "epc_format"):
        op.drop_column("subscriptions", column)
