"""The index over sealed events, and records by the time of their capture. The job `keep` fills the index, also of old records."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0014"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Three tables, empty."""
    op.create_table(
        "record_terms",
        sa.Column("term", sa.BigInteger(), nullable=False),
        sa.Column("record_id", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("term", "record_id", name="pk_record_terms"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_record_terms_record_id", "record_terms", ["record_id"], postgresql_using="brin")
    op.create_table(
        "known_values",
        sa.Column("field", sa.String(16), nullable=False),
        sa.Column("term", sa.BigInteger(), nullable=False),
        sa.Column("record_id", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("field", "term", name="pk_known_values"),
    )
    op.create_index("ix_known_values_record_id", "known_values", ["record_id"])
    op.create_index("ix_known_values_field", "known_values", ["field", "record_id", "term"])
    op.create_table(
        "index_marks",
        sa.Column("id", sa.SmallInteger(), nullable=False, autoincrement=False),
        sa.Column("form", sa.BigInteger(), nullable=False),
        sa.Column("record_id", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_index_marks"),
    )
    op.create_index("ix_records_captured_at", "records", ["captured_at", "id"])
    if op.get_bind().dialect.name == "postgresql":  # words that many records have, and codes that few have
        op.execute("ALTER TABLE record_terms ALTER COLUMN term SET STATISTICS 1000")


def downgrade() -> None:
    """Take them away; nothing that people wrote is lost."""
    op.drop_index("ix_records_captured_at", "records")
    for table in ("index_marks", "known_values", "record_terms"):
        op.drop_table(table)
