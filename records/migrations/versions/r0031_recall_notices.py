"""Notices of recall cases to the owners of their units, and a kind of happening that tells of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0029"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KINDS = ("query", "event.stored", "event.anchored", "capture.failed", "sentinel.finding", "codes.ready")
OPEN = sa.text("acknowledged_at IS NULL AND replaced_at IS NULL")
REMIND = sa.text("remind_at IS NOT NULL")


def upgrade() -> None:
    """One table, and a wider check."""
    op.create_table(
        "recall_notices",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("case_id", sa.String(36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("member_id", NUMBER, nullable=True),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("owner_key", sa.BigInteger(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("amounts", sa.JSON(), nullable=False),
        sa.Column("actions", sa.JSON(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_name", sa.String(200), nullable=False),
        sa.Column("sent_record", NUMBER, nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("remind_every", sa.Integer(), nullable=False),
        sa.Column("remind_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded", sa.Integer(), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_name", sa.String(200), nullable=True),
        sa.Column("entered_name", sa.String(200), nullable=True),
        sa.Column("acknowledged_record", NUMBER, nullable=True),
        sa.Column("found", sa.JSON(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_recall_notices"),
        sa.UniqueConstraint("case_id", "number", name="uq_recall_notices_case_id_number"),
        sa.ForeignKeyConstraint(["case_id"], ["recall_cases.id"], name="fk_recall_notices_case_id_recall_cases"),
        sa.ForeignKeyConstraint(["sent_record"], ["records.id"], name="fk_recall_notices_sent_record_records"),
        sa.ForeignKeyConstraint(["acknowledged_record"], ["records.id"], name="fk_recall_notices_acknowledged_record_records"),
    )
    op.create_index("ix_recall_notices_member", "recall_notices", ["member_id", "sent_at", "id"])
    op.create_index("ix_recall_notices_remind", "recall_notices", ["remind_at"], sqlite_where=REMIND, postgresql_where=REMIND)
    op.create_index("ix_recall_notices_open", "recall_notices", ["member_id"], sqlite_where=OPEN, postgresql_where=OPEN)
    _kinds((*KINDS, "recall.notice"))


def downgrade() -> None:
    """Take it away; the events of the notices stay."""
    op.execute("DELETE FROM deliveries WHERE kind = 'recall.notice'")
    _kinds(KINDS)
    op.drop_table("recall_notices")


def _kinds(kinds: tuple[str, ...]) -> None:
    """What a delivery may tell of."""
    with op.batch_alter_table("deliveries") as table:
        table.drop_constraint("ck_deliveries_kind", type_="check")
        table.create_check_constraint("ck_deliveries_kind", f"kind IN ({', '.join(map(repr, kinds))})")
