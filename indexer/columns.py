"""The anchors of a span, column by column: a backfill hands on, checks and writes them by the hundred thousand.

From `span.read` to `fold`. A loop over a column, or one call for all of it, takes half the time of one over rows; and the process that
reads ahead hands over columns three times as fast.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import starmap
from operator import add
from typing import NamedTuple

from ledger_client.onchain import Anchor


class Columns(NamedTuple):
    """The fields of `Anchor`, of all anchors; each column has as many values as there are anchors."""

    position: tuple[int, ...] = ()
    item_id: tuple[bytes, ...] = ()
    seq: tuple[int, ...] = ()
    commitment: tuple[bytes, ...] = ()
    signer: tuple[bytes, ...] = ()
    member_id: tuple[int, ...] = ()
    time: tuple[int, ...] = ()
    block_number: tuple[int, ...] = ()
    block_hash: tuple[bytes, ...] = ()
    log_index: tuple[int, ...] = ()
    tx_hash: tuple[bytes, ...] = ()

    def rows(self) -> Iterator[Anchor]:
        """The anchors one by one."""
        return starmap(Anchor, zip(*self, strict=True))

    def followed_by(self, others: Columns) -> Columns:
        """These anchors and then those."""
        return Columns(*map(add, self, others))


def columns_of(anchors: Sequence[Anchor]) -> Columns:
    """The same anchors as columns."""
    return Columns(*zip(*anchors, strict=True))
