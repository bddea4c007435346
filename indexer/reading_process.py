"""A process that reads the chain for a backfill, so that asking, parsing and decoding use another core than checking and writing.

Between `piece` and `reader`. It knows nothing and decides nothing: it is told what to read at which pace, and hands back what the node
said (`reading_program`). While it starts, and whatever goes wrong in it (a node in trouble, a kill), its answer is none: the reader then
reads the same piece itself, and the next one is asked of a new process if this one died. It ends with the process that started it, also
when that is killed, because the line between them closes.
"""

from __future__ import annotations

import marshal
import pickle
import select
import socket
import subprocess
import sys
from dataclasses import astuple
from io import BufferedRWPair
from typing import Any, cast

from indexer.columns import Columns
from indexer.pace import Pace
from indexer.patience import ATTEMPTS
from indexer.piece import PIECE_SECONDS
from indexer.reading_program import READY
from indexer.span import Span
from ledger_client.chain import Chain
from telemetry.logs import log

_PROGRAM = [sys.executable, "-m", "indexer.reading_program"]
_REQUESTS = 3  # of which one answer is made: headers, anchors, member events


class ReadingProcess:
    """The process as its parent sees it; to be used by one thread at a time."""

    def __init__(self, chain: Chain) -> None:
        self._chain = chain
        self._line: BufferedRWPair | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._said = select.poll()  # whether the process has said anything
        self._up = False

    @property
    def running(self) -> bool:
        """Whether it was started and not stopped."""
        return self._process is not None

    @property
    def pid(self) -> int | None:
        """The process's number while it runs."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start it unless it runs."""
        if self._process:
            return
        rpc = self._chain.rpc
        ours, theirs = socket.socketpair()
        with ours, theirs:
            self._process = subprocess.Popen(_PROGRAM, stdin=theirs.fileno(), stdout=theirs.fileno())  # noqa: S603 (ourselves)
            ours.settimeout(PIECE_SECONDS + (ATTEMPTS * _REQUESTS + 1) * rpc.timeout)
            self._line, self._said, self._up = ours.makefile("rwb"), select.poll(), False  # the file keeps the socket open
            self._said.register(ours, select.POLLIN)
        pickle.dump((rpc.url, self._chain.deployment, rpc.timeout), self._line)
        self._line.flush()

    def read(self, pace: Pace, answers: int, first: int, head: int) -> Span | None:
        """`read_piece` done there, and `pace` taught; None while it starts, and when that failed for whatever reason."""
        asked = astuple(pace)
        try:
            self.start()
            if not self._is_up():
                return None
            found = self._answer((asked, answers, first, head))
        except (OSError, EOFError, pickle.UnpicklingError) as problem:
            code = self._process.poll() if self._process else None
            log.warning("reading.process_ended", code=code, reason=str(problem) or type(problem).__name__)
            self.stop()
            return None
        if found is None:
            return None
        learned, last, blocks, columns, member_logs = found
        if astuple(pace) == asked:  # nothing else was learned meanwhile
            pace.size, pace.cap, pace.calm = learned
        return Span(first, last, blocks, Columns(*marshal.loads(columns)), member_logs)  # noqa: S302 (as below)

    def stop(self) -> None:
        """End it if it runs; it holds nothing."""
        if self._process:
            self._process.kill()
            self._process.wait()
        self._process = self._line = None

    def _is_up(self) -> bool:
        """Whether it can be asked, told without waiting. One that ended counts as up: the question finds that out."""
        if self._line and not self._up and self._said.poll(0):
            self._up = True
            self._line.read(len(READY))
        return self._up

    def _answer(self, question: tuple[object, ...]) -> tuple[Any, ...] | None:
        assert self._line  # noqa: S101 (narrows the type)
        pickle.dump(question, self._line)
        self._line.flush()
        return cast("tuple[Any, ...] | None", pickle.load(self._line))  # noqa: S301 (our own process, on a line of ours)
