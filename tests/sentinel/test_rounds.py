"""Rounds: what is missing, added or gone again; what is waited for and never told; what a kill leaves behind."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, text

from indexer.models import MirroredAnchor
from ledger_client.chain import Chain
from ledger_client.errors import Conflict, NotFound, Retryable
from records.key_models import RecordKey
from records.keyring import keyring_of
from records.models import CaptureResult, Record, RecordItem
from sentinel import findings
from sentinel.models import Finding, Phase, Round
from sentinel.pace import paced
from sentinel.rounds import Memory, running, step
from sentinel.status import status
from tests.api.served import Installation, event, installed
from tests.conftest import LedgerChain, deploy_ledger, running_anvil
from tests.records.tampering import reseal
from tests.sentinel.watched import CODE, by_hand, checked, fill, named, record, store, whole_round


@pytest.fixture
def filled(installation: Installation) -> Installation:
    fill(installation)
    assert checked(installation) == []
    return installation


def everything(installation: Installation) -> list[Finding]:
    with installation.sessions() as session:
        return list(session.scalars(select(Finding).order_by(Finding.id)))


def test_a_round_counts_what_it_checked_and_what_belongs_to_others(ledger_chain: LedgerChain, tmp_path: Any):
    with installed(ledger_chain, f"sqlite:///{tmp_path / 'one.db'}") as one:
        fill(one)
        done = whole_round(one.sessions, one.ledger.chain)
        assert (done.records, done.anchors, done.foreign_anchors, done.found, done.waits) == (5, 7, 0, 0, None)
        assert done.records + done.anchors + done.transactions == done.total
    with installed(ledger_chain, f"sqlite:///{tmp_path / 'other.db'}") as other:  # another company's server on the same ledger
        with other.sessions.begin() as session:
            session.execute(text("UPDATE accounts SET signer = NULL"))  # it keeps no records for these keys
        other.mirror()
        done = whole_round(other.sessions, other.ledger.chain)
        assert (done.records, done.anchors, done.foreign_anchors, done.found) == (0, 7, 7, 0)


@pytest.mark.parametrize("size", [1, 3, 500])
def test_a_removed_record_is_missing_by_its_number_and_by_its_commitment(filled: Installation, size: int):
    with filled.sessions() as session:
        lost = session.get_one(Record, 2)
    with by_hand(filled.engine) as connection:
        connection.execute(delete(Record).where(Record.id == 2))
    found = named(checked(filled, size))
    assert ("missing", "records", "2", "") in found
    assert ("missing", "records", "0x" + lost.commitment.hex(), "") in found


def test_a_record_removed_with_all_its_traces_is_still_missed_by_the_chain(filled: Installation):
    with filled.sessions() as session:
        lost = session.get_one(Record, 2)
    with by_hand(filled.engine) as connection:
        for table, column in ((CaptureResult, CaptureResult.record_id), (RecordItem, RecordItem.record_id), (Record, Record.id)):
            connection.execute(delete(table).where(column == 2))
    assert ("missing", "records", "0x" + lost.commitment.hex(), "") in named(checked(filled))


def test_a_removed_item_and_a_removed_mirror_row_are_missing(filled: Installation):
    with by_hand(filled.engine) as connection:
        connection.execute(delete(RecordItem).where(RecordItem.id == 3))
        connection.execute(delete(MirroredAnchor).where(MirroredAnchor.position == 7))
    found = named(checked(filled))
    assert ("missing", "record_items", f"2 {CODE.format('A2')}", "") in found
    assert ("missing", "anchors", "7", "") in found
    assert not any(table == "records" and kind == "missing" for kind, table, _, _ in found)


def copy_record(connection: Any) -> None:
    """A record 99 with the seal and the data key of record 1, as somebody without the master key can make it."""
    row = dict(connection.execute(select(Record.__table__).where(Record.id == 1)).mappings().one())
    forged = {"id": 99, "event_id": "urn:uuid:forged", "commitment": b"\x09" * 32, "payload_mac": b"\x08" * 32}
    connection.execute(insert(Record).values(**row | forged))
    key = dict(connection.execute(select(RecordKey.__table__).where(RecordKey.record_id == 1)).mappings().one())
    connection.execute(insert(RecordKey).values(**key | {"record_id": 99}))


def test_a_record_that_was_never_captured_is_added(filled: Installation):
    with by_hand(filled.engine) as connection:
        copy_record(connection)
    assert ("added", "records", "99", "") in named(checked(filled))


def test_an_added_record_that_claims_a_real_transaction_is_found(filled: Installation):
    with by_hand(filled.engine) as connection:
        copy_record(connection)
        item = dict(connection.execute(select(RecordItem.__table__).where(RecordItem.record_id == 1)).mappings().one())
        connection.execute(insert(RecordItem).values(**item | {"id": 99, "record_id": 99}))
    found = named(checked(filled))
    assert ("altered", "records", "99", "commitment") in found
    assert ("altered", "record_items", "99", "transaction_id") in found
    assert {row for _, _, row, _ in found} == {"99"}


def test_contents_that_were_sealed_anew_by_somebody_with_the_keys_are_found(filled: Installation):
    with filled.sessions.begin() as session:
        reseal(session, 1, "receiving", "inspecting")
    assert named(checked(filled)) == {("altered", "records", "1", "sealed")}


def test_a_missing_master_key_is_waited_for(filled: Installation):
    with filled.sessions() as session:
        ring = keyring_of(session)
    file = ring.folder / f"kek-{max(ring.versions())}.key"
    kept = file.read_text()
    file.unlink()
    ring.versions()  # as a process that starts now reads it
    try:
        with pytest.raises(AssertionError, match=re.escape(f"{file.name} is missing")):
            whole_round(filled.sessions, filled.ledger.chain, steps=10)
        assert everything(filled) == []
    finally:
        file.write_text(kept)
        ring.versions()
    assert checked(filled) == []


def test_a_row_added_to_the_mirror_is_found(filled: Installation):
    with by_hand(filled.engine) as connection:
        row = dict(connection.execute(select(MirroredAnchor.__table__).where(MirroredAnchor.position == 7)).mappings().one())
        connection.execute(insert(MirroredAnchor).values(**row | {"position": 8, "seq": 99}))
    assert named(checked(filled)) == {("added", "anchors", "8", "")}


def test_a_finding_is_one_row_however_often_it_is_seen_and_resolves_itself(filled: Installation):
    with by_hand(filled.engine) as connection:
        connection.execute(text("UPDATE records SET event_type = 'Forged' WHERE id = 1"))
    for _ in range(3):
        checked(filled)
    (one,) = everything(filled)
    assert (one.times, one.state, one.expected, one.found) == (3, "open", "ObjectEvent", "Forged")
    with filled.sessions.begin() as session:
        findings.acknowledge(session, one.id, "王芳", "restoring  it\nnow")
    checked(filled)
    (one,) = everything(filled)
    assert (one.times, one.state, one.state_by, one.note) == (4, "acknowledged", "王芳", "restoring it now")
    with by_hand(filled.engine) as connection:
        connection.execute(text("UPDATE records SET event_type = 'ObjectEvent' WHERE id = 1"))
    assert checked(filled) == []
    (one,) = everything(filled)
    assert (one.state, one.state_by) == ("resolved", "")
    with filled.sessions.begin() as session, pytest.raises(Conflict, match="resolved"):
        findings.acknowledge(session, one.id, "王芳")
    with filled.sessions.begin() as session, pytest.raises(NotFound):
        findings.acknowledge(session, 99, "王芳")
    with by_hand(filled.engine) as connection:
        connection.execute(text("UPDATE records SET event_type = 'Forged' WHERE id = 1"))
    checked(filled)
    (one,) = everything(filled)
    assert (one.state, one.times) == ("open", 5)


def test_of_a_flood_some_are_listed_and_the_rest_is_counted(filled: Installation, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(findings, "MOST_OPEN", 3)
    with by_hand(filled.engine) as connection:
        connection.execute(text("UPDATE records SET event_type = 'Forged'"))
    assert len(checked(filled)) == 3
    with filled.sessions() as session:
        done = session.scalars(select(Round).order_by(Round.id.desc()).limit(1)).one()
        assert (done.found, done.unlisted) == (5, 2)


def test_what_is_on_its_way_is_no_finding(filled: Installation):
    store(filled, event("shipping", day=9))
    assert checked(filled) == []  # waits
    for _ in range(3):
        with filled.sessions.begin() as session:
            from records import publish

            publish.step(session, filled.ledger.chain, filled.ledger.signers[0])
        assert checked(filled) == []  # signed, sent, in a block that the mirror has not read
    filled.work()
    assert checked(filled) == []


def test_a_node_that_is_down_is_waited_for_in_sight_and_found_is_what_was_altered_meanwhile(filled: Installation):
    gone = Chain("http://127.0.0.1:9", filled.ledger.deployment, timeout=0.2)
    with by_hand(filled.engine) as connection:
        connection.execute(text("UPDATE records SET event_type = 'Forged' WHERE id = 1"))
    with filled.sessions.begin() as session:
        assert step(session, gone, Memory()) == 0
    with filled.sessions() as session:
        known = status(session)
        assert known.round is not None
        assert known.round.waits is not None
        assert "127.0.0.1:9" in known.round.waits
        assert known.round.waits_since is not None
        assert (sum(known.unresolved.values()), known.silent) == (0, False)
    assert named(checked(filled)) == {("altered", "records", "1", "event_type")}


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("UPDATE cursor SET doubt = 'a log is missing'", "doubts"),
        ("UPDATE cursor SET indexed = :no", "being built"),
        ("DELETE FROM cursor", "not begun"),
        ("UPDATE cursor SET complete_hash = :hash", "fork"),
        ("UPDATE cursor SET complete_block = complete_block + 100", "behind, or on a fork"),
    ],
)
def test_a_mirror_that_is_not_sure_of_itself_is_waited_for(filled: Installation, statement: str, reason: str):
    with filled.sessions.begin() as session:
        session.execute(text(statement), {"no": False, "hash": bytes(32)} if ":" in statement else {})
    with filled.sessions.begin() as session:
        assert step(session, filled.ledger.chain, Memory()) == 0
    with filled.sessions() as session:
        current = running(session)
        assert current is not None
        assert reason in (current.waits or "")
    assert everything(filled) == []


def test_a_node_that_leaves_logs_out_is_waited_for(filled: Installation):
    class Forgetful(Chain):
        def anchors(self, first: int, last: int, times: Any = None) -> Any:
            return [anchor for anchor in super().anchors(first, last, times) if anchor.position != 3]

    chain = Forgetful(filled.ledger.url, filled.ledger.deployment)
    with pytest.raises(AssertionError, match="position of the next anchor"):
        whole_round(filled.sessions, chain, steps=60)
    assert everything(filled) == []
    assert checked(filled) == []


def test_a_node_whose_heads_do_not_fit_its_logs_is_waited_for(filled: Installation):
    class Twisted(Chain):
        def heads(self, item_ids: Any, block: Any = None) -> Any:
            return [head._replace(head=bytes(28)) for head in super().heads(item_ids, block)]

    with pytest.raises(AssertionError, match="head and count of item"):
        whole_round(filled.sessions, Twisted(filled.ledger.url, filled.ledger.deployment), steps=60)
    assert everything(filled) == []


def test_a_fork_that_takes_records_off_the_chain_is_no_finding(tmp_path: Any):
    """The publisher sends them again, the mirror rewinds; at no moment does the sentinel find anything."""
    with running_anvil(tmp_path) as url:
        ledger = deploy_ledger(url)
        with installed(ledger, f"sqlite:///{tmp_path / 'ledger.db'}") as made:
            record(made, event())
            before = ledger.chain.rpc.call("evm_snapshot", [], str)
            record(made, event("shipping", day=2))
            assert checked(made) == []
            ledger.chain.rpc.call("evm_revert", [before], bool)
            memory = Memory()
            for _ in range(12):
                with made.sessions.begin() as session:
                    step(session, ledger.chain, memory, 2)
            assert everything(made) == []
            made.publish()
            ledger.chain.rpc.call("evm_mine", [], str)
            made.publish()
            made.mirror()
            made.publish()
            made.mirror()
            checked(made)
            assert [one for one in everything(made) if one.column_name not in ("block_number", "block_hash")] == []
        ledger.chain.close()


def test_a_killed_sentinel_goes_on_where_it_was_and_two_do_not_disturb_each_other(filled: Installation):
    memory, chain = Memory(), filled.ledger.chain
    with filled.sessions.begin() as session:
        step(session, chain, memory, 2)
    with filled.sessions() as session:  # killed before it commits
        step(session, chain, memory, 2)
    with filled.sessions() as session:
        current = running(session)
        assert current is not None
        assert (current.phase, current.place, current.records) == (Phase.RECORDS, 2, 2)
    slow = filled.sessions()
    loaded = running(slow)
    assert loaded is not None
    with filled.sessions.begin() as session:
        step(session, chain, memory, 2)
    from sentinel import rounds
    from sentinel.suspicion import Piece

    with pytest.raises(Retryable, match="another sentinel"):
        rounds._move(slow, loaded, Piece(4, 2, over=False))
    slow.rollback()
    slow.close()
    done = whole_round(filled.sessions, chain)
    assert (done.records, done.found) == (5, 0)


def test_the_pace_is_kept_and_a_round_takes_a_day_at_most(filled: Installation):
    clock = [0.0]
    watch = paced(filled.ledger.chain, 2, lambda: clock[0])
    done = []
    for _ in range(8):
        with filled.sessions.begin() as session:
            done.append(watch(session))
        clock[0] += 0.5
    assert done == [2, 0, 2, 0, 1, 2, 0, 3] or sum(done) <= 10
    assert done[:4] == [2, 0, 2, 0]
    with filled.sessions.begin() as session:
        session.execute(text("UPDATE sentinel_rounds SET total = 864000000 WHERE open"))  # 10,000 a second
    clock[0] += 100
    with filled.sessions.begin() as session:
        assert watch(session) > 0
    clock[0] += 0.01
    with filled.sessions.begin() as session:
        assert watch(session) > 0
