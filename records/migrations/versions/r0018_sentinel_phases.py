"""Two more phases of the sentinel's round; times of erasures and seals to the millisecond, as the events on the chain tell them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

PHASES = "phase IN ('records', 'transactions', 'anchors', 'members'{})"
MORE = ", 'captures', 'receipts'"
TIMES = (("erasures", "asked_at"), ("erasures", "decided_at"), ("audit_seals", "at"))


def upgrade() -> None:
    """Allow them, and cut the times."""
    _allow(MORE)
    sqlite = op.get_bind().dialect.name == "sqlite"
    for table, column in TIMES:
        name = f'"{column}"'
        cut = f"substr({name}, 1, 23) || '000'" if sqlite else f"date_trunc('milliseconds', {name})"
        op.execute(sa.text(f"UPDATE {table} SET {name} = {cut}"))  # noqa: S608 (names of ours)


def downgrade() -> None:
    """A round that is in one of them begins anew."""
    op.execute(sa.text("DELETE FROM sentinel_rounds WHERE phase IN ('captures', 'receipts')"))
    _allow("")


def _allow(more: str) -> None:
    with op.batch_alter_table("sentinel_rounds") as rounds:
        rounds.drop_constraint("ck_sentinel_rounds_phase", type_="check")
        rounds.create_check_constraint("ck_sentinel_rounds_phase", PHASES.format(more))
