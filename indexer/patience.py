"""A chain that is asked again: a request that fails fast is repeated a little later, so that a bad answer costs moments, not steps.

Between `follow` and `ledger_client.chain`. What fails three times, or slowly, or with a longer wait asked for, is a failure of the step.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from indexer.span import Source
from ledger_client.deployment import Deployment
from ledger_client.errors import NodeUnavailable
from ledger_client.member_logs import MemberLog
from ledger_client.onchain import Anchor, Block, Head

T = TypeVar("T")

ATTEMPTS = 3
FIRST_WAIT, LONGEST_WAIT = 0.02, 0.5  # seconds


class Patient:
    """The same `Source`, with small patience. See there for the methods."""

    def __init__(self, chain: Source) -> None:
        self._chain = chain

    @property
    def deployment(self) -> Deployment:
        """See Source."""
        return self._chain.deployment

    def check_identity(self) -> None:
        """See Source."""
        _again(self._chain.check_identity)

    def block(self, number: int | str | None = None) -> Block:
        """See Source."""
        return _again(lambda: self._chain.block(number))

    def blocks(self, first: int, last: int) -> list[Block]:
        """See Source."""
        return _again(lambda: self._chain.blocks(first, last))

    def anchors(self, first: int, last: int, times: Mapping[int, int] | None = None) -> list[Anchor]:
        """See Source."""
        return _again(lambda: self._chain.anchors(first, last, times))

    def member_logs(self, first: int, last: int) -> list[MemberLog]:
        """See Source."""
        return _again(lambda: self._chain.member_logs(first, last))

    def heads(self, item_ids: Sequence[bytes], block: int | str | None = None) -> list[Head]:
        """See Source."""
        return _again(lambda: self._chain.heads(item_ids, block))

    def total(self, block: int | str | None = None) -> int:
        """See Source."""
        return _again(lambda: self._chain.total(block))

    def call(self, to: bytes, data: bytes, block: int | str | None = None) -> bytes:
        """See Source."""
        return _again(lambda: self._chain.call(to, data, block))


def _again(ask: Callable[[], T]) -> T:
    wait = FIRST_WAIT
    for _ in range(ATTEMPTS - 1):
        begun = time.monotonic()
        try:
            return ask()
        except NodeUnavailable as error:
            wait = max(wait * 2, error.retry_after or 0.0)
            if wait > LONGEST_WAIT or time.monotonic() - begun > LONGEST_WAIT:
                raise
        time.sleep(wait)
    return ask()
