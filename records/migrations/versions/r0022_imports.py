"""Imports of tables: mappings, files, and their rows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0020"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Three tables of their own."""
    op.create_table(
        "import_mappings",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("definition", sa.JSON(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_import_mappings"),
        sa.UniqueConstraint("member_id", "name", "version", name="uq_import_mappings_member_id_name_version"),
    )
    op.create_table(
        "imports",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.String(100), nullable=False),
        sa.Column("file_mac", sa.LargeBinary(32), nullable=False),
        sa.Column("file_name", sa.String(200), nullable=False),
        sa.Column("mapping_id", NUMBER, nullable=False),
        sa.Column("behaviour", sa.String(16), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("capture_id", sa.String(36), nullable=True),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by", sa.String(200), nullable=False),
        sa.CheckConstraint("behaviour IN ('rollback', 'proceed')", name="ck_imports_behaviour"),
        sa.ForeignKeyConstraint(["mapping_id"], ["import_mappings.id"], name="fk_imports_mapping_id_import_mappings"),
        sa.ForeignKeyConstraint(["capture_id"], ["captures.id"], name="fk_imports_capture_id_captures"),
        sa.PrimaryKeyConstraint("id", name="pk_imports"),
        sa.UniqueConstraint("member_id", "key", name="uq_imports_member_id_key"),
    )
    op.create_index("ix_imports_made_at", "imports", ["member_id", "made_at", "id"])
    op.create_table(
        "import_rows",
        sa.Column("import_id", sa.String(36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("event", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(16), nullable=True),
        sa.Column("problem", sa.JSON(none_as_null=True), nullable=True),
        sa.CheckConstraint("outcome IN ('invalid', 'rolled_back')", name="ck_import_rows_outcome"),
        sa.ForeignKeyConstraint(["import_id"], ["imports.id"], name="fk_import_rows_import_id_imports"),
        sa.PrimaryKeyConstraint("import_id", "number", name="pk_import_rows"),
    )


def downgrade() -> None:
    """Take them away."""
    for table in ("import_rows", "imports", "import_mappings"):
        op.drop_table(table)
