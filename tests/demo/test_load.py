"""The driver: documents in order, the clock set before them, everything anchored before the clock moves on."""

from __future__ import annotations

from datetime import timedelta

import pytest

from scripts.demo import history
from scripts.demo.load import load


@pytest.fixture(scope="module")
def calls(start):
    """What the driver did to the system, in order, for a history of three days."""
    done = []
    progress = load(
        history(start, days=3),
        capture=lambda member, document: done.append(("capture", (member, document))),
        set_clock=lambda seconds: done.append(("clock", seconds)),
        settle=lambda: done.append(("settle", None)),
        report=lambda progress: done.append(("report", progress)),
    )
    return done, progress


def test_every_document_is_captured_once_and_in_order(calls, start):
    captured = [what for kind, what in calls[0] if kind == "capture"]
    assert captured == [(entry.member, entry.document) for entry in history(start, days=3)]


def test_the_clock_moves_forward_and_only_when_everything_is_settled(calls):
    kinds = [kind for kind, _ in calls[0]]
    clocks = [seconds for kind, seconds in calls[0] if kind == "clock"]
    assert clocks == sorted(set(clocks))
    assert all(kinds[number - 1] == "report" for number, kind in enumerate(kinds) if kind == "clock" and number)
    assert kinds.count("settle") == kinds.count("clock") == kinds.count("report")


def test_the_chain_time_is_never_before_the_capture_and_at_most_one_window_after(calls, start):
    entries = {id(entry.document): entry for entry in history(start, days=3)}
    captured_at = [entry.captured_at.timestamp() for entry in entries.values()]
    clock, delays = 0, []
    for kind, what in calls[0]:
        if kind == "clock":
            clock = what
        elif kind == "capture":
            delays.append(clock - captured_at[len(delays)])
    assert min(delays) >= 0
    assert max(delays) <= timedelta(hours=3).total_seconds()


def test_the_last_report_counts_everything(calls, start):
    entries = list(history(start, days=3))
    progress = calls[1]
    assert progress.documents == len(entries)
    assert progress.events == sum(len(entry.document["epcisBody"]["eventList"]) for entry in entries)
    assert progress.windows <= 3 * 8


def test_a_failing_capture_ends_the_load_at_once(start):
    seen = []

    def refuse(member, _document):
        seen.append(member)
        raise ConnectionError("the API is gone")

    with pytest.raises(ConnectionError):
        load(history(start, days=3), capture=refuse, set_clock=seen.append, settle=lambda: seen.append("settled"))
    assert len(seen) == 2


def test_an_empty_history_loads_to_nothing():
    assert load([], capture=print, set_clock=print, settle=print) is None
