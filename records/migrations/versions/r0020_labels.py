"""Label templates, print jobs and their files."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
RUNNING = sa.text("state = 'running'")


def upgrade() -> None:
    """Three tables of their own."""
    op.create_table(
        "label_templates",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("template", sa.JSON(), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("changed_by", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_label_templates"),
        sa.UniqueConstraint("member_id", "name", name="uq_label_templates_member_id_name"),
    )
    op.create_table(
        "label_jobs",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("order_id", NUMBER, nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("template_name", sa.String(200), nullable=False),
        sa.Column("template_version", sa.Integer(), nullable=False),
        sa.Column("template", sa.JSON(), nullable=False),
        sa.Column("form", sa.String(16), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("asked_by", sa.String(200), nullable=False),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.CheckConstraint("state IN ('running', 'done', 'printed', 'failed')", name="ck_label_jobs_state"),
        sa.ForeignKeyConstraint(["order_id"], ["code_orders.id"], name="fk_label_jobs_order_id_code_orders"),
        sa.PrimaryKeyConstraint("id", name="pk_label_jobs"),
    )
    op.create_index("ix_label_jobs_order_id", "label_jobs", ["order_id", "id"])
    op.create_index("ix_label_jobs_running", "label_jobs", ["id"], sqlite_where=RUNNING, postgresql_where=RUNNING)
    op.create_table(
        "label_pieces",
        sa.Column("job_id", NUMBER, nullable=False, autoincrement=False),
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["label_jobs.id"], name="fk_label_pieces_job_id_label_jobs"),
        sa.PrimaryKeyConstraint("job_id", "number", name="pk_label_pieces"),
    )


def downgrade() -> None:
    """Take them away."""
    for table in ("label_pieces", "label_jobs", "label_templates"):
        op.drop_table(table)
