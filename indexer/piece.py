"""Reads one piece of the chain: several answers of the node put together, each at the width that suits the node.

From `span.read` to `reader`, or to the process that reads for it (`reading_process`). Answers are fastest at one to two megabytes,
transactions of the database at twenty thousand rows.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from indexer.pace import Pace
from indexer.span import Source, Span, read
from ledger_client.errors import LedgerError, NodeRefused, RangeTooWide

PIECE_ANCHORS = 20_000
PIECE_SECONDS = 1.0
IN_FLIGHT = 2  # answers that a node prepares while another one is decoded

Answer = Callable[[Pace, int, int], Span]  # a span that begins at a block, at most up to another; teaches the pace


def read_piece(answer: Answer, pace: Pace, answers: int, first: int, head: int) -> Span:
    """Up to so many answers from `first` on, at most up to `head`.

    A failure after the first answer ends the piece early; that of the first is raised.
    """
    begun = time.monotonic()
    span = answer(pace, first, head)
    for _ in range(answers - 1):
        if span.last == head or span.size >= PIECE_ANCHORS or time.monotonic() - begun > PIECE_SECONDS:
            break
        try:
            span = span.joined(answer(pace, span.last + 1, head))
        except LedgerError:  # it will be asked again, as the first of the next piece
            break
    return span


def one_by_one(chain: Source) -> Answer:
    """Each answer is asked for when it is needed, and narrowed until the node gives it."""

    def answer(pace: Pace, first: int, head: int) -> Span:
        while True:
            last = min(head, first + pace.size - 1)
            try:
                span, seconds = _timed(chain, first, last)
            except LedgerError as error:
                if first == last:
                    raise
                pace.failed(last - first + 1, error)
                if not isinstance(error, (RangeTooWide, NodeRefused)):
                    raise
            else:
                pace.worked(span.width, span.size, seconds)
                return span

    return answer


class Streamed:
    """The same, with the next answers on their way already. A failure is raised as it is, and what was on its way is forgotten."""

    def __init__(self, chain: Source) -> None:
        self._chain = chain
        self._threads = ThreadPoolExecutor(IN_FLIGHT)
        self._coming: deque[tuple[int, int, Future[tuple[Span, float]]]] = deque()

    def __call__(self, pace: Pace, first: int, head: int) -> Span:
        """The span that begins at `first`."""
        if not self._coming or self._coming[0][0] != first or self._coming[0][1] >= first + pace.size:  # narrower now
            self._forget()
            self._ask(pace, first, head)
        while len(self._coming) <= IN_FLIGHT and self._coming[-1][1] < head:
            self._ask(pace, self._coming[-1][1] + 1, head)
        try:
            span, seconds = self._coming.popleft()[2].result()
        except LedgerError:
            self._forget()
            raise
        pace.worked(span.width, span.size, seconds)
        return span

    def _ask(self, pace: Pace, first: int, head: int) -> None:
        last = min(head, first + pace.size - 1)
        self._coming.append((first, last, self._threads.submit(_timed, self._chain, first, last)))

    def _forget(self) -> None:
        for _, _, future in self._coming:
            future.cancel()
        self._coming.clear()


def _timed(chain: Source, first: int, last: int) -> tuple[Span, float]:
    begun = time.monotonic()
    return read(chain, first, last), time.monotonic() - begun
