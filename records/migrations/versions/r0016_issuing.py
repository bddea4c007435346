"""Coding rules, orders of codes, and the codes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0013"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
CODE = sa.Text(collation="C").with_variant(sa.Text(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
RUNNING, KNOWN = sa.text("state = 'running'"), sa.text("state IS NOT NULL")
STATES = "state IN ('issued', 'printed', 'applied', 'activated', 'void')"


def upgrade() -> None:
    """Six tables of their own."""
    _rules()
    op.create_table(
        "code_orders",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.String(100), nullable=False),
        sa.Column("wanted", sa.JSON(), nullable=False),
        sa.Column("rule_id", NUMBER, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(16), nullable=False),
        sa.Column("holder", sa.String(200), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("period", sa.String(10), nullable=False),
        sa.Column("first", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(16), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("asked_by", sa.String(200), nullable=False),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.CheckConstraint("state IN ('running', 'done', 'failed')", name="ck_code_orders_state"),
        sa.CheckConstraint("purpose IN ('own', 'range')", name="ck_code_orders_purpose"),
        sa.CheckConstraint("level IN ('issued', 'printed', 'applied', 'void')", name="ck_code_orders_level"),
        sa.ForeignKeyConstraint(["rule_id"], ["coding_rules.id"], name="fk_code_orders_rule_id_coding_rules"),
        sa.PrimaryKeyConstraint("id", name="pk_code_orders"),
        sa.UniqueConstraint("member_id", "key", name="uq_code_orders_member_id_key"),
    )
    op.create_index("ix_code_orders_rule_id", "code_orders", ["rule_id", "period"])
    op.create_index("ix_code_orders_running", "code_orders", ["id"], sqlite_where=RUNNING, postgresql_where=RUNNING)
    _codes()


def downgrade() -> None:
    """Take them away."""
    for table in ("code_changes", "issued_codes", "code_orders", "code_counters", "coding_rule_versions", "coding_rules"):
        op.drop_table(table)


def _rules() -> None:
    op.create_table(
        "coding_rules",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("scheme", sa.String(16), nullable=False),
        sa.Column("level", sa.String(16), nullable=False),
        sa.Column("stem", CODE, nullable=False),
        sa.Column("only_issued", sa.Boolean(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_coding_rules"),
        sa.UniqueConstraint("member_id", "name", name="uq_coding_rules_member_id_name"),
    )
    op.create_index("ix_coding_rules_stem", "coding_rules", ["stem"])
    op.create_table(
        "coding_rule_versions",
        sa.Column("rule_id", NUMBER, nullable=False, autoincrement=False),
        sa.Column("version", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("definition", sa.JSON(), nullable=False),
        sa.Column("confirmed", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by", sa.String(200), nullable=False),
        sa.ForeignKeyConstraint(["rule_id"], ["coding_rules.id"], name="fk_coding_rule_versions_rule_id_coding_rules"),
        sa.PrimaryKeyConstraint("rule_id", "version", name="pk_coding_rule_versions"),
    )
    op.create_table(
        "code_counters",
        sa.Column("rule_id", NUMBER, nullable=False, autoincrement=False),
        sa.Column("period", sa.String(10), nullable=False),
        sa.Column("next", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["rule_id"], ["coding_rules.id"], name="fk_code_counters_rule_id_coding_rules"),
        sa.PrimaryKeyConstraint("rule_id", "period", name="pk_code_counters"),
    )


def _codes() -> None:
    op.create_table(
        "issued_codes",
        sa.Column("code", CODE, nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(16), nullable=True),
        sa.Column("event_id", sa.Text(), nullable=True),
        sa.CheckConstraint(STATES, name="ck_issued_codes_state"),
        sa.PrimaryKeyConstraint("code", name="pk_issued_codes"),
    )
    op.create_index("ix_issued_codes_order_id", "issued_codes", ["order_id", "number"], unique=True)
    op.create_index("ix_issued_codes_state", "issued_codes", ["order_id", "state"], sqlite_where=KNOWN, postgresql_where=KNOWN)
    op.create_table(
        "code_changes",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("order_id", NUMBER, nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(STATES, name="ck_code_changes_state"),
        sa.ForeignKeyConstraint(["order_id"], ["code_orders.id"], name="fk_code_changes_order_id_code_orders"),
        sa.PrimaryKeyConstraint("id", name="pk_code_changes"),
    )
    op.create_index("ix_code_changes_order_id", "code_changes", ["order_id", "number", "id"])
