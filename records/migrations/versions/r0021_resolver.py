"""Members' links: where an item's code leads."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0022"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
CODE = sa.Text(collation="C").with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "item_links",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("pattern", CODE, nullable=False),
        sa.Column("link_type", sa.String(64), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("language", sa.String(35), nullable=False),
        sa.Column("media_type", sa.String(127), nullable=False),
        sa.Column("first", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_item_links"),
        sa.UniqueConstraint(
            "pattern", "link_type", "language", "media_type", "target", name="uq_item_links_pattern_link_type_language_media_type_target"
        ),
    )
    op.create_index("ix_item_links_member_id", "item_links", ["member_id", "pattern"])


def downgrade() -> None:
    """Drop it; the links are lost."""
    op.drop_table("item_links")
