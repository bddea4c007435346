"""Indexes for the console's lists, which are newest first and paged by key: each page is one walk along an index, however long the table.

- records by event time, and the same within one event type and one signer: the list of events and its filters.
- record_items by item and number (before: by item alone): the newest record of an item, and its records in their order, without a sort.
- record_items that wait for the chain, by number: what is pending, newest first, among millions that are not.
- captures that failed, by time: the few among many.
- audit_log by actor, action and subject, each with the number (before: alone): a filtered log in its order, without a sort.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0002"
branch_labels = None
depends_on = None

WAITING = sa.text("transaction_id IS NULL")
FAILED = sa.text("state = 'failure'")


def upgrade() -> None:
    """Build the new ones, replace the narrower ones."""
    op.create_index("ix_records_event_time", "records", ["event_time", "id"])
    op.create_index("ix_records_event_type", "records", ["event_type", "event_time", "id"])
    op.create_index("ix_records_signer", "records", ["signer", "event_time", "id"])
    op.drop_index("ix_record_items_item_id", "record_items")
    op.create_index("ix_record_items_item_id", "record_items", ["item_id", "id"])
    op.create_index("ix_record_items_waiting", "record_items", ["id"], sqlite_where=WAITING, postgresql_where=WAITING)
    op.create_index("ix_captures_failed", "captures", ["received_at", "id"], sqlite_where=FAILED, postgresql_where=FAILED)
    for column in ("actor", "action", "subject"):
        op.drop_index(f"ix_audit_log_{column}", "audit_log")
        op.create_index(f"ix_audit_log_{column}", "audit_log", [column, "id"])


def downgrade() -> None:
    """Back to the narrower ones."""
    for column in ("actor", "action", "subject"):
        op.drop_index(f"ix_audit_log_{column}", "audit_log")
        op.create_index(f"ix_audit_log_{column}", "audit_log", [column])
    for name, table in (
        ("ix_captures_failed", "captures"),
        ("ix_record_items_waiting", "record_items"),
        ("ix_record_items_item_id", "record_items"),
        ("ix_records_signer", "records"),
        ("ix_records_event_type", "records"),
        ("ix_records_event_time", "records"),
    ):
        op.drop_index(name, table)
    op.create_index("ix_record_items_item_id", "record_items", ["item_id"])
