"""A start from a snapshot answers like the chain that made it; a spoilt snapshot is passed over."""

import json

import pytest

from ledger_client.errors import NodeUnavailable
from tests.node.conftest import kill, sent
from tests.node.writer import Key, Rpc, until

# Init code of a contract that on every call stores the number of calls and logs it: slot 0 and one topic.
COUNTER = "0x601080600b6000396000f3" + "6000546001018060005560006000a100"


def _answers(rpc, counter, transactions):
    """Everything that readers of old blocks rely on."""
    height = rpc.height()
    return {
        "blocks": rpc.blocks(),
        "logs": rpc("eth_getLogs", {"fromBlock": "0x0", "toBlock": hex(height), "address": counter}),
        "receipts": [rpc("eth_getTransactionReceipt", one) for one in transactions],
        "transactions": [rpc("eth_getTransactionByHash", one) for one in transactions],
        "proof": rpc("eth_getProof", counter, ["0x" + "00" * 32], "latest"),
        "code": rpc("eth_getCode", counter, "latest"),
    }


@pytest.fixture
def filled(up, key, home):
    """A chain with logs in 12 blocks and two snapshots, killed: its answers, how to ask again, its snapshots' heights."""
    node = up(snapshot_blocks=4)
    rpc = Rpc(node.url)
    counter = rpc.receipt(rpc("eth_sendRawTransaction", key.sign(to=None, data=COUNTER)))["contractAddress"]
    transactions = []
    for part in range(1, 4):
        for _ in range(4):
            transactions.append(rpc("eth_sendRawTransaction", key.sign(to=counter)))
            rpc.receipt(transactions[-1])
        until(lambda part=part: (node.status()["snapshot"] or {"height": 0})["height"] >= 4 * part)
    ask = lambda url: _answers(Rpc(url), counter, transactions)  # noqa: E731
    answers = ask(node.url)
    assert len(answers["logs"]) == 12
    assert answers["proof"]["storageProof"][0]["value"] == "0xc"
    kill(node)
    return answers, ask, sorted(int(path.stem) for path in (home / "snapshots").glob("*.json"))


def test_a_start_from_a_snapshot_answers_the_same_of_every_old_block(up, filled):
    answers, ask, heights = filled
    assert len(heights) == 2
    node = up()
    assert node.status()["snapshot"]["height"] == heights[-1]
    assert ask(node.url) == answers


def test_snapshot_and_journal_give_the_same_next_blocks(up, filled, home):
    """The uninterrupted chain, the one from the snapshot and the one from the journal alone go on with equal hashes."""
    answers, ask, _ = filled
    node = up()
    sent(Rpc(node.url), Key(8), 3)
    longer = Rpc(node.url).blocks()
    kill(node)
    for path in (home / "snapshots").iterdir():
        path.unlink()
    node = up()
    assert node.status()["snapshot"] is None
    assert Rpc(node.url).blocks() == longer
    assert ask(node.url)["logs"] == answers["logs"]


@pytest.mark.parametrize("spoil", ["truncated", "flipped", "without its facts", "facts torn", "half written"])
def test_a_spoilt_snapshot_is_passed_over_for_the_older_one(up, filled, home, spoil):
    answers, ask, heights = filled
    state, facts = (home / "snapshots" / f"{heights[-1]}.{kind}" for kind in ("state", "json"))
    data = state.read_bytes()
    match spoil:
        case "truncated":
            state.write_bytes(data[: len(data) // 2])
        case "flipped":
            state.write_bytes(data[:50] + bytes([data[50] ^ 1]) + data[51:])
        case "without its facts":
            facts.unlink()
        case "facts torn":
            facts.write_bytes(facts.read_bytes()[:40])
        case "half written":
            state.rename(state.with_suffix(".state.new"))
    node = up()
    assert node.status()["snapshot"]["height"] == heights[0]
    assert ask(node.url) == answers


def test_a_snapshot_that_the_node_does_not_take_is_passed_over(up, filled, home):
    answers, ask, heights = filled
    facts = home / "snapshots" / f"{heights[-1]}.json"
    stored = json.loads(facts.read_text())
    facts.write_text(json.dumps({**stored, "hash": "0x" + "11" * 32}))
    node = up()
    assert node.status()["snapshot"]["height"] == heights[0]
    assert ask(node.url) == answers


def test_with_all_snapshots_spoilt_the_journal_is_enough(up, filled, home):
    answers, ask, _ = filled
    for path in (home / "snapshots").glob("*.state"):
        path.write_bytes(b"")
    node = up()
    assert node.status()["snapshot"] is None
    assert ask(node.url) == answers


@pytest.mark.usefixtures("filled")
def test_a_journal_shorter_than_its_snapshot_stops_the_start(up, home):
    journal = home / "journal"
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join(lines[:5]))
    with pytest.raises(NodeUnavailable, match="but a snapshot was made at byte"):
        up()


def test_a_waiting_transaction_is_in_the_snapshot(up, key):
    node = up(snapshot_blocks=1)
    rpc = Rpc(node.url)
    later = rpc("eth_sendRawTransaction", key.sign(nonce=1))
    sent(rpc, Key(8))
    until(lambda: node.status()["snapshot"])
    kill(node)
    rpc = Rpc(up().url)
    rpc("eth_sendRawTransaction", key.sign(nonce=0))
    assert rpc.receipt(later)["blockNumber"] == "0x2"
