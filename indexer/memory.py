"""What a running indexer remembers between two steps, for speed only.

Nothing in it is needed to be right: a step with an empty memory gives the same rows, and a memory that does not fit the cursor
found in the database is dropped.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from indexer.heads import Heads
from indexer.models import Cursor
from indexer.reader import Reader
from ledger_client.onchain import Block

WINDOW = 256


@dataclass(slots=True)
class Memory:
    """`window`: headers kept, so the deepest fork that is followed without an operator's word; at least the chain's finality depth."""

    window: int = WINDOW
    reader: Reader = field(default_factory=Reader)
    head: Block | None = None  # the newest block seen
    head_is_old: bool = False  # after a failure: ask for it again
    identified: bool = False  # the node was asked which chain it serves; from then on the hashes tell, and every fork asks again
    heads: Heads | None = None  # of all items, during a first backfill
    heads_at: tuple[int, bytes, int] | None = None  # the cursor that `heads` belongs to
    failures: int = 0  # turns in a row that came to nothing

    def heads_for(self, cursor: Cursor) -> Heads | None:
        """The heads in memory, if they are those of this cursor."""
        return self.heads if self.heads_at == _place(cursor) else None

    def keep_heads(self, cursor: Cursor, heads: Heads | None) -> None:
        """Remember all heads as of this cursor."""
        self.heads, self.heads_at = heads, _place(cursor)

    def close(self) -> None:
        """Stop reading ahead."""
        self.reader.close()


def _place(cursor: Cursor) -> tuple[int, bytes, int]:
    return cursor.position, cursor.hash, cursor.rewinds
