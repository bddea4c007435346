"""What the public port answers, and what it does not."""

import socket
from pathlib import Path

import pytest

from ledger_client.onchain import keccak
from scripts.node import start
from tests.node.conftest import child, sent
from tests.node.writer import Key, Rpc

CHEATS = [
    "anvil_setStorageAt",
    "anvil_setBalance",
    "anvil_impersonateAccount",
    "anvil_dumpState",
    "anvil_loadState",
    "anvil_reset",
    "anvil_dropTransaction",
    "evm_snapshot",
    "evm_revert",
    "evm_mine",
    "evm_setNextBlockTimestamp",
    "hardhat_setCode",
    "debug_traceTransaction",
    "trace_block",
    "txpool_content",
    "eth_sendTransaction",
    "eth_sendUnsignedTransaction",
    "eth_sign",
    "eth_newFilter",
    "ledger_setClock",
    "personal_unlockAccount",
]


@pytest.fixture
def rpc(up):
    return Rpc(up().url)


@pytest.fixture(scope="module")
def idle(tmp_path_factory):
    """One chain for the tests that leave it as it is."""
    with start(tmp_path_factory.mktemp("idle"), block_time=0) as node:
        rpc = Rpc(node.url)
        Rpc.opened.remove(rpc.http)  # it outlives the single test
        yield rpc
        assert rpc.height() == 0
        rpc.http.close()


@pytest.mark.parametrize("method", CHEATS)
def test_a_method_that_could_change_the_chain_is_refused_alone_and_inside_an_array(idle, method):
    call = {"jsonrpc": "2.0", "id": 2, "method": method, "params": []}
    refusal = {"jsonrpc": "2.0", "id": 2, "error": {"code": -32601, "message": f"the method {method} is not offered by this chain"}}
    assert idle.post(call) == refusal
    read = {"jsonrpc": "2.0", "id": 1, "method": "eth_chainId", "params": []}
    assert idle.post([read, call, read]) == [
        {"jsonrpc": "2.0", "id": 1, "result": "0x4f24"},
        refusal,
        {"jsonrpc": "2.0", "id": 1, "result": "0x4f24"},
    ]


def test_a_method_named_twice_does_not_slip_through(idle):
    body = b'{"jsonrpc":"2.0","id":1,"method":"evm_mine","method":"eth_blockNumber","params":[]}'
    assert idle.http.post("/", content=body).json()["result"] == "0x0"
    assert idle.height() == 0


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", -32700),
        (b"{", -32700),
        (b"[]", -32600),
        (b"17", -32600),
        (b'{"id":1}', -32600),
        (b'{"id":1,"method":7}', -32600),
        (b'{"id":1,"method":"eth_chainId","params":{"a":1}}', -32600),
        (b'{"id":1,"method":"eth_sendRawTransaction"}', -32602),
        (b'{"id":1,"method":"eth_sendRawTransaction","params":["0x"]}', -32602),
        (b'{"id":1,"method":"eth_sendRawTransaction","params":["0x03f8"]}', -32602),
        (b'{"id":1,"method":"eth_sendRawTransaction","params":[12]}', -32602),
    ],
)
def test_nonsense_gets_an_error_of_its_kind(idle, body, code):
    assert idle.http.post("/", content=body).json()["error"]["code"] == code


def test_an_array_of_sends_reads_and_refusals_is_answered_in_its_order(rpc, key):
    raws = [key.sign() for _ in range(3)]
    calls = [("eth_sendRawTransaction", [raws[0]]), ("eth_chainId", []), ("evm_mine", []), ("eth_sendRawTransaction", ["0xzz"])]
    calls += [("eth_sendRawTransaction", [raws[1]]), ("eth_gasPrice", []), ("eth_sendRawTransaction", [raws[2]])]
    answers = rpc.post([{"jsonrpc": "2.0", "id": f"n{n}", "method": method, "params": params} for n, (method, params) in enumerate(calls)])
    assert [answer["id"] for answer in answers] == [f"n{n}" for n in range(7)]
    assert ["result" in answer for answer in answers] == [True, True, False, False, True, True, True]
    assert [answers[1]["result"], answers[5]["result"]] == ["0x4f24", "0x0"]
    for n in (0, 4, 6):
        rpc.receipt(answers[n]["result"])


