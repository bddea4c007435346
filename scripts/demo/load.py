"""Drives a history into a running system, with functions that the caller injects; knows neither HTTP nor the chain.

Simulated time moves in windows (3 hours by default). For each window that has uploads: the chain's clock is set to the
window's end, the uploads are captured, and `settle` returns when they are anchored. So the chain's times follow
`captured_at` by at most one window, never precede it, and the number of blocks stays small. A crash between windows leaves whole windows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from scripts.demo.diary import Entry
from scripts.demo.story import midnight

WINDOW = timedelta(hours=3)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the load has come: the simulated time, and counts since its start."""

    simulated: datetime
    documents: int = 0
    events: int = 0
    windows: int = 0


def load(
    entries: Iterable[Entry],
    capture: Callable[[str, dict[str, Any]], object],
    set_clock: Callable[[int], object],
    settle: Callable[[], object],
    report: Callable[[Progress], object] = lambda _: None,
    window: timedelta = WINDOW,
) -> Progress | None:
    """Load `entries` (in order of captured_at); None when there were none.

    `capture(member, document)` hands one document over, `set_clock(seconds)` sets the chain's clock (Unix time, only ever forward),
    `settle()` waits until everything captured is anchored, `report` hears of each finished window. Whatever they raise ends the load.
    """
    progress = None
    for end, uploads in groupby(entries, key=lambda entry: _window_end(entry.captured_at, window)):
        progress = progress or Progress(end)
        set_clock(int(end.timestamp()))
        documents = [(entry.member, entry.document) for entry in uploads]
        for member, document in documents:
            capture(member, document)
        settle()
        events = sum(len(document["epcisBody"]["eventList"]) for _, document in documents)
        progress = Progress(end, progress.documents + len(documents), progress.events + events, progress.windows + 1)
        report(progress)
    return progress


def start_for(now: datetime, days: int) -> datetime:
    """The midnight from which a history of `days` days ends with the midnight before `now` (China): nothing lies in the future."""
    return midnight(now) - timedelta(days=days)


def _window_end(captured_at: datetime, window: timedelta) -> datetime:
    """The end of the window that `captured_at` falls into; windows start at midnight, an exact end belongs to its window."""
    day = midnight(captured_at)
    return day + window * -((day - captured_at) // window)
