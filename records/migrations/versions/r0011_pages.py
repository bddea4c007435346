"""What the console's pages look for: events by business step, error declarations, items by their code, failed transactions, and the
capture that a record came from.

The business step is filled from the payloads that are there, in the form that policies know kinds by.
"""

from __future__ import annotations

import orjson
import sqlalchemy as sa
from alembic import op

from records.prepare import business_step

revision = "0011"
down_revision = "0008"
branch_labels = None
depends_on = None

AT_ONCE = 5000
DECLARED = sa.text("original IS NULL")
FAILED = sa.text("state = 'failed'")
STORED = sa.text("record_id IS NOT NULL")
RECORDS = sa.table("records", sa.column("id", sa.BigInteger), sa.column("payload", sa.Text), sa.column("biz_step", sa.Text))


def upgrade() -> None:
    """Add the column, fill it, build the indexes. Codes sort by their bytes in PostgreSQL too, so that an index finds a prefix."""
    op.add_column("records", sa.Column("biz_step", sa.Text(), nullable=True))
    _fill(op.get_bind())
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("record_items", "item_code", type_=sa.Text(collation="C"))
    op.create_index("ix_records_biz_step", "records", ["biz_step", "event_time", "id"])
    op.create_index("ix_records_declarations", "records", ["event_time", "id"], sqlite_where=DECLARED, postgresql_where=DECLARED)
    op.create_index("ix_record_items_item_code", "record_items", ["item_code"])
    op.create_index("ix_transactions_failed", "transactions", ["id"], sqlite_where=FAILED, postgresql_where=FAILED)
    op.create_index("ix_capture_results_record_id", "capture_results", ["record_id"], sqlite_where=STORED, postgresql_where=STORED)


def downgrade() -> None:
    """Take them away; nothing that people wrote is lost."""
    for name, table in (
        ("ix_capture_results_record_id", "capture_results"),
        ("ix_transactions_failed", "transactions"),
        ("ix_record_items_item_code", "record_items"),
        ("ix_records_declarations", "records"),
        ("ix_records_biz_step", "records"),
    ):
        op.drop_index(name, table)
    op.drop_column("records", "biz_step")


def _fill(connection: sa.Connection) -> None:
    """A payload that is none any more keeps an empty step; the sentinel speaks of it, not this."""
    last = 0
    while rows := connection.execute(
        sa.select(RECORDS.c.id, RECORDS.c.payload).where(RECORDS.c.id > last).order_by(RECORDS.c.id).limit(AT_ONCE)
    ).all():
        last = rows[-1].id
        steps = [{"number": row.id, "step": step} for row in rows if (step := _step(row.payload)) is not None]
        if steps:
            connection.execute(
                sa.update(RECORDS).where(RECORDS.c.id == sa.bindparam("number")).values(biz_step=sa.bindparam("step")), steps
            )


def _step(payload: str) -> str | None:
    try:
        event = orjson.loads(payload)
    except ValueError:
        return None
    return business_step(event) if isinstance(event, dict) else None
