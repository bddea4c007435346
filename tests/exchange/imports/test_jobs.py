"""Imports on both databases: tried, done once whatever is sent twice, told row by row, whole after a kill."""

from __future__ import annotations

import csv as csv_module
import io
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from exchange.imports import files, jobs, mappings, report
from exchange.imports.jobs import Wanted, Whose
from exchange.imports.models import Import, ImportMapping
from issuing.gate import gate
from ledger_client.errors import Conflict, InvalidInput, NotFound
from records import capture
from records.models import Behaviour, Record
from tests.exchange.imports.tables import csv, line, mapping

Saved = Callable[..., ImportMapping]
Sessions = sessionmaker[Session]
BAD = line(2, 箱码="(01)06901234567893(10)L2")
ODD = line(3, 水分="=1+1")  # good, and would be computed


@pytest.fixture
def do(sessions: Sessions, whose: Whose, saved: Saved) -> Callable[..., Import]:
    """`do(rows, key)` imports rows and lets capture work through them."""

    def act(
        rows: Sequence[list[str]], key: str = "k1", behaviour: Behaviour = Behaviour.PROCEED, of: ImportMapping | None = None
    ) -> Import:
        with sessions.begin() as session:
            found, _ = jobs.place(session, whose, Wanted(csv(list(rows)), of or saved(), key, behaviour, "八月.csv"))
            session.expunge(found)
        work(sessions)
        return found

    return act


def work(sessions: Sessions) -> None:
    done = 1
    while done:
        with sessions.begin() as session:
            done = capture.step(session, check=gate)


def told(sessions: Sessions, one: Import, outcome: str = "") -> list[tuple[int, str, str]]:
    with sessions() as session:
        return [(row.number, row.outcome, row.column) for row in report.told(session, one, outcome=outcome)]


def stored(sessions: Sessions) -> int:
    with sessions() as session:
        return session.scalar(select(func.count()).select_from(Record)) or 0


def test_good_rows_are_stored_and_bad_ones_told_with_row_and_column(sessions: Sessions, do: Callable[..., Import]):
    rule = line(4, 送货单="x")
    one = do([line(1), BAD, line(1), rule])
    assert told(sessions, one) == [(2, "stored", ""), (3, "invalid", "箱码"), (4, "duplicate", ""), (5, "stored", "")]
    assert stored(sessions) == 2
    with sessions() as session:
        assert report.counts(session, one) == {"duplicate": 1, "invalid": 1, "stored": 2}
        assert not report.running(session, one)
    assert told(sessions, one, "invalid") == [(3, "invalid", "箱码")]


def test_with_rollback_one_bad_row_keeps_all_out(sessions: Sessions, do: Callable[..., Import]):
    one = do([line(1), BAD], behaviour=Behaviour.ROLLBACK)
    assert told(sessions, one) == [(2, "rolled_back", ""), (3, "invalid", "箱码")]
    assert stored(sessions) == 0


def test_a_rule_that_only_capture_knows_is_told_with_its_column(sessions: Sessions, whose: Whose, saved: Saved, do: Callable[..., Import]):
    of = saved(fields={"time": {"column": "日期"}, "items": {"column": "箱码"}, "step": {"column": "水分"}})
    one = do([line(1, 水分="no_such_step")], of=of)
    assert told(sessions, one) == [(2, "invalid", "水分")]
    with sessions() as session:
        tried = jobs.trial(session, whose, files.read(csv([line(1, 水分="no_such_step")])), mappings.said(of), "receiving", gate)
    assert [(row.number, row.outcome, row.column) for row in tried] == [(2, "invalid", "水分")]


def test_a_trial_says_what_an_import_then_does_and_stores_nothing(
    sessions: Sessions, whose: Whose, saved: Saved, do: Callable[..., Import]
):
    do([line(9, 送货单="old"), line(8, 送货单="kept")], "before", of=saved(key="送货单"))
    rows = [line(1), BAD, line(9, 送货单="old"), line(7, 送货单="kept")]
    with sessions.begin() as session:
        tried = jobs.trial(session, whose, files.read(csv(rows)), mapping(key="送货单"), "receiving", gate)
    assert stored(sessions) == 2
    one = do(rows, of=saved(key="送货单"))
    assert [row.outcome for row in tried] == ["stored", "invalid", "duplicate", "invalid"]
    assert [(row.number, row.outcome) for row in tried] == [row[:2] for row in told(sessions, one)]


