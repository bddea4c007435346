"""Stock by place and lot. The job `keep` fills it from the records."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0028"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
CODE = sa.Text(collation="C").with_variant(sa.Text(), "sqlite")
DUE, OPEN, LEFT = sa.text("due_at IS NOT NULL"), sa.text("until IS NULL"), sa.text("went IN ('transit', 'sold')")


def upgrade() -> None:
    """Five tables, empty."""
    op.create_table(
        "stock_goods",
        sa.Column("thing_id", NUMBER, nullable=False, autoincrement=False),
        sa.Column("code", CODE, nullable=False),
        sa.Column("product", CODE, nullable=False),
        sa.Column("expires", sa.Integer(), nullable=True),
        sa.Column("touched", NUMBER, nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("cost", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("thing_id", name="pk_stock_goods"),
    )
    op.create_index("ix_stock_goods_due_at", "stock_goods", ["due_at"], sqlite_where=DUE, postgresql_where=DUE)
    op.create_index("ix_stock_goods_expires", "stock_goods", ["expires"])
    op.create_index("ix_stock_goods_product", "stock_goods", ["product", "expires"])
    op.create_table(
        "stock_stays",
        sa.Column("thing_id", NUMBER, nullable=False, autoincrement=False),
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("product", CODE, nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.Float(53), nullable=True),
        sa.Column("uom", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.Column("record_id", NUMBER, nullable=False),
        sa.Column("over", NUMBER, nullable=True),
        sa.Column("went", sa.String(8), nullable=True),
        sa.PrimaryKeyConstraint("thing_id", "number", name="pk_stock_stays"),
        sa.ForeignKeyConstraint(["thing_id"], ["stock_goods.thing_id"], name="fk_stock_stays_thing_id_stock_goods"),
    )
    op.create_index("ix_stock_stays_open", "stock_stays", ["place", "product", "state"], sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_index("ix_stock_stays_product", "stock_stays", ["product", "place", "until"])
    op.create_index("ix_stock_stays_left", "stock_stays", ["until", "over", "thing_id"], sqlite_where=LEFT, postgresql_where=LEFT)
    op.create_table(
        "stock_kinds",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("signer", sa.LargeBinary(20), nullable=False),
        sa.Column("event_type", sa.Text(), nullable=False),
        sa.Column("biz_step", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_stock_kinds"),
        sa.UniqueConstraint("signer", "event_type", "biz_step", name="uq_stock_kinds_signer_event_type_biz_step"),
    )
    op.create_table(
        "stock_goods_kinds",
        sa.Column("kind_id", NUMBER, nullable=False, autoincrement=False),
        sa.Column("thing_id", NUMBER, nullable=False, autoincrement=False),
        sa.PrimaryKeyConstraint("kind_id", "thing_id", name="pk_stock_goods_kinds"),
        sa.ForeignKeyConstraint(["kind_id"], ["stock_kinds.id"], name="fk_stock_goods_kinds_kind_id_stock_kinds"),
        sa.ForeignKeyConstraint(["thing_id"], ["stock_goods.thing_id"], name="fk_stock_goods_kinds_thing_id_stock_goods"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_stock_goods_kinds_thing_id", "stock_goods_kinds", ["thing_id"])
    op.create_table(
        "stock_marks",
        sa.Column("id", sa.SmallInteger(), nullable=False, autoincrement=False),
        sa.Column("form", sa.BigInteger(), nullable=False),
        sa.Column("record_id", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_stock_marks"),
    )


def downgrade() -> None:
    """Take them away; nothing that people wrote is lost."""
    for table in ("stock_marks", "stock_goods_kinds", "stock_kinds", "stock_stays", "stock_goods"):
        op.drop_table(table)
