"""What the reading process runs: it reads what it is asked for, until the other end of its line closes.

From `piece` to `reading_process`, its parent. It starts in the middle of a backfill, so it imports no more than reading needs.
"""

from __future__ import annotations

import gc
import marshal
import pickle
import signal
import socket
from dataclasses import astuple

from indexer.pace import Pace
from indexer.patience import Patient
from indexer.piece import Answer, Streamed, read_piece
from ledger_client.chain import Chain
from ledger_client.errors import LedgerError

READY = b"\n"  # the first byte that it says


def serve() -> None:
    """Answer each question (pace, most answers, first block, head) of standard input with what `_told` says."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()  # to walk the tuples of anchors again and again costs a third of the time
    gc.freeze()
    line = socket.socket(fileno=0).makefile("rwb")
    try:
        url, deployment, timeout = pickle.load(line)  # noqa: S301 (our parent)
        answer = Streamed(Patient(Chain(url, deployment, timeout)))
        line.write(READY)
        line.flush()
        while True:
            asked, answers, first, head = pickle.load(line)  # noqa: S301
            pickle.dump(_told(answer, Pace(*asked), answers, first, head), line)
            line.flush()
            gc.collect()  # what failures left in circles; few anchors are here now
    except (OSError, EOFError):
        return


def _told(answer: Answer, pace: Pace, answers: int, first: int, head: int) -> tuple[object, ...] | None:
    """What to hand back: the pace learned and the span, the columns of its anchors marshalled, which takes a fifth of pickling them."""
    try:
        span = read_piece(answer, pace, answers, first, head)
    except LedgerError:  # the parent asks itself, and hears it
        return None
    return astuple(pace), span.last, span.blocks, marshal.dumps(tuple(span.anchors)), span.member_logs


if __name__ == "__main__":
    serve()
