"""Who took part in which event. The job `keep` draws old records."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Three tables, empty."""
    op.create_table(
        "things",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("item_id", sa.LargeBinary(32), nullable=False),
        sa.Column("code", sa.Text(collation="C").with_variant(sa.Text(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_things"),
        sa.UniqueConstraint("item_id", name="uq_things_item_id"),
    )
    op.create_table(
        "participations",
        sa.Column("record_id", NUMBER, nullable=False, autoincrement=False),
        sa.Column("place", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("thing_id", NUMBER, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.SmallInteger(), nullable=False),
        sa.Column("action", sa.SmallInteger(), nullable=False),
        sa.Column("quantity", sa.Float(53), nullable=True),
        sa.Column("uom", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("record_id", "place", name="pk_participations"),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name="fk_participations_record_id_records"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_participations_thing_id", "participations", ["thing_id", "at", "record_id"])
    op.create_table(
        "genealogy_marks",
        sa.Column("id", sa.SmallInteger(), nullable=False, autoincrement=False),
        sa.Column("record_id", NUMBER, nullable=False),
        sa.Column("upto", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_genealogy_marks"),
    )
    op.execute("INSERT INTO genealogy_marks (id, record_id, upto) SELECT 1, 0, coalesce(max(id), 0) FROM records")


def downgrade() -> None:
    """Take them away; nothing that people wrote is lost."""
    for table in ("genealogy_marks", "participations", "things"):
        op.drop_table(table)
