"""Holds: things that must not be shipped until they are released."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0026"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
CODE = sa.Text(collation="C").with_variant(sa.Text(), "sqlite")
OPEN = sa.text("released_at IS NULL")


def upgrade() -> None:
    """One table."""
    op.create_table(
        "holds",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("code", CODE, nullable=False),
        sa.Column("member_id", NUMBER, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("placed_name", sa.String(200), nullable=False),
        sa.Column("placed_record", NUMBER, nullable=False),
        sa.Column("release_reason", sa.Text(), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_name", sa.String(200), nullable=True),
        sa.Column("released_record", NUMBER, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_holds"),
        sa.ForeignKeyConstraint(["placed_record"], ["records.id"], name="fk_holds_placed_record_records"),
        sa.ForeignKeyConstraint(["released_record"], ["records.id"], name="fk_holds_released_record_records"),
    )
    op.create_index("ix_holds_placed_at", "holds", ["placed_at"])
    op.create_index("ix_holds_code", "holds", ["code"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN)


def downgrade() -> None:
    """Take it away; the events of the holds stay."""
    op.drop_table("holds")
