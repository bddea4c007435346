"""Until when stays were good, and marks of departures that overtook what expires earlier. The job `keep` walks all goods anew for it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

LEFT = sa.text("went IN ('transit', 'sold')")
GOOD, OVERTOOK = sa.text("good_until IS NOT NULL"), sa.text("overtook_at IS NOT NULL")
COLUMNS = {"expires": sa.Integer(), "good_until": sa.BigInteger(), "overtook_at": sa.BigInteger()}
Indexes = dict[str, tuple[list[str], sa.TextClause | None]]
OLD: Indexes = {"product": (["product", "place", "until"], None), "left": (["until", "over", "thing_id"], LEFT)}
NEW: Indexes = {"good": (["product", "place", "good_until"], GOOD), "overtook": (["overtook_at", "over", "thing_id"], OVERTOOK)}


def upgrade() -> None:
    """Three columns, and other indexes."""
    for name, kind in COLUMNS.items():
        op.add_column("stock_stays", sa.Column(name, kind, nullable=True))
    _change(OLD, NEW)


def downgrade() -> None:
    """The indexes of before."""
    _change(NEW, OLD)
    for name in COLUMNS:
        op.drop_column("stock_stays", name)


def _change(old: Indexes, new: Indexes) -> None:
    for name in old:
        op.drop_index(f"ix_stock_stays_{name}", "stock_stays")
    for name, (columns, where) in new.items():
        op.create_index(f"ix_stock_stays_{name}", "stock_stays", columns, sqlite_where=where, postgresql_where=where)
