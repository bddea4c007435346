"""The indexes of search, and which master data they hold. The job `keep` fills them, also with what is old."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Five tables, empty, and a column that is NULL everywhere."""
    op.create_table(
        "search_terms",
        sa.Column("term", sa.BigInteger(), nullable=False),
        sa.Column("block", NUMBER, nullable=False),
        sa.Column("records", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("term", "block", name="pk_search_terms"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_search_terms_block", "search_terms", ["block"], postgresql_using="brin")
    op.create_table(
        "search_codes",
        sa.Column("ending", sa.BigInteger(), nullable=False),
        sa.Column("entry", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("ending", "entry", name="pk_search_codes"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "search_names",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_search_names"),
        sa.UniqueConstraint("code", name="uq_search_names_code"),
    )
    op.create_table(
        "search_name_terms",
        sa.Column("term", sa.BigInteger(), nullable=False),
        sa.Column("name_id", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("term", "name_id", name="pk_search_name_terms"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_search_name_terms_name_id", "search_name_terms", ["name_id"])
    op.create_table(
        "search_marks",
        sa.Column("name", sa.String(16), nullable=False),
        sa.Column("form", sa.BigInteger(), nullable=False),
        sa.Column("record_id", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_search_marks"),
    )
    op.add_column("vocabulary", sa.Column("indexed", sa.Boolean(), nullable=True))
    waiting = sa.text("indexed IS NULL")
    op.create_index("ix_vocabulary_waiting", "vocabulary", ["code"], sqlite_where=waiting, postgresql_where=waiting)


def downgrade() -> None:
    """Take them away; nothing that people wrote is lost."""
    op.drop_index("ix_vocabulary_waiting", "vocabulary")
    op.drop_column("vocabulary", "indexed")
    for table in ("search_marks", "search_name_terms", "search_names", "search_codes", "search_terms"):
        op.drop_table(table)
