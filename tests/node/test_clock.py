"""The simulated clock of demonstrations."""

import time

import pytest

from tests.node.conftest import kill, sent
from tests.node.writer import Rpc

START = 1_780_000_000


@pytest.fixture
def rpc(up):
    return Rpc(up(clock=True, genesis_time=START).url)


def _times(rpc):
    return [int(block["timestamp"], 16) - START for block in rpc.blocks()]


def test_blocks_carry_the_time_that_was_set_until_it_is_set_again(rpc, key):
    for offset in (100, 100, 86_400):
        rpc("ledger_setClock", START + offset)
        sent(rpc, key, 2)
    assert _times(rpc) == [0, 100, 100, 100, 100, 86_400, 86_400]
    rpc("ledger_setClock", None)
    before = int(time.time())
    sent(rpc, key)
    assert before <= START + _times(rpc)[-1] <= time.time()


def test_what_waits_gets_into_a_block_at_the_old_time_first(up, key):
    rpc = Rpc(up(clock=True, genesis_time=START, block_time=600).url)
    for day in range(1, 4):
        rpc("ledger_setClock", START + day)
        for _ in range(2):
            rpc("eth_sendRawTransaction", key.sign())
    assert rpc("ledger_setClock", START + 9) == {"height": rpc.height(), "blockTime": START + 3}
    assert sorted(set(_times(rpc))) == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("wanted", "problem"),
    [(START - 1, "is before the newest block's"), (10**11, "lies in the future"), ("soon", "is neither"), (True, "is neither")],
)
def test_a_time_that_cannot_be_is_refused(rpc, wanted, problem):
    error = rpc.answer("ledger_setClock", wanted)["error"]
    assert error["code"] == -32602
    assert problem in error["message"]


def test_simulated_times_survive_a_kill_and_a_start_goes_on_with_real_time(up, key):
    node = up(clock=True, genesis_time=START)
    rpc = Rpc(node.url)
    rpc("ledger_setClock", START + 50)
    sent(rpc, key, 2)
    blocks = rpc.blocks()
    kill(node)
    rpc = Rpc(up().url)
    assert rpc.blocks() == blocks
    assert rpc.answer("ledger_setClock", None)["error"]["code"] == -32601
    sent(rpc, key)
    assert START + _times(rpc)[-1] >= int(time.time()) - 5
