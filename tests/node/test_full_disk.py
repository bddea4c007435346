"""A file that may not grow (RLIMIT_FSIZE set on the running process, the same code path as a full disk)."""

import resource

from tests.node.conftest import kill, sent, settled
from tests.node.writer import Key, Rpc, until


def _limit(node, size):
    resource.prlimit(node.process.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def test_a_full_disk_is_told_to_the_sender_and_nothing_is_lost(up, key, home):
    node = up()
    rpc = Rpc(node.url)
    sent(rpc, key, 5)
    settled(node)
    blocks = rpc.blocks()
    journal = home / "journal"
    before = journal.read_bytes()
    _limit(node, len(before) + 40)
    raw = key.sign()
    error = rpc.answer("eth_sendRawTransaction", raw)["error"]
    assert error["code"] == -32000
    assert "journal" in error["message"]
    assert "cannot be written" in error["message"]
    assert journal.read_bytes() == before
    assert rpc.blocks() == blocks, "reading goes on"
    assert rpc("eth_getTransactionCount", key.account.address, "pending") == "0x5", "the node has not heard of it"
    _limit(node, resource.RLIM_INFINITY)
    rpc.receipt(rpc("eth_sendRawTransaction", raw))
    kill(node)
    assert Rpc(up().url).blocks()[:6] == blocks


def test_when_the_disk_fills_between_taking_and_mining_the_block_is_made_as_soon_as_there_is_space(up, key, home):
    node = up(block_time=0.5)
    rpc = Rpc(node.url)
    sent(rpc, Key(8))
    settled(node)
    raw = key.sign()
    taken = rpc("eth_sendRawTransaction", raw)
    _limit(node, (home / "journal").stat().st_size + 10)
    assert "cannot be written" in until(lambda: node.status()["problem"])
    assert rpc("eth_getTransactionReceipt", taken) is None
    assert rpc.height() == 1
    _limit(node, resource.RLIM_INFINITY)
    place = rpc.receipt(taken)["blockHash"]
    until(lambda: not node.status()["problem"])
    kill(node)
    assert Rpc(up().url).receipt(taken)["blockHash"] == place


def test_when_only_the_hash_of_a_made_block_cannot_be_journaled_it_is_made_up_for_later(up, key, home):
    node = up(block_time=0.5)
    rpc = Rpc(node.url)
    sent(rpc, Key(8))
    settled(node)
    first = rpc("eth_sendRawTransaction", key.sign())
    announcement = len(f"5 0badcafe B 2 {2**31} 0x{'00' * 32}\n")
    _limit(node, (home / "journal").stat().st_size + announcement + 20)
    place = rpc.receipt(first)["blockHash"]
    assert (home / "journal").read_bytes().splitlines()[-1].split()[2] == b"B"
    _limit(node, resource.RLIM_INFINITY)
    sent(rpc, key)
    settled(node)
    kinds = [line.split()[2] for line in (home / "journal").read_bytes().splitlines()]
    assert kinds.count(b"H") == 1 + 3
    kill(node)
    assert Rpc(up().url).receipt(first)["blockHash"] == place


def test_a_snapshot_that_does_not_fit_is_left_out_and_the_chain_goes_on(up, key, home):
    node = up(snapshot_blocks=2)
    _limit(node, 1500)
    rpc = Rpc(node.url)
    sent(rpc, key, 2)
    until(lambda: '"event":"chain.no_snapshot"' in (home / "node.log").read_text())
    assert list((home / "snapshots").iterdir()) == []
    _limit(node, resource.RLIM_INFINITY)
    sent(rpc, key)
