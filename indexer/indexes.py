"""The secondary indexes of `anchors`, built once the backfill of a fresh mirror is done, one a step.

There is none for the block number: it rises with the position, so the primary key serves (`write.position_at`). Each index is one
statement that does nothing when it was done before, so a kill in between costs one index at most; the cursor's `indexed` says when
all stand.
"""

from __future__ import annotations

from sqlalchemy import inspect, text
from sqlalchemy.orm import Session

INDEXES = {
    "uq_anchors_item_id_seq": "CREATE UNIQUE INDEX IF NOT EXISTS uq_anchors_item_id_seq ON anchors (item_id, seq)",
    "ix_anchors_commitment": "CREATE INDEX IF NOT EXISTS ix_anchors_commitment ON anchors (commitment)",
    "ix_anchors_member_id": "CREATE INDEX IF NOT EXISTS ix_anchors_member_id ON anchors (member_id, position)",
}


def missing(session: Session) -> list[str]:
    """Names of the indexes that do not stand yet, in the order of building."""
    standing = {index["name"] for index in inspect(session.connection()).get_indexes("anchors")}
    return [name for name in INDEXES if name not in standing]


def build_next(session: Session) -> int:
    """Build one missing index; returns how many are still missing after it."""
    names = missing(session)
    if names:
        session.execute(text(INDEXES[names[0]]))
    return len(names[1:])
