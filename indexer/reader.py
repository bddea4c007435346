"""Reads the next piece of the chain at the right width, and the one after it in a thread while the first is being checked and written.

From `span.read` to `follow`. A piece is several answers of the node put together: answers are fastest at one to two megabytes,
transactions at twenty thousand rows. What was read ahead is used only if it is exactly what is asked for next, and checked like any other.
"""

from __future__ import annotations

import time
from concurrent.futures import Future, ThreadPoolExecutor

from indexer.pace import Pace
from indexer.span import Source, Span, read
from ledger_client.errors import LedgerError, NodeRefused, RangeTooWide

PIECE_ANCHORS = 20_000
PIECE_SECONDS = 1.0
MOST_ANSWERS = 16


class Reader:
    """The pace learned so far, and the read that is under way. `ahead`: read ahead in a thread."""

    def __init__(self, *, ahead: bool = False) -> None:
        self.pace = Pace()
        self._answers = 1  # how many make a piece; doubles while all is well
        self._pool = ThreadPoolExecutor(1, "read-ahead") if ahead else None
        self._coming: tuple[int, int, Future[Span]] | None = None

    def next(self, chain: Source, first: int, head: int) -> Span:
        """The piece that begins at `first`, at most up to `head`; raises what the node's last failure was."""
        coming, self._coming = self._coming, None
        fits = coming is not None and coming[0] == first and coming[1] <= head
        span = coming[2].result() if coming and fits else self._piece(chain, first, head)
        self._answers = min(MOST_ANSWERS, self._answers * 2)
        if self._pool and span.last < head:
            self._coming = span.last + 1, head, self._pool.submit(self._piece, chain, span.last + 1, head)
        return span

    def disbelieved(self, span: Span, error: LedgerError) -> None:
        """Note that a piece failed a check: it will be read again, narrower."""
        if self._coming:
            self._coming[2].cancel()
        self._coming, self._answers = None, 1
        self.pace.failed(min(span.width, self.pace.size), error)

    def close(self) -> None:
        """Stop the thread."""
        if self._pool:
            self._pool.shutdown(cancel_futures=True)

    def _piece(self, chain: Source, first: int, head: int) -> Span:
        """Answers one after the other until they make a piece; a failure after the first answer ends it early."""
        begun = time.monotonic()
        span = self._answer(chain, first, head)
        for _ in range(self._answers - 1):
            if span.last == head or len(span.anchors) >= PIECE_ANCHORS or time.monotonic() - begun > PIECE_SECONDS:
                break
            try:
                span = span.joined(self._answer(chain, span.last + 1, head))
            except LedgerError:  # it will be asked again, as the first of the next piece
                break
        return span

    def _answer(self, chain: Source, first: int, head: int) -> Span:
        """One span, narrowed until the node answers it."""
        while True:
            last = min(head, first + self.pace.size - 1)
            begun = time.monotonic()
            try:
                span = read(chain, first, last)
            except LedgerError as error:
                if first == last:
                    raise
                self.pace.failed(last - first + 1, error)
                if not isinstance(error, (RangeTooWide, NodeRefused)):
                    raise
            else:
                self.pace.worked(span.width, len(span.anchors), time.monotonic() - begun)
                return span
