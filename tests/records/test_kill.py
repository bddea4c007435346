"""kill -9 at random moments, on a real node: nothing acknowledged is lost, nothing is anchored twice."""

import json
import os
import random
import subprocess
import sys
import threading
from pathlib import Path

from sqlalchemy import select

from records.models import Capture, CaptureResult, Record, RecordItem, Transaction
from tests.conftest import deploy_ledger

ROOT = Path(__file__).parents[2]
KILLS = 7


def start(database_url, ledger, folder, first, documents):
    (folder / "deployment.json").write_text(json.dumps(ledger.deployment.to_json()))
    key = bytes(ledger.signers[0].key).hex()
    command = [sys.executable, "-m", "tests.records.victim", database_url, ledger.url, str(folder / "deployment.json"), key]
    return subprocess.Popen([*command, str(first), str(documents)], cwd=ROOT, env=os.environ, stdout=subprocess.PIPE, text=True)


def heard(process, kill_after=None):
    """What the process said until its end; killed some seconds after it had started."""
    lines = []
    for line in process.stdout:
        lines.append(line.split())
        if line == "started\n" and kill_after is not None:
            threading.Timer(kill_after, process.kill).start()
    process.wait()
    process.stdout.close()
    return [words[1] for words in lines if words[0] == "accepted" and len(words) == 2]


def test_whatever_is_killed_when_every_accepted_event_is_anchored_exactly_once(sessions, database_url, new_anvil, tmp_path):
    ledger = deploy_ledger(new_anvil(block_time="0.3"))
    chance = random.Random(20261123)
    jobs = []
    for attempt in range(KILLS):
        process = start(database_url, ledger, tmp_path, attempt * 10, 10)
        jobs += heard(process, kill_after=chance.uniform(0.05, 0.9))
        assert process.returncode == -9, "it ended before it was killed: give it more to do"
    last = start(database_url, ledger, tmp_path, 0, 2)  # documents that were sent before, as a partner's retry
    jobs += heard(last)
    assert last.returncode == 0

    with sessions() as session:
        accepted = {job.id: job for job in session.scalars(select(Capture))}
        results = session.scalars(select(CaptureResult)).all()
        wanted = session.execute(select(RecordItem.item_id, Record.commitment).join(Record).order_by(RecordItem.id)).all()
        transactions = session.execute(select(Transaction.nonce, Transaction.state).order_by(Transaction.nonce)).all()
    assert set(jobs) <= set(accepted)
    assert {job.state for job in accepted.values()} == {"success"}
    assert len(results) == 60 * len(accepted)
    assert all(result.record_id for result in results)
    assert len({result.record_id for result in results}) == sum(result.outcome == "stored" for result in results) == len(wanted)
    assert len(jobs) >= KILLS

    head = ledger.chain.block().number
    anchored = [(anchor.item_id, anchor.commitment) for anchor in ledger.chain.anchors(ledger.deployment.block, head)]
    assert anchored == [tuple(row) for row in wanted]
    assert [tuple(row) for row in transactions] == [(nonce, "final") for nonce in range(len(transactions))]


def test_two_publishing_processes_on_one_database_anchor_nothing_twice(sessions, database_url, new_anvil, tmp_path):
    ledger = deploy_ledger(new_anvil(block_time="0.2"))
    processes = [start(database_url, ledger, tmp_path, first, 6) for first in (0, 4)]  # two of the documents are sent by both
    jobs = [job for process in processes for job in heard(process)]
    assert [process.returncode for process in processes] == [0, 0]
    with sessions() as session:
        wanted = session.execute(select(RecordItem.item_id, Record.commitment).join(Record)).all()
    assert (len(jobs), len(wanted)) == (12, 600)
    anchors = ledger.chain.anchors(ledger.deployment.block, ledger.chain.block().number)
    assert sorted((anchor.item_id, anchor.commitment) for anchor in anchors) == sorted(tuple(row) for row in wanted)
