"""The sentinel's rounds, findings and messages."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0007"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
WAITING = sa.text("state = 'waiting'")


def upgrade() -> None:
    """Three tables of its own."""
    op.create_table(
        "sentinel_rounds",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("open", sa.Boolean(), nullable=True),
        sa.Column("began_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("phase", sa.String(16), nullable=False),
        *(
            sa.Column(name, sa.BigInteger(), nullable=False)
            for name in ("place", "position", "total", "records", "transactions", "anchors", "foreign_anchors", "found", "unlisted")
        ),
        sa.Column("waits", sa.Text(), nullable=True),
        sa.Column("waits_since", MOMENT, nullable=True),
        sa.Column("worked_at", MOMENT, nullable=False),
        sa.CheckConstraint("phase IN ('records', 'transactions', 'anchors', 'members')", name="ck_sentinel_rounds_phase"),
        sa.PrimaryKeyConstraint("id", name="pk_sentinel_rounds"),
        sa.UniqueConstraint("open", name="uq_sentinel_rounds_open"),
    )
    op.create_table(
        "sentinel_findings",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("table_name", sa.String(64), nullable=False),
        sa.Column("row_key", sa.String(200), nullable=False),
        sa.Column("column_name", sa.String(64), nullable=False),
        sa.Column("expected", sa.Text(), nullable=False),
        sa.Column("found", sa.Text(), nullable=False),
        sa.Column("first_seen", MOMENT, nullable=False),
        sa.Column("last_seen", MOMENT, nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("state_at", MOMENT, nullable=False),
        sa.Column("state_by", sa.String(200), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("told", sa.String(16), nullable=False),
        sa.CheckConstraint("kind IN ('altered', 'missing', 'added')", name="ck_sentinel_findings_kind"),
        sa.CheckConstraint("state IN ('open', 'acknowledged', 'resolved')", name="ck_sentinel_findings_state"),
        sa.PrimaryKeyConstraint("id", name="pk_sentinel_findings"),
        sa.UniqueConstraint(
            "table_name", "row_key", "column_name", "kind", name="uq_sentinel_findings_table_name_row_key_column_name_kind"
        ),
    )
    op.create_index("ix_sentinel_findings_state", "sentinel_findings", ["state", "id"])
    op.create_table(
        "sentinel_notices",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'sent', 'given_up')", name="ck_sentinel_notices_state"),
        sa.PrimaryKeyConstraint("id", name="pk_sentinel_notices"),
    )
    op.create_index("ix_sentinel_notices_waiting", "sentinel_notices", ["next_at"], sqlite_where=WAITING, postgresql_where=WAITING)


def downgrade() -> None:
    """Take them away; another round finds again what is wrong."""
    for table in ("sentinel_notices", "sentinel_findings", "sentinel_rounds"):
        op.drop_table(table)
