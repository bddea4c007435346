"""Other processes may judge the events: the records are the same, and a killed process costs nothing but time."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from sqlalchemy import select

from records import capture
from records.models import Capture, CaptureResult, Record, RecordItem
from records.pool import open_pool
from tests.records.documents import SIGNER, document, event

ROOT = Path(__file__).parents[2]
ORPHANS = """
import os, time
from records.pool import open_pool
if __name__ == "__main__":
    pool = open_pool(2)
    print(*{pool.submit(os.getpid).result() for _ in range(20)}, *pool._processes, flush=True)
    time.sleep(60)
"""


@pytest.fixture(scope="module")
def pool():
    with open_pool(2) as pool:
        yield pool


def accept(sessions, events, behaviour):
    with sessions.begin() as session:
        return capture.accept(session, SIGNER, document(events), behaviour).id


def run(sessions, pool):
    done = 1
    while done:
        with sessions.begin() as session:
            done = capture.step(session, 10, pool)


def codes(sessions):
    with sessions() as session:
        return [int(code.rpartition("/")[2]) for code in session.scalars(select(RecordItem.item_code).order_by(RecordItem.id))]


@pytest.mark.parametrize("behaviour", ["rollback", "proceed"])
def test_events_judged_in_a_pool_are_stored_in_order_with_their_results(sessions, pool, behaviour):
    accept(sessions, [event(number) for number in range(95)], behaviour)
    run(sessions, pool)
    assert codes(sessions) == list(range(95))


def test_what_is_wrong_comes_back_from_the_pool_with_path_rule_and_fix(sessions, pool):
    job = accept(sessions, [event(1), event(2, action="X"), {}, event(3, epcList=["01069012345678007"])], "proceed")
    run(sessions, pool)
    with sessions() as session:
        rows = session.scalars(select(CaptureResult).where(CaptureResult.capture_id == job).order_by(CaptureResult.index)).all()
        assert [row.outcome for row in rows] == ["stored", "invalid", "invalid", "invalid"]
        assert all(row.problem["path"].startswith(f"$.epcisBody.eventList[{row.index}]") for row in rows[1:])
        assert session.get_one(Capture, job).state == "failure"


def test_a_killed_process_of_the_pool_loses_no_event(sessions):
    job = accept(sessions, [event(number) for number in range(95)], "rollback")
    with open_pool(1) as pool:
        with sessions.begin() as session:
            capture.step(session, 10, pool)
        os.kill(pool.submit(os.getpid).result(), signal.SIGKILL)
        run(sessions, pool)
    with sessions() as session:
        assert session.get_one(Capture, job).state == "success"
        assert len(session.scalars(select(Record.id)).all()) == 95


def test_no_process_of_the_pool_outlives_the_one_that_opened_it(tmp_path):
    (tmp_path / "opens_a_pool.py").write_text(ORPHANS)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    parent = subprocess.Popen([sys.executable, tmp_path / "opens_a_pool.py"], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    children = {int(word) for word in parent.stdout.readline().split()}
    assert children
    assert all(psutil.pid_exists(child) for child in children)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    deadline = time.monotonic() + 20
    while any(alive(child) for child in children):
        assert time.monotonic() < deadline
        time.sleep(0.1)


def alive(pid):
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
