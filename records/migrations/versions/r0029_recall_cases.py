"""Recall cases, their units and what became of them; holds know the case that placed them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0030"  # landed first
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
CODE = sa.Text(collation="C").with_variant(sa.Text(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
OPEN = sa.text("released_at IS NULL")
SINGLE = sa.text("released_at IS NULL AND case_id IS NULL")


def upgrade() -> None:
    """Three tables, and a column of holds."""
    _cases()
    _units()
    _accounts()
    op.add_column("holds", sa.Column("case_id", sa.String(36), nullable=True))
    op.drop_index("ix_holds_code", "holds")
    op.create_index("ix_holds_code", "holds", ["code"], unique=True, sqlite_where=SINGLE, postgresql_where=SINGLE)
    op.create_index("ix_holds_case_id", "holds", ["case_id", "code"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_index("ix_holds_standing", "holds", ["code"], sqlite_where=OPEN, postgresql_where=OPEN)


def downgrade() -> None:
    """Holds of cases stay as holds of their member where no other stands on the thing."""
    op.drop_index("ix_holds_standing", "holds")
    op.drop_index("ix_holds_case_id", "holds")
    op.drop_index("ix_holds_code", "holds")
    op.drop_column("holds", "case_id")
    op.create_index("ix_holds_code", "holds", ["code"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN)
    for table in ("recall_accounts", "recall_units", "recall_cases"):
        op.drop_table(table)


def _cases() -> None:
    op.create_table(
        "recall_cases",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("number", sa.String(16), nullable=False),
        sa.Column("code", CODE, nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("member_id", NUMBER, nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("grade", sa.SmallInteger(), nullable=False),
        sa.Column("suspicion", sa.JSON(), nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("opened_name", sa.String(200), nullable=False),
        sa.Column("opened_record", NUMBER, nullable=False),
        sa.Column("refreshed_at", MOMENT, nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("events", "starts", "units", "fresh", "gone")),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("ends", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("frozen_at", MOMENT, nullable=True),
        sa.Column("frozen_name", sa.String(200), nullable=True),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.Column("closed_name", sa.String(200), nullable=True),
        sa.Column("conclusion", sa.Text(), nullable=True),
        sa.Column("remainder_reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_recall_cases"),
        sa.UniqueConstraint("number", name="uq_recall_cases_number"),
        sa.UniqueConstraint("code", name="uq_recall_cases_code"),
        sa.ForeignKeyConstraint(["opened_record"], ["records.id"], name="fk_recall_cases_opened_record_records"),
    )
    op.create_index("ix_recall_cases_opened_at", "recall_cases", ["opened_at"])


def _units() -> None:
    op.create_table(
        "recall_units",
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("thing_id", NUMBER, nullable=False),
        sa.Column("code", CODE, nullable=False),
        sa.Column("product", CODE, nullable=False),
        sa.Column("level", sa.String(8), nullable=False),
        sa.Column("how", sa.String(8), nullable=False),
        sa.Column("quantity", sa.Float(53), nullable=True),
        sa.Column("uom", sa.String(8), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("outcome", sa.String(10), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("record", NUMBER, nullable=False),
        sa.Column("place_key", sa.BigInteger(), nullable=False),
        sa.Column("place_record", NUMBER, nullable=True),
        sa.Column("owner_key", sa.BigInteger(), nullable=False),
        sa.Column("owner_record", NUMBER, nullable=True),
        sa.Column("owner_member_id", NUMBER, nullable=True),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("case_id", "number", name="pk_recall_units"),
        sa.ForeignKeyConstraint(["case_id"], ["recall_cases.id"], name="fk_recall_units_case_id_recall_cases"),
    )
    op.create_index("ix_recall_units_owner", "recall_units", ["case_id", "owner_member_id", "owner_key"])


def _accounts() -> None:
    op.create_table(
        "recall_accounts",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("member_id", NUMBER, nullable=True),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("owner_key", sa.BigInteger(), nullable=False),
        sa.Column("product", CODE, nullable=False),
        sa.Column("uom", sa.String(8), nullable=False),
        sa.Column("outcome", sa.String(10), nullable=False),
        sa.Column("quantity", sa.Float(53), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by_name", sa.String(200), nullable=False),
        sa.Column("record", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_recall_accounts"),
        sa.ForeignKeyConstraint(["case_id"], ["recall_cases.id"], name="fk_recall_accounts_case_id_recall_cases"),
        sa.ForeignKeyConstraint(["record"], ["records.id"], name="fk_recall_accounts_record_records"),
    )
    op.create_index("ix_recall_accounts_case_id", "recall_accounts", ["case_id"])
