"""Processes that judge events for the capture worker, or re-hash records for the sentinel, so that a second core is used.

They hold nothing: a killed one costs its piece of work, which is done again. They end with the process that
opened them, also when that is killed.
"""

from __future__ import annotations

import gc
import os
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import records.prepare  # noqa: F401 (loaded here, so that the first piece does not wait for it)
from telemetry import logs

_OBJECTS_UNTIL_COLLECTION = 100_000  # judging makes many objects and hardly a cycle; by default a quarter of its time goes into looking


def open_pool(processes: int, name: str = "capture", *, gives_way: int = 0) -> ProcessPoolExecutor:
    """A pool, warm: its processes have loaded what they need, and log as `name`. Close it with `shutdown(cancel_futures=True)`.

    `gives_way` is by how much they are nicer than who opens the pool.
    """
    pool = ProcessPoolExecutor(processes, mp_context=get_context("spawn"), initializer=_begin, initargs=(os.getpid(), name, gives_way))
    for _ in range(processes):
        pool.submit(os.getpid)
    return pool


def _begin(parent: int, name: str, gives_way: int) -> None:
    logs.start(name)
    os.nice(gives_way)
    gc.set_threshold(_OBJECTS_UNTIL_COLLECTION)
    threading.Thread(target=_watch, args=(parent,), daemon=True).start()


def _watch(parent: int) -> None:
    """An orphan would wait for work for ever: its own end of the queue keeps the queue open."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(0)
