"""Reads the next piece of the chain, and the one after it while the first is being checked and written.

From `piece` to `follow`. Ahead means in a thread, and far from the head of the chain in another process (`reading_process`), so that
a backfill uses a second core. What was read ahead is used only if it is exactly what is asked for next, and checked like any other.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor

from indexer.pace import Pace
from indexer.piece import one_by_one, read_piece
from indexer.reading_process import ReadingProcess
from indexer.span import Source, Span
from ledger_client.chain import Chain
from ledger_client.errors import LedgerError

MOST_ANSWERS = 16
FAR = 200  # blocks to go from which on another process reads


class Reader:
    """The pace learned so far, and the read that is under way. `ahead`: the chain to read ahead; `far`: see FAR."""

    def __init__(self, *, ahead: Chain | None = None, far: int = FAR) -> None:
        self.pace = Pace()
        self.process = ReadingProcess(ahead) if ahead else None
        self._far = far
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
            self._coming = span.last + 1, head, self._pool.submit(self._ahead, chain, span.last + 1, head)
        elif self._pool and self.process and self.process.running:
            self._pool.submit(self.process.stop)
        return span

    def disbelieved(self, span: Span, error: LedgerError) -> None:
        """Note that a piece failed a check: it will be read again, narrower."""
        if self._coming:
            self._coming[2].cancel()
        self._coming, self._answers = None, 1
        self.pace.failed(min(span.width, self.pace.size), error)

    def close(self) -> None:
        """Stop the thread and the process."""
        if self._pool and self.process:
            self._pool.shutdown(cancel_futures=True)
            self.process.stop()

    def _piece(self, chain: Source, first: int, head: int) -> Span:
        """Read here; the process starts meanwhile, if there is much to read."""
        if self._pool and self.process and head - first >= self._far:
            self._pool.submit(self.process.start)
        return read_piece(one_by_one(chain), self.pace, self._answers, first, head)

    def _ahead(self, chain: Source, first: int, head: int) -> Span:
        """Read by the process, or by this thread if it need not be started for the little that is left, or cannot answer."""
        if self.process and (self.process.running or head - first >= self._far):
            span = self.process.read(self.pace, self._answers, first, head)
            if span:
                return span
        return read_piece(one_by_one(chain), self.pace, self._answers, first, head)