def test_the_answers_to_refused_transactions_are_the_nodes_own(rpc, key):
    sent(rpc, key)
    assert rpc.answer("eth_sendRawTransaction", key.sign(nonce=0))["error"]["message"] == "nonce too low"


def test_a_transaction_signed_for_another_chain_or_for_any_is_refused(idle):
    elsewhere = Key(9, chain_id=1)
    fields = {"nonce": 0, "gas": 21_000, "gasPrice": 0, "value": 0, "data": b"", "to": elsewhere.account.address}
    unprotected = "0x" + bytes(elsewhere.account.sign_transaction(fields).raw_transaction).hex()
    typed = elsewhere.sign(maxFeePerGas=0, maxPriorityFeePerGas=0)
    for raw, whose in ((elsewhere.sign(), "chain 1"), (typed, "chain 1"), (unprotected, "any chain")):
        error = idle.answer("eth_sendRawTransaction", raw)["error"]
        assert error == {"code": -32602, "message": f"params[0]: is signed for {whose} — this is chain 20260"}


def test_a_thousand_transactions_of_many_senders_in_one_array_keep_their_order(up):
    rpc = Rpc(up(block_time=0.3).url)
    keys = [Key(seed) for seed in range(100, 150)]
    raws = [keys[n % 50].sign(gas=21_000) for n in range(1000)]
    answers = rpc.post([{"jsonrpc": "2.0", "id": n, "method": "eth_sendRawTransaction", "params": [raw]} for n, raw in enumerate(raws)])
    hashes = [answer["result"] for answer in answers]
    rpc.receipt(hashes[-1])
    assert [one for block in rpc.blocks() for one in block["transactions"]] == hashes


def test_the_state_of_the_newest_blocks_can_be_read_and_proven(rpc, key):
    """So that a proof and the header it belongs to can be asked for while blocks are being made."""
    sent(rpc, key, 10)
    for number in range(4, 11):
        block = rpc("eth_getBlockByNumber", hex(number), False)
        proof = rpc("eth_getProof", key.account.address, [], hex(number))
        assert proof["nonce"] == hex(number)
        assert keccak(bytes.fromhex(proof["accountProof"][0][2:])).hex() == block["stateRoot"][2:]


def test_bodies_of_many_megabytes_pass_in_both_directions(idle):
    echo = "0x366000600037366000f3"  # code that returns its call data
    address, data = "0x" + "bb" * 20, "0x" + "5b" * 4_000_000
    call = {"to": address, "data": data, "gas": hex(1_900_000_000)}
    assert idle("eth_call", call, "latest", {address: {"code": echo}}) == data


def test_only_post_and_only_loopback_names_are_answered(rpc):
    assert rpc.http.get("/").status_code == 405
    body = {"jsonrpc": "2.0", "id": 1, "method": "eth_chainId"}
    assert rpc.http.post("/", json=body, headers={"Host": "evil.example:80"}).status_code == 403
    port = rpc.http.base_url.port
    assert rpc.http.post("/", json=body, headers={"Host": f"localhost:{port}"}).json()["result"] == "0x4f24"


def test_the_port_is_on_the_loopback_only(up):
    port = int(up().url.rpartition(":")[2])
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    assert [line[1] for line in lines if line[1].endswith(f":{port:04X}") and line[3] == "0A"] == [f"0100007F:{port:04X}"]


def test_the_nodes_own_port_is_out_of_reach_or_the_status_says_so(up):
    node = up()
    words = Path(f"/proc/{child(node)}/cmdline").read_text().split("\0")
    port = int(words[words.index("--port") + 1])
    with socket.socket() as probe:
        reachable = probe.connect_ex(("127.0.0.1", port)) == 0
    assert reachable == (not node.status()["isolated"])
