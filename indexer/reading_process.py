"""A process that reads the chain for a backfill, so that asking, parsing and decoding use another core than checking and writing.

Between `piece` and `reader`. It knows nothing and decides nothing: it is told what to read at which pace, and hands back what the node
said. Whatever goes wrong in it (a node in trouble, a kill), its answer is none: the reader then reads the same piece itself, and the
next one is asked of a new process if this one died. It ends with the process that started it, also when that is killed, because the
line between them closes.
"""

from __future__ import annotations

import pickle
import signal
import socket
import struct
import subprocess
import sys
from dataclasses import astuple
from io import BufferedRWPair
from typing import Any, cast

from indexer.pace import Pace
from indexer.patience import ATTEMPTS, Patient
from indexer.piece import PIECE_SECONDS, Answer, Streamed, read_piece
from indexer.span import Span
from ledger_client.chain import Chain
from ledger_client.errors import LedgerError
from ledger_client.onchain import Anchor
from telemetry.logs import log

_ANCHOR = struct.Struct(">Q32sI32s20sIQQ32sI32s")  # an `Anchor` in 184 bytes: a third of the time of pickling it
_REQUESTS = 3  # of which one answer is made: headers, anchors, member events


class ReadingProcess:
    """The process as its parent sees it; to be used by one thread at a time."""

    def __init__(self, chain: Chain) -> None:
        self._chain = chain
        self._line: BufferedRWPair | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def running(self) -> bool:
        """Whether it was started and not stopped."""
        return self._process is not None

    @property
    def pid(self) -> int | None:
        """The process's number while it runs."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start it unless it runs. A request may be made at once."""
        if self._process:
            return
        rpc = self._chain.rpc
        ours, theirs = socket.socketpair()
        with ours, theirs:
            self._process = subprocess.Popen([sys.executable, "-m", __name__], stdin=theirs.fileno(), stdout=theirs.fileno())  # noqa: S603 (ourselves)
            ours.settimeout(PIECE_SECONDS + (ATTEMPTS * _REQUESTS + 1) * rpc.timeout)
            self._line = ours.makefile("rwb")  # keeps the socket open
        pickle.dump((rpc.url, self._chain.deployment, rpc.timeout), self._line)

    def read(self, pace: Pace, answers: int, first: int, head: int) -> Span | None:
        """`read_piece` done there, and `pace` taught; None when that failed for whatever reason."""
        asked = astuple(pace)
        try:
            found = self._answer((asked, answers, first, head))
        except (OSError, EOFError, pickle.UnpicklingError) as problem:
            code = self._process.poll() if self._process else None
            log.warning("reading.process_ended", code=code, reason=str(problem) or type(problem).__name__)
            self.stop()
            return None
        if found is None:
            return None
        learned, last, blocks, packed, member_logs = found
        if astuple(pace) == asked:  # nothing else was learned meanwhile
            pace.size, pace.cap, pace.calm = learned
        return Span(first, last, blocks, [*map(Anchor._make, _ANCHOR.iter_unpack(packed))], member_logs)

    def stop(self) -> None:
        """End it if it runs; it holds nothing."""
        if self._process:
            self._process.kill()
            self._process.wait()
        self._process = self._line = None

    def _answer(self, question: tuple[object, ...]) -> tuple[Any, ...] | None:
        self.start()
        assert self._line  # noqa: S101 (narrows the type)
        pickle.dump(question, self._line)
        self._line.flush()
        return cast("tuple[Any, ...] | None", pickle.load(self._line))  # noqa: S301 (our own process, on a line of ours)


def serve() -> None:
    """The process: read what is asked for until the other end of the line closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    line = socket.socket(fileno=0).makefile("rwb")
    try:
        url, deployment, timeout = pickle.load(line)  # noqa: S301 (our parent)
        answer = Streamed(Patient(Chain(url, deployment, timeout)))
        while True:
            asked, answers, first, head = pickle.load(line)  # noqa: S301
            pickle.dump(_told(answer, Pace(*asked), answers, first, head), line)
            line.flush()
    except (OSError, EOFError):
        return


def _told(answer: Answer, pace: Pace, answers: int, first: int, head: int) -> tuple[object, ...] | None:
    """What to hand back: the pace learned and the span, its anchors packed."""
    try:
        span = read_piece(answer, pace, answers, first, head)
        packed = b"".join([_ANCHOR.pack(*anchor) for anchor in span.anchors])
    except (LedgerError, struct.error):  # the parent asks itself, and hears it
        return None
    return astuple(pace), span.last, span.blocks, packed, span.member_logs


if __name__ == "__main__":
    serve()
