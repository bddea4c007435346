"""A backup taken while others write, then a disaster: what was in it is back, nothing is anchored twice, what is lost is named."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter

import pytest
from sqlalchemy import func, select, text

from accounts import people
from accounts.models import AuditEntry
from accounts.roles import Role
from ledger_client import keys
from records import erasure, queries
from records.database import open_sessions
from records.keyring import SETTING
from records.models import Capture, Record, RecordItem, Transaction
from scripts.home import Home
from tests.backup.conftest import backed_up, backup, captured, column, restore, told
from tests.conftest import address_of, deploy_ledger
from tests.postgres import open_engine
from tests.records.queue import turn
from tests.records.tampering import reseal
from tests.records.test_kill import start
from tests.records.victim import POLICY

WORK = 1 << 12  # scrypt's: the key file is not what is tested

WRITTEN = 36 * 60  # events: more than a backup takes to be made


@pytest.fixture
def ledger(new_anvil):
    return deploy_ledger(new_anvil(block_time="0.3"))


@pytest.fixture
def place(tmp_path, ledger):
    """The folder of an installation on that chain."""
    home = Home.at(tmp_path / "home")
    home.deployment_file.write_text(json.dumps(ledger.deployment.to_json()))
    home.keys.mkdir()
    keys.store(home.keys / "own.signer.json", home.passphrase(), bytes(ledger.signers[0].key), WORK)
    return home


def anchored(ledger):
    return [(a.item_id, a.commitment) for a in ledger.chain.anchors(ledger.deployment.block, ledger.chain.block().number)]


def work_off(sessions, ledger):
    """Publish until nothing is left to do."""
    while True:
        turn(sessions, ledger.chain, POLICY, account=ledger.signers[0])
        with sessions() as session:
            left = queries.queue(session)
        if not (left.waiting or left.underway):
            return


def test_what_was_anchored_after_the_backup_is_named_and_not_anchored_again(
    sessions, engine, database_url, other_url, ledger, place, tmp_path
):
    writer = start(database_url, ledger, tmp_path, 0, WRITTEN // 60)  # captures and publishes documents of 60 events
    heard = iter(writer.stdout.readline, "")
    for line in heard:
        if line.startswith("accepted") and (count := sum(1 for _ in zip(range(4), heard, strict=False))):
            assert count == 4
            break
    file = backed_up(place, database_url)
    assert writer.poll() is None, "it ended before the backup: give it more to do"
    for _ in heard:
        pass
    assert writer.wait() == 0
    writer.stdout.close()
    before, everything = anchored(ledger), set(column(sessions, Record.commitment))
    assert len(before) == len(everything) == WRITTEN
    engine.dispose()  # the disaster

    done = restore(file, tmp_path / "new", other_url, "--rpc", ledger.url)
    findings, total = told(done)
    found = open_engine(other_url, tmp_path / "new" / "keyring")
    restored = open_sessions(found)
    kept = set(column(restored, Record.commitment))
    assert 0 < len(kept) < WRITTEN
    assert done.exit_code == 1, done.output
    lost = {"0x" + value.hex() for value in everything - kept}
    assert Counter(finding["kind"] for finding in findings) == {"missing": len(lost)}
    assert {finding["commitment"] for finding in findings} == lost
    assert all(finding["block"] and finding["time"] and len(finding["item_id"]) == 66 for finding in findings)
    assert (total["verified"], total["altered"], total["unanchored"], total["missing"]) == (len(kept), 0, 0, len(lost))

    with restored() as session:
        waiting = session.scalar(select(func.sum(Capture.events_total - Capture.events_done)).where(Capture.state == "running")) or 0
    work_off(restored, ledger)
    assert anchored(ledger) == before
    captured(restored, range(5000, 5003), address_of(ledger.signers[0]))  # and the documents that the backup had accepted
    work_off(restored, ledger)
    after = anchored(ledger)
    assert (after[:WRITTEN], len(after)) == (before, WRITTEN + 3 + waiting)
    assert not {commitment for _, commitment in after[WRITTEN:]} & (everything | kept)
    with restored() as session:
        assert set(session.scalars(select(Transaction.state))) == {"final"}
        assert session.scalar(select(func.count()).where(RecordItem.transaction_id.is_(None))) == 0
        actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions[-2:] == ["restored", "restore_verified"]
    found.dispose()


def test_a_record_that_was_altered_before_the_backup_is_named(sessions, database_url, other_url, ledger, place, tmp_path):
    captured(sessions, range(6), address_of(ledger.signers[0]))
    work_off(sessions, ledger)
    captured(sessions, range(6, 8), address_of(ledger.signers[0]))  # waits
    with sessions.begin() as session:
        reseal(session, 3, "receiving", "shipping")
        session.execute(text("UPDATE record_items SET item_id = :other WHERE record_id = 5"), {"other": b"\x09" * 32})
    file = backed_up(place, database_url)
    done = restore(file, tmp_path / "new", other_url, "--rpc", ledger.url)
    findings, total = told(done)
    assert done.exit_code == 1
    assert [(finding["kind"], finding["record"]) for finding in findings] == [("altered", 3), ("altered", 5)]
    assert findings[0]["why"].startswith("(2) the event id is not the hash of this event")
    assert findings[1]["why"].startswith("(4) its transaction is in a block, but ")
    assert (total["verified"], total["altered"], total["unanchored"], total["missing"]) == (4, 2, 2, 0)
    again = restore(file, tmp_path / "new", other_url, "--rpc", ledger.url)
    assert again.exit_code == 2
    assert "which holds an installation" in again.stderr


def test_what_was_erased_after_the_backup_is_erased_in_what_is_restored(sessions, database_url, other_url, ledger, place, tmp_path):
    captured(sessions, range(3), address_of(ledger.signers[0]))
    work_off(sessions, ledger)
    file = backed_up(place, database_url)
    with sessions.begin() as session:
        lin, mei = (erasure.Person(people.create(session, name, Role.OPERATOR).id, name) for name in ("lin", "mei"))
        asked = erasure.ask(session, session.get_one(Record, 2), lin, "letter of 2 November", "a name in a note")
        erasure.approve(session, asked.id, mei)
    work_off(sessions, ledger)
    [old] = (place.path / "backup-keys").iterdir()
    said = json.loads(backup(place, database_url).stdout)
    assert said["key_files_destroyed"] == [old.name]
    assert [path.name for path in (place.path / "backup-keys").iterdir()] == [said["keys"]] != [old.name]

    done = restore(file, tmp_path / "new", other_url, "--rpc", ledger.url)  # the backup of before
    findings, total = told(done)
    assert (done.exit_code, findings) == (0, []), done.output
    assert (total["verified"], total["erased"], total["altered"], total["missing"]) == (3, 1, 0, 0)  # the receipt is among the verified
    found = open_engine(other_url, tmp_path / "new" / "keyring")
    restored = open_sessions(found)
    with restored() as session:
        assert session.get_one(Record, 2).sealed is None
        assert erasure.of_record(session, 2).decided_name == "mei"
    before = anchored(ledger)
    work_off(restored, ledger)
    assert anchored(ledger) == before
    captured(restored, range(10, 11), address_of(ledger.signers[0]))
    found.dispose()


def test_what_is_in_the_way_is_named_and_left_alone(database_url, sessions, other_url, ledger, place, tmp_path):
    captured(sessions, range(2), address_of(ledger.signers[0]))
    file = backed_up(place, database_url)
    there = Home.at(tmp_path / "there")
    there.deployment_file.write_text("{}")
    done = restore(file, there.path, database_url, "--rpc", ledger.url)
    assert done.exit_code == 2
    assert f"the file {there.deployment_file}" in done.stderr
    assert "which holds an installation" in done.stderr
    assert there.deployment_file.read_text() == "{}"
    there.deployment_file.unlink()
    left = tmp_path / "gone.db-wal"
    left.write_bytes(b"pages")
    assert "left of a database that is gone" in restore(file, there.path, f"sqlite:///{tmp_path / 'gone.db'}", "--rpc", ledger.url).stderr
    off = restore(file, there.path, other_url)
    assert (off.exit_code, "--rpc: is needed" in off.stderr) == (2, True)
    away = restore(file, there.path, other_url, "--rpc", "http://127.0.0.1:9")
    assert away.exit_code == 2
    assert not any(name in away.output for name in ("Traceback", "verified"))


def test_a_node_of_another_chain_is_refused_before_anything_is_restored(database_url, sessions, other_url, ledger, place, tmp_path, anvil):
    captured(sessions, range(2), address_of(ledger.signers[0]))
    file = backed_up(place, database_url)
    done = restore(file, tmp_path / "new", other_url, "--rpc", anvil)
    assert done.exit_code == 2
    assert any(word in done.stderr for word in ("genesis block: expected", "expected the published Ledger"))  # by the second of its start
    found = open_engine(other_url)
    with found.connect() as connection:
        assert not found.dialect.has_table(connection, "records")
    found.dispose()


def test_a_restore_that_is_killed_leaves_an_empty_database(database_url, sessions, other_url, ledger, place, tmp_path):
    """All tables come in one transaction; the files that were written are no hindrance for the second try."""
    captured(sessions, range(1200), address_of(ledger.signers[0]))
    file = backed_up(place, database_url)
    killer = """
import os, signal, sys
from scripts.restore import load
from scripts.restore.__main__ import main
read = load._read
def kill(table, rows, reads):
    if table.name == "record_items":
        os.kill(os.getpid(), signal.SIGKILL)
    return read(table, rows, reads)
load._read = kill
main(sys.argv[1:])
"""
    words = [str(file), "--home", str(tmp_path / "new"), "--database", other_url, "--rpc", ledger.url]
    words += ["--passphrase-file", str(place.path / "passphrase")]
    environment = os.environ | {SETTING: str(tmp_path / "new" / "keyring")}
    done = subprocess.run([sys.executable, "-c", killer, *words], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == -9
    again = restore(file, tmp_path / "new", other_url, "--rpc", ledger.url)
    assert again.exit_code == 0, again.output
    assert told(again)[1]["unanchored"] == 1200