def test_the_same_key_is_the_same_import_and_another_file_under_it_is_refused(sessions: Sessions, do: Callable[..., Import]):
    first = do([line(1)])
    assert do([line(1)]).id == first.id
    with pytest.raises(Conflict, match="another file"):
        do([line(2)])
    with pytest.raises(Conflict, match="another mapping"):
        do([line(1)], behaviour=Behaviour.ROLLBACK)
    with pytest.raises(InvalidInput, match="Idempotency-Key"):
        do([line(1)], key="")
    assert stored(sessions) == 1


def test_a_rows_own_key_makes_a_repeated_import_duplicates(sessions: Sessions, saved: Saved, do: Callable[..., Import]):
    of = saved(key="送货单")
    do([line(1), line(2)], "monday", of=of)
    again = do([line(1), line(2), line(3)], "tuesday", of=of)
    assert [row[1] for row in told(sessions, again)] == ["duplicate", "duplicate", "stored"]
    assert stored(sessions) == 3


def test_mappings_are_versions_of_a_name_and_of_one_member(sessions: Sessions, saved: Saved):
    first, same, second = saved(), saved(), saved(dates="dmy")
    assert (first.version, same.id, second.version) == (1, first.id, 2)
    with sessions() as session:
        assert [row.id for row in mappings.listed(session, 1)] == [second.id]
        assert mappings.said(mappings.one(session, first.id, 1)) == mapping()
        with pytest.raises(NotFound):
            mappings.one(session, first.id, 2)


def test_a_spreadsheet_computes_nothing_of_the_report(sessions: Sessions, do: Callable[..., Import]):
    one = do([line(1, 日期="@SUM(1)"), line(2, 日期="=cmd|' /C calc'!A0")])
    with sessions() as session:
        rows = list(report.every(session, one))
    cells = [
        cell for row in csv_module.reader(io.StringIO(report.as_csv([*rows, rows[0]._replace(problem="=1+1", fix="@x")]))) for cell in row
    ]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))] == []
    assert "'=1+1" in cells
    assert "'@x" in cells


KILLED = """
import sys
from pathlib import Path
from issuing.gate import gate
from records import capture
from records.database import open_engine, open_sessions
sessions = open_sessions(open_engine(sys.argv[1], Path(sys.argv[2])))
while True:
    with sessions.begin() as session:
        capture.step(session, 200, check=gate)
    print("step", flush=True)
"""


def test_ten_thousand_rows_are_each_told_once_though_a_kill_came_between(sessions: Sessions, whose: Whose, saved: Saved, database_url: str):
    count = 10_000 if database_url.startswith("sqlite") else 3_000
    rows = [line(number) for number in range(1, count + 1)]
    for number in (17, 1_400, count - 1):
        rows[number][1] = "(01)06901234567893(10)L1"
    rows[2_000][0] = "2026-02-30"
    with sessions.begin() as session:
        one, _ = jobs.place(session, whose, Wanted(csv(rows), saved(), "big"))
        session.expunge(one)
    process = subprocess.Popen([sys.executable, "-c", KILLED, database_url, os.environ["TRACELEDGER_KEYRING"]], stdout=subprocess.PIPE)
    assert process.stdout
    for _ in range(5):
        process.stdout.readline()
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    before = stored(sessions)
    work(sessions)
    with sessions() as session:
        found = list(report.every(session, one))
    assert 900 < before < count - 4
    assert stored(sessions) == count - 4
    assert [row.number for row in found] == list(range(2, count + 2))
    assert {row.number: row.outcome for row in found if row.outcome != "stored"} == dict.fromkeys((19, 1_402, 2_002, count + 1), "invalid")
