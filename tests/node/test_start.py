"""Starting, stopping, and the folder of a chain."""

import json
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ledger_client.errors import NodeUnavailable
from scripts.node import start
from tests.node.conftest import alive, child, kill, sent, settled
from tests.node.writer import Rpc, until


def test_a_second_start_on_the_same_folder_is_refused(up, home):
    node = up()
    with pytest.raises(NodeUnavailable, match=f"already served by another process: pid {node.process.pid} at {node.url}"):
        start(home, lock_wait=0)
    assert node.status()["state"] == "ready"


def test_a_start_waits_for_a_process_that_is_about_to_leave(up):
    first = up()
    first.process.terminate()
    assert up(lock_wait=10).status()["state"] == "ready"


def test_another_chain_id_than_the_folders_is_refused(up):
    kill(up(chain_id=777))
    with pytest.raises(NodeUnavailable, match="expected 20260, found 777"):
        up(chain_id=20260)
    assert Rpc(up().url)("eth_chainId") == hex(777)


@pytest.mark.parametrize("name", ["genesis.json", "height"])
def test_a_damaged_file_of_the_folder_is_named(up, home, name):
    kill(up())
    (home / name).write_bytes(b"\xff\0{")
    with pytest.raises(NodeUnavailable, match=f"{name}: is damaged"):
        up()


def test_the_genesis_time_is_fixed_at_the_first_start(up):
    node = up(genesis_time=1_790_000_000)
    first = Rpc(node.url)("eth_getBlockByNumber", "0x0", False)
    kill(node)
    assert Rpc(up(genesis_time=1_795_000_000).url)("eth_getBlockByNumber", "0x0", False) == first
    assert int(first["timestamp"], 16) == 1_790_000_000


def test_there_are_no_development_accounts_and_nothing_costs_gas(up, key):
    rpc = Rpc(up().url)
    assert rpc("eth_accounts") == []
    assert rpc("eth_getBalance", key.account.address, "latest") == "0x0"
    receipt = sent(rpc, key)[0]
    assert receipt["status"] == "0x1"
    assert rpc("eth_getBalance", key.account.address, "latest") == "0x0"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_cleanly_and_keeps_everything(up, key, number):
    node = up()
    rpc = Rpc(node.url)
    sent(rpc, key, 3)
    blocks, orphan = rpc.blocks(), child(node)
    node.process.send_signal(number)
    assert node.process.wait(10) == 0
    assert not alive(orphan)
    assert Rpc(up().url).blocks() == blocks


def test_the_chain_stops_when_its_starter_is_gone(home):
    program = "from scripts.node import start; import os, sys; print(start(sys.argv[1]).process.pid, flush=True); os.kill(os.getpid(), 9)"
    command = [sys.executable, "-c", program, str(home)]
    starter = subprocess.run(command, check=False, cwd=Path(__file__).parents[2], capture_output=True, text=True)
    pid = int(starter.stdout)
    until(lambda: not alive(pid))


def test_everything_lies_in_the_folder(up, key, home, tmp_path):
    node = up(snapshot_blocks=1)
    sent(Rpc(node.url), key)
    until(lambda: node.status()["snapshot"])
    node.stop()
    assert [path.name for path in tmp_path.iterdir()] == ["chain"]
    names = {"genesis.json", "height", "journal", "lock", "node.json", "node.log", "scratch", "snapshots"}
    assert {path.name for path in home.iterdir()} == names
    assert list((home / "scratch").iterdir()) == []


def test_the_status_tells_what_an_operator_asks(up, key, home):
    node = up()
    sent(Rpc(node.url), key, 2)
    status = settled(node)
    assert status["state"] == "ready"
    assert (status["height"], status["transactions"], status["waiting"]) == (2, 2, 0)
    assert status["journalBytes"] == (home / "journal").stat().st_size
    assert status["memoryBytes"] > 1_000_000
    assert status["secondsPerBlock"] > 0
    assert "embedded chain serves" in status["advice"]
    assert json.loads((home / "node.json").read_text()) == {
        "pid": node.process.pid,
        "port": int(node.url.rpartition(":")[2]),
        "url": node.url,
        "chainId": 20260,
    }


def test_without_transactions_there_are_no_blocks_and_with_many_one_in_a_block_time(up, key):
    rpc = Rpc(up(block_time=1).url)
    sent(rpc, key)
    time.sleep(1.5)
    assert rpc.height() == 1
    began = time.monotonic()
    while time.monotonic() - began < 2.2:
        last = rpc("eth_sendRawTransaction", key.sign())
    rpc.receipt(last)
    assert 2 <= rpc.height() - 1 <= (time.monotonic() - began) + 2


def test_a_lone_transaction_is_mined_soon_whatever_the_block_time(up, key):
    assert sent(Rpc(up(block_time=600).url), key)


def test_more_gas_than_a_block_holds_is_spread_over_blocks_without_loss(up, key):
    rpc = Rpc(up(block_time=0.1).url)
    raws = [key.sign(gas=900_000_000) for _ in range(5)]
    answers = rpc.post([{"jsonrpc": "2.0", "id": n, "method": "eth_sendRawTransaction", "params": [raw]} for n, raw in enumerate(raws)])
    for answer in answers:
        rpc.receipt(answer["result"])
    assert [len(block["transactions"]) for block in rpc.blocks()] == [0, 2, 2, 1]


def test_every_option_and_method_of_ours_is_documented():
    root = Path(__file__).parents[2]
    shown = subprocess.run([sys.executable, "-m", "scripts.node", "--help"], check=True, cwd=root, capture_output=True, text=True).stdout
    text = (root / "docs" / "embedded-chain.md").read_text()
    options = set(re.findall(r"--[a-z-]+", shown)) - {"--help"}
    assert len(options) == 10
    assert {option for option in options if f"`{option}" not in text} == set()
    assert all(f"`{method}" in text for method in ("ledger_nodeStatus", "ledger_setClock"))
