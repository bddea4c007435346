"""A span: all that the node says of a run of blocks, read in one go and not believed yet.

From `ledger_client.chain` to `fold`. The block before the span is read again with it, uncached: its hash ties the span to
what the mirror already holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from indexer.columns import Columns, columns_of
from ledger_client.deployment import Deployment
from ledger_client.errors import Fork
from ledger_client.member_logs import MemberLog
from ledger_client.onchain import Anchor, Block, Head
from ledger_client.sentences import sentence


class Source(Protocol):
    """What the indexer asks of a chain; `ledger_client.chain.Chain` is one. Every answer is read anew."""

    @property
    def deployment(self) -> Deployment:
        """Which ledger is read."""

    def check_identity(self) -> None:
        """Raise WrongChain unless the node serves the deployment's chain and contracts."""

    def block(self, number: int | str | None = None) -> Block:
        """A header, the newest one without a number; NotFound for a block that the chain does not have."""

    def blocks(self, first: int, last: int) -> list[Block]:
        """Headers from `first` to `last`."""

    def anchors(self, first: int, last: int, times: Mapping[int, int] | None = None) -> list[Anchor]:
        """The ledger's anchors in these blocks; `times` are the blocks' times, for nodes that leave them out of logs."""

    def member_logs(self, first: int, last: int) -> list[MemberLog]:
        """The events of Members.sol in these blocks."""

    def heads(self, item_ids: Sequence[bytes], block: int | str | None = None) -> list[Head]:
        """Heads of items after a block, in the same order."""

    def total(self, block: int | str | None = None) -> int:
        """How many anchors the ledger holds after a block."""

    def call(self, to: bytes, data: bytes, block: int | str | None = None) -> bytes:
        """A contract's answer to a view function."""


class Span(NamedTuple):
    """What the node said of the blocks `first` … `last`; `blocks` begins one earlier."""

    first: int
    last: int
    blocks: list[Block]
    anchors: Columns
    member_logs: list[MemberLog]

    @property
    def width(self) -> int:
        """How many blocks it spans."""
        return self.last - self.first + 1

    @property
    def size(self) -> int:
        """How many anchors it holds."""
        return len(self.anchors.position)

    def joined(self, after: Span) -> Span:
        """This span and the one right after it as one; what the node said twice of the block between them must be the same."""
        if after.blocks[0].hash != self.blocks[-1].hash:
            raise Fork(sentence("hash of block {number}", number=self.last), self.blocks[-1].hash, after.blocks[0].hash)
        blocks, logs = self.blocks + after.blocks[1:], self.member_logs + after.member_logs
        return Span(self.first, after.last, blocks, self.anchors.followed_by(after.anchors), logs)


def read(chain: Source, first: int, last: int) -> Span:
    """Ask the node for one span. Logs of a fork that happens meanwhile do not fit the headers, and `fold` sees it."""
    blocks = chain.blocks(first - 1, last)
    times = {block.number: block.time for block in blocks}
    anchors = columns_of(chain.anchors(first, last, times))
    return Span(first, last, blocks, anchors, chain.member_logs(first, last))
