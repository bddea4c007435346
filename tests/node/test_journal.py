"""What a start does with a journal that is torn, cut at any record, damaged or too short."""

import pytest

from ledger_client.errors import NodeUnavailable
from scripts.node.errors import JournalDamaged
from scripts.node.journal import Journal
from tests.node.conftest import kill, sent, settled
from tests.node.writer import Key, Rpc


def _filled(up, key, home):
    """A chain of three blocks, killed; its blocks, its journal's path."""
    node = up()
    rpc = Rpc(node.url)
    sent(rpc, key, 3)
    blocks = rpc.blocks()
    settled(node)
    kill(node)
    return blocks, home / "journal"


def test_a_torn_last_line_is_cut_off_and_nothing_acknowledged_goes_with_it(up, key, home):
    blocks, journal = _filled(up, key, home)
    whole = journal.read_bytes()
    for torn in (b"9", b"14 0badcafe T 0x02f8", whole.splitlines()[-1], b"\0" * 4096):
        journal.write_bytes(whole + torn)
        node = up()
        assert Rpc(node.url).blocks() == blocks
        kill(node)
        assert journal.read_bytes() == whole


def test_a_kill_between_announcing_and_making_a_block_gives_the_same_block_at_the_start(up, key, home):
    blocks, journal = _filled(up, key, home)
    lines = journal.read_bytes().splitlines(keepends=True)
    assert lines[-1].split()[2] == b"H"
    journal.write_bytes(b"".join(lines[:-1]))
    node = up()
    assert Rpc(node.url).blocks() == blocks
    kill(node)
    assert journal.read_bytes().splitlines(keepends=True) == lines


def test_a_transaction_journaled_but_in_no_block_is_put_into_one_at_the_start(up, key):
    node = up(block_time=60)
    rpc = Rpc(node.url)
    sent(rpc, Key(8))
    waiting = [rpc("eth_sendRawTransaction", key.sign()) for _ in range(3)]
    assert rpc.height() == 1
    kill(node)
    rpc = Rpc(up().url)
    assert {rpc.receipt(one)["blockNumber"] for one in waiting} == {"0x2"}


@pytest.mark.parametrize("line", [0, 4, 9])
def test_a_damaged_record_stops_the_start_with_its_place(up, key, home, line):
    _, journal = _filled(up, key, home)
    lines = journal.read_bytes().splitlines(keepends=True)
    middle = len(lines[line]) // 2
    flipped = lines[line][:middle] + bytes([lines[line][middle] ^ 1]) + lines[line][middle + 1 :]
    journal.write_bytes(b"".join([*lines[:line], flipped, *lines[line + 1 :]]))
    with pytest.raises(NodeUnavailable, match=rf"line {line + 1} \(byte {len(b''.join(lines[:line]))}\) is damaged"):
        up()
    assert len(journal.read_bytes()) == len(b"".join(lines)), "a refused start must leave the file as it is"


@pytest.mark.parametrize("gone", [slice(4, 5), slice(2, 4)])
def test_a_record_missing_in_the_middle_stops_the_start(up, key, home, gone):
    _, journal = _filled(up, key, home)
    lines = journal.read_bytes().splitlines(keepends=True)
    del lines[gone]
    journal.write_bytes(b"".join(lines))
    with pytest.raises(NodeUnavailable, match="is damaged"):
        up()


def test_a_journal_that_ends_before_a_block_that_was_made_stops_the_start(up, key, home):
    _, journal = _filled(up, key, home)
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join(lines[:-3]))
    with pytest.raises(NodeUnavailable, match="ends with block 2, but block 3 was made"):
        up()


def test_a_lost_journal_stops_the_start(up, key, home):
    _, journal = _filled(up, key, home)
    journal.unlink()
    with pytest.raises(NodeUnavailable, match="ends with block 0, but block 3 was made"):
        up()


def test_another_genesis_under_the_same_journal_stops_the_start(up, key, home):
    _filled(up, key, home)
    genesis = home / "genesis.json"
    genesis.write_text(genesis.read_text().replace('"timestamp": "0x6', '"timestamp": "0x5'))
    with pytest.raises(NodeUnavailable, match="hash of block 0"):
        up()


def test_a_refused_transaction_leaves_no_trace_in_the_journal(up, key, home):
    node = up()
    rpc = Rpc(node.url)
    sent(rpc, key)
    settled(node)
    before = (home / "journal").read_bytes()
    for raw in (key.sign(nonce=0), key.sign(nonce=5, gas=10)):
        assert rpc.answer("eth_sendRawTransaction", raw)["error"]
    assert (home / "journal").read_bytes() == before


def test_records_taken_back_are_gone_and_the_numbers_go_on(tmp_path):
    journal = Journal(tmp_path / "journal")
    list(journal.read())
    journal.append(["T 0x01", "T 0x02"])
    journal.take_back(journal.append(["B 1 1 0x00"]))
    journal.append(["X 2"])
    journal.close()
    again = Journal(tmp_path / "journal")
    assert [(one.sequence, one.kind, one.fields) for one in again.read()] == [(1, "T", ["0x01"]), (2, "T", ["0x02"]), (3, "X", ["2"])]
    with pytest.raises(JournalDamaged, match="but a snapshot was made at byte 9999"):
        list(again.read(9999))
    again.close()
