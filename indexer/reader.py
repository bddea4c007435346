"""Reads the next span at the right width, and the one after it in a thread while the first is being written.

From `span.read` to `follow`. What was read ahead is used only if it is exactly what is asked for next; it is checked like any other.
"""

from __future__ import annotations

import time
from concurrent.futures import Future, ThreadPoolExecutor

from indexer.pace import Pace
from indexer.span import Source, Span, read
from ledger_client.errors import LedgerError, NodeRefused, RangeTooWide


class Reader:
    """The pace learned so far, and the read that is under way. `ahead`: read ahead in a thread."""

    def __init__(self, *, ahead: bool = False) -> None:
        self.pace = Pace()
        self._pool = ThreadPoolExecutor(1, "read-ahead") if ahead else None
        self._coming: tuple[int, int, Future[tuple[Span, float]]] | None = None

    def next(self, chain: Source, first: int, head: int) -> Span:
        """The span that begins at `first`, narrowed until the node answers it; raises what the node's last failure was."""
        while True:
            last, coming = self._take(first, head)
            try:
                span, seconds = coming.result() if coming else _timed(chain, first, last)
            except LedgerError as error:
                self._coming = None
                if first == last:
                    raise
                self.pace.failed(last - first + 1, error)
                if not isinstance(error, (RangeTooWide, NodeRefused)):
                    raise
                continue
            self.pace.worked(span.width, len(span.anchors), seconds)
            self._read_ahead(chain, last + 1, head)
            return span

    def disbelieved(self, span: Span, error: LedgerError) -> None:
        """Note that a span failed a check: it will be read again, narrower."""
        self._coming = None
        self.pace.failed(span.width, error)

    def close(self) -> None:
        """Stop the thread."""
        if self._pool:
            self._pool.shutdown(cancel_futures=True)

    def _take(self, first: int, head: int) -> tuple[int, Future[tuple[Span, float]] | None]:
        coming, self._coming = self._coming, None
        if coming and coming[0] == first and coming[1] <= head:
            return coming[1], coming[2]
        return min(head, first + self.pace.size - 1), None

    def _read_ahead(self, chain: Source, first: int, head: int) -> None:
        if self._pool and first <= head:
            last = min(head, first + self.pace.size - 1)
            self._coming = first, last, self._pool.submit(_timed, chain, first, last)


def _timed(chain: Source, first: int, last: int) -> tuple[Span, float]:
    """The span, and the seconds that it took the node and us to read it."""
    begun = time.monotonic()
    return read(chain, first, last), time.monotonic() - begun
