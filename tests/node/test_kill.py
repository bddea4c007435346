"""kill -9 of the chain's processes at random moments under load: what was acknowledged is there, once, in the same blocks."""

import os
import random
import signal
from collections import Counter

import pytest

from tests.node.conftest import alive, child, kill, sent
from tests.node.writer import Key, Rpc, Writer, until


def _check(rpc, writers):
    blocks = rpc.blocks()
    for number, block in enumerate(blocks[1:], 1):
        assert block["parentHash"] == blocks[number - 1]["hash"]
    everything = Counter(one for block in blocks for one in block["transactions"])
    assert set(everything.values()) <= {1}, "a transaction is in two blocks"
    for writer in writers:
        for one, place in writer.seen.items():
            receipt = rpc("eth_getTransactionReceipt", one)
            assert (receipt["blockNumber"], receipt["blockHash"]) == place
        for one in writer.taken:
            rpc.receipt(one)


@pytest.mark.parametrize("victim", ["front end", "anvil", "both"])
def test_what_was_acknowledged_survives_a_kill_at_any_moment(up, victim):
    dice = random.Random(victim)
    keys, writers = [Key(seed) for seed in (11, 12, 13)], []
    for round_number in range(4):
        node = up(block_time=0.05, snapshot_blocks=7)
        rpc = Rpc(node.url)
        for key in keys:
            key.nonces = iter(range(int(rpc("eth_getTransactionCount", key.account.address, "pending"), 16), 10**9))
        running = [Writer(node.url, key) for key in keys]
        writers += running
        until(lambda running=running: all(writer.seen for writer in running))
        running[0].halt.wait(dice.uniform(0, 1))
        anvil = child(node)
        if victim != "front end":
            os.kill(anvil, signal.SIGKILL)
        if victim != "anvil":
            os.kill(node.process.pid, signal.SIGKILL)
            node.process.wait()
        for writer in running:
            writer.finish()
        until(lambda anvil=anvil: not alive(anvil))
        if victim == "anvil":
            until(lambda rpc=rpc: rpc.answer("eth_blockNumber").get("result"))
            _check(rpc, writers)
            node.stop()
        assert len(writers) == 3 * (round_number + 1)
    _check(Rpc(up().url), writers)


def test_a_killed_front_end_leaves_no_anvil_behind(up):
    node = up()
    anvil = child(node)
    os.kill(node.process.pid, signal.SIGKILL)
    node.process.wait()
    until(lambda: not alive(anvil), 5)


def test_while_anvil_restarts_callers_get_a_clear_error_and_then_the_same_chain(up, key):
    node = up()
    rpc = Rpc(node.url)
    receipt = sent(rpc, key, 20)[-1]
    os.kill(child(node), signal.SIGKILL)
    answers = [rpc.answer("eth_blockNumber")]
    while "result" not in answers[-1]:
        answers.append(rpc.answer("eth_blockNumber"))
    errors = {(answer["error"]["code"], answer["error"]["message"]) for answer in answers[:-1]}
    assert errors == {(-32000, "node restarting")}
    assert rpc("eth_getTransactionReceipt", receipt["transactionHash"])["blockHash"] == receipt["blockHash"]
    assert node.status()["restarts"] == 1
    assert sent(rpc, key)


def test_a_transaction_that_waits_for_an_earlier_nonce_survives_a_kill_and_keeps_its_place(up, key):
    node = up(block_time=0.2)
    rpc = Rpc(node.url)
    later = rpc("eth_sendRawTransaction", key.sign(nonce=1))
    kill(node)
    node = up(block_time=0.2)
    rpc = Rpc(node.url)
    assert rpc("eth_getTransactionReceipt", later) is None
    other = rpc("eth_sendRawTransaction", Key(8).sign())
    first = rpc("eth_sendRawTransaction", key.sign(nonce=0))
    blocks = [rpc.receipt(one)["blockHash"] for one in (later, other, first)]
    kill(node)
    rpc = Rpc(up().url)
    assert [rpc.receipt(one)["blockHash"] for one in (later, other, first)] == blocks
