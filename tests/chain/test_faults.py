"""A node that is down, slow, busy, limited, cut off or talks nonsense: what the caller of Chain gets to see."""

from __future__ import annotations

import json
import socket
import time

import pytest

from ledger_client import witness
from ledger_client.anchor_logs import ANCHORED
from ledger_client.chain import Chain
from ledger_client.deployment import Deployment
from ledger_client.errors import InvalidInput, LedgerError, NodeRefused, NodeUnavailable, RangeTooWide, Retryable, WrongChain
from ledger_client.onchain import NO_HEAD, item_id
from ledger_client.rpc import Call
from tests.chain.fake_node import Answer, FakeNode, error, fake_node, result

DEPLOYMENT = Deployment(1337, bytes(32), b"\1" * 20, b"\2" * 20, b"\3" * 20, 1)
ADDRESS = b"\7" * 20


@pytest.fixture
def node():
    with fake_node() as running:
        yield running


@pytest.fixture
def chain(node: FakeNode):
    made = Chain(node.url, DEPLOYMENT, timeout=0.5)
    yield made
    made.close()


def test_a_node_that_is_down_is_unavailable():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(NodeUnavailable, match=rf"127\.0\.0\.1:{port} does not answer: .*refused"):
        Chain(f"http://127.0.0.1:{port}").nonce(ADDRESS)


@pytest.mark.parametrize("url", ["", "127.0.0.1:8545", "ws://127.0.0.1:8545", "http://", "http://a..b:8545"])
def test_an_address_that_is_no_url_is_refused_at_once(url):
    with pytest.raises(InvalidInput, match=r"http://127\.0\.0\.1:8545"):
        Chain(url)


def test_a_login_and_a_strange_path_reach_the_node_as_they_are_meant():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        chain = Chain(f"http://user:p%20w@127.0.0.1:{listener.getsockname()[1]}/v3/a b?key=%2F", timeout=0.2)
        with pytest.raises(NodeUnavailable):
            chain.nonce(ADDRESS)
        with listener.accept()[0] as asked:
            head, _, body = asked.recv(65536).partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    assert lines[0] == "POST /v3/a%20b?key=%2F HTTP/1.1"
    assert f"Host: 127.0.0.1:{chain.rpc.url.split(':')[-1].split('/')[0]}" in lines
    assert "Authorization: Basic dXNlcjpwIHc=" in lines
    assert f"Content-Length: {len(body)}" in lines


@pytest.mark.parametrize("slow", [Answer("{}", wait=2), Answer(" " * 100, drip=0.02)])
def test_a_slow_node_is_given_up_after_the_timeout(node, chain, slow):
    node.answer(slow)
    with pytest.raises(NodeUnavailable, match=r"did not answer within 0\.5 s"):
        chain.nonce(ADDRESS)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer("", 500), "HTTP 500"),
        (Answer("<html>bad gateway</html>", 502), "HTTP 502"),
        (Answer("", 503), "HTTP 503"),
        (Answer("", 429), "HTTP 429"),
        (Answer("", 401), "HTTP 401"),
        (Answer('{"jsonrpc":"2.0","id":{id},"result":"0x', cut=True), "does not answer"),
        (Answer('{"jsonrpc":"2.0","id":{id},"result":"0x1"}', cut=True), "does not answer"),
        (Answer('{"jsonrpc":"2.0","id":{id},"result":"0x', chunked=True, cut=True), "does not answer"),
        (Answer('{"jsonrpc":"2.0","id":{id},"result":"0x'), "did not answer with JSON-RPC"),
        (Answer(""), "did not answer with JSON-RPC"),
        (Answer(b"\xff\xfe"), "did not answer with JSON-RPC"),
        (Answer("<html>hello</html>"), "did not answer with JSON-RPC"),
        (Answer('"hello"'), "did not answer with JSON-RPC"),
        (Answer("{}"), "with something else"),
        (result(None), "with something else"),
        (result(12), "with something else"),
        (result({"hash": 1}), "with something else"),
        (result("hello"), "where a hex number belongs"),
        (Answer(hang_up=True), "does not answer"),
        (error(-32005, "daily request count exceeded"), "busy"),
        (error(-32000, "request timed out"), "busy"),
    ],
)
def test_whatever_is_no_answer_is_unavailable_and_says_why(node, chain, answer, words):
    node.answer(answer)
    with pytest.raises(NodeUnavailable, match=words):
        chain.nonce(ADDRESS)


@pytest.mark.parametrize(
    ("header", "least", "most"), [("7", 7, 7), ("Fri, 31 Dec 2100 23:59:59 GMT", 1e9, 1e10), ("soon", None, None), (None, None, None)]
)
def test_a_busy_node_says_how_long_to_wait(node, chain, header, least, most):
    node.answer(Answer("", 429, (("Retry-After", header),) if header else ()))
    with pytest.raises(NodeUnavailable) as busy:
        chain.nonce(ADDRESS)
    wait = busy.value.retry_after
    assert wait is None if least is None else least <= wait <= most


RANGE_REFUSALS = [
    (-32005, "query returned more than 10000 results", 10000),
    (-32000, "query returned more than 10,000 results. Try with this block range [0x0, 0x1f].", 10000),
    (-32602, "query exceeds max block range 5000", 5000),
    (-32005, "Requested range exceeds maximum RPC range limit", None),
    (-32000, "eth_getLogs is limited to a 1000 block range", 1000),
    (-32602, "Log response size exceeded. You can make eth_getLogs requests with up to a 2K block range", None),
    (-32000, "block range is too wide", None),
    (-32000, "exceed maximum block range: 50000", 50000),
    (-32614, "eth_getLogs is limited to a 10,000 range", 10000),
    (-32000, "Response is too big", None),
]


@pytest.mark.parametrize(("code", "message", "limit"), RANGE_REFUSALS)
@pytest.mark.parametrize("status", [200, 400])
def test_a_limit_of_range_or_results_says_to_ask_for_less(node, chain, code, message, limit, status):
    node.answer(error(code, message, status=status))
    with pytest.raises(RangeTooWide) as refused:
        chain.anchors(0, 100_000)
    assert limit is None or refused.value.limit == limit
    assert isinstance(refused.value, Retryable)


def test_a_rate_limit_of_get_logs_is_no_range_limit(node, chain):
    node.answer(error(-32005, "rate limit exceeded: too many requests"))
    with pytest.raises(NodeUnavailable):
        chain.anchors(0, 10)


@pytest.mark.parametrize("message", ["node starting", "node starting: 12 of 80 blocks replayed", "node restarting…", "node stopping"])
def test_an_embedded_chain_whose_node_is_not_there_yet_is_unavailable(node, chain, message):
    node.answer(error(-32000, message))
    with pytest.raises(NodeUnavailable, match=message):
        chain.nonce(ADDRESS)


@pytest.mark.parametrize(("code", "message"), [(-32000, "the node starting"), (-32000, "node startings"), (3, "node starting")])
def test_words_like_those_of_an_absent_node_are_a_refusal(node, chain, code, message):
    node.answer(error(code, message))
    with pytest.raises(NodeRefused, match=message):
        chain.nonce(ADDRESS)


def test_an_error_that_will_stay_is_the_nodes_refusal(node, chain):
    node.answer(error(-32601, "the method eth_getTransactionCount does not exist"))
    with pytest.raises(NodeRefused, match="does not exist") as refused:
        chain.nonce(ADDRESS)
    assert (refused.value.code, refused.value.method) == (-32601, "eth_getTransactionCount")
    assert not isinstance(refused.value, Retryable)


def test_one_items_history_is_read_in_pieces_where_ranges_are_limited(node, chain):
    node.answer(error(-32005, "query exceeds max block range 300"), error(-32005, "query exceeds max block range 300"), result([]))
    assert chain.anchors_of(item_id("x"), 1, 1000) == []
    ranges = [(int(asked["params"][0]["fromBlock"], 16), int(asked["params"][0]["toBlock"], 16)) for asked in node.asked]
    assert ranges == [(1, 1000), (1, 500), (1, 250), (251, 500), (501, 750), (751, 1000)]


def test_a_range_of_one_block_that_is_refused_stays_refused(node, chain):
    node.answer(error(-32005, "query returned more than 10000 results"))
    with pytest.raises(RangeTooWide):
        chain.anchors_of(item_id("x"), 5, 8)


LOG = {
    "address": "0x" + "01" * 20,
    "topics": ["0x" + "00" * 32] * 3,
    "data": "0x" + "00" * 128,
    "blockNumber": "0x1",
    "blockHash": "0x" + "00" * 32,
    "transactionHash": "0x" + "00" * 32,
    "logIndex": "0x0",
    "blockTimestamp": "0x1",
}


ANOTHERS = {"topics": ["0x" + ANCHORED.hex(), *LOG["topics"][1:]], "address": "0x" + "09" * 20}


@pytest.mark.parametrize("change", [{}, ANOTHERS, {"topics": []}, {"data": "0x"}, {"data": "0xzz"}, {"removed": True}, {"logIndex": None}])
def test_a_log_that_is_no_anchor_is_never_skipped(node, chain, change):
    node.answer(result([{**LOG, **change}]))
    with pytest.raises(NodeUnavailable):
        chain.anchors(1, 1)
    with pytest.raises(NodeUnavailable):
        chain.member_logs(1, 1)


def answers(*entries: dict[str, object]) -> Answer:
    return Answer(json.dumps([{"jsonrpc": "2.0", **entry} for entry in entries]))


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (answers(), NodeUnavailable),
        (answers({"id": 1, "result": "0x539"}), NodeUnavailable),
        (answers({"id": 1, "result": "0x539"}, {"id": 2, "error": {"code": -32000, "message": "oops"}}), NodeRefused),
        (answers({"id": 1, "result": "0x539"}, {"id": 2, "result": None}), NodeUnavailable),
        (error(-32600, "batches are not supported"), NodeRefused),
        (result("0x1"), NodeUnavailable),
        (Answer("[1]"), NodeUnavailable),
    ],
)
def test_a_batch_is_answered_in_full_or_not_at_all(node, chain, answer, expected):
    node.answer(answer)
    with pytest.raises(expected):
        chain.identity()


def test_the_answers_of_a_batch_may_come_in_any_order(node, chain):
    call = {"params": [], "type": str}
    from ledger_client.rpc import Call

    node.answer(answers({"id": 2, "result": "second"}, {"id": 1, "result": "first"}))
    assert chain.rpc.batch([Call("a", **call), Call("b", **call)]) == ["first", "second"]


def test_another_contract_at_the_address_is_told_from_a_ledger(node, chain):
    node.answer(result("0x"))
    with pytest.raises(WrongChain, match="contract at 0x0101"):
        chain.total()


def test_a_connection_is_kept_and_a_stale_one_replaced_without_the_caller_noticing(node, chain):
    node.answer(result("0x1"))
    assert [chain.nonce(ADDRESS) for _ in range(5)] == [1] * 5
    assert node.connections == 1
    node.answer(Answer(hang_up=True), result("0x2"))
    assert chain.nonce(ADDRESS) == 2
    assert node.connections == 2


@pytest.mark.parametrize("drip", [0, 0.001])
@pytest.mark.parametrize(
    "answer", [{"chunked": True}, {"headers": (("Connection", "close"),)}, {"headers": (("X-Length", "content-length: 3"),)}, {}]
)
def test_an_answer_in_any_form_of_http_is_read_whole(node, chain, answer, drip):
    node.answer(Answer('{"jsonrpc":"2.0","id":{id},"result":"0x2a"}', drip=drip, **answer))
    assert [chain.nonce(ADDRESS) for _ in range(3)] == [42] * 3


def test_work_is_done_while_the_node_makes_its_answer_and_the_rest_is_left(node, chain):
    node.answer(Answer('[{"jsonrpc":"2.0","id":1,"result":"0x2a"}]', wait=0.05))
    done = []
    work = (done.append(time.sleep(0.01)) for _ in range(1000))
    assert chain.rpc.outcomes([Call("eth_chainId", [], str)], work) == ["0x2a"]
    assert 0 < len(done) < 20
    next(work)


def test_the_time_of_that_work_is_not_the_nodes(node, chain):
    node.answer(Answer('[{"jsonrpc":"2.0","id":1,"result":"0x2a"}]', wait=0.8))
    work = (time.sleep(0.3) for _ in range(2))
    assert chain.rpc.outcomes([Call("eth_chainId", [], str)], work) == ["0x2a"]


def test_a_node_that_recovers_is_used_again(node, chain):
    node.answer(Answer("", 500), Answer("{}", cut=True), Answer("nonsense"), result("0x5"))
    for _ in range(3):
        with pytest.raises(NodeUnavailable):
            chain.nonce(ADDRESS)
    assert chain.nonce(ADDRESS) == 5


def test_a_login_in_the_address_is_sent_and_never_shown(node):
    node.answer(Answer("", 500))
    with pytest.raises(LedgerError) as refused:
        Chain(node.url.replace("//", "//user:pass%20word@")).nonce(ADDRESS)
    assert "word" not in str(refused.value)
    assert "user" not in str(refused.value)


def outcomes(**changes: dict[str, object]) -> Answer:
    """What a node says of block 5 and an item, each part as it should be or changed."""
    block = {"hash": "0x" + "ab" * 32, "stateRoot": "0x" + "cd" * 32, "timestamp": "0x7"}
    parts: dict[str, dict[str, object]] = {
        "identity": {"result": "0x539"},
        "genesis": {"result": {**block, "hash": "0x" + "00" * 32}},
        "block": {"result": block},
        "head": {"result": "0x" + "00" * 96},
        "times": {"result": block},
    }
    return answers(*({"id": number, **part} for number, part in enumerate((parts | changes).values(), 1)))


def test_a_testimony_is_one_request(node, chain):
    node.answer(outcomes())
    said = witness.ask(chain.rpc, 5, b"\1" * 20, item_id("x"), [3])
    assert (said.identity(), said.block(), said.head(), said.times()) == ((1337, bytes(32)), (b"\xab" * 32, b"\xcd" * 32), NO_HEAD, {3: 7})
    assert len(node.asked) == 1


def test_a_refused_part_of_a_testimony_is_told_when_it_is_read(node, chain):
    refused: dict[str, object] = {"error": {"code": 3, "message": "execution reverted"}}
    node.answer(outcomes(block={"result": None}, head=refused, times={"result": None}))
    said = witness.ask(chain.rpc, 5, b"\1" * 20, item_id("x"), [3])
    assert (said.identity(), said.block()) == ((1337, bytes(32)), None)
    with pytest.raises(NodeRefused, match="reverted"):
        said.head()
    with pytest.raises(NodeUnavailable, match="no block 3"):
        said.times()


@pytest.mark.parametrize("change", [{"genesis": {"result": None}}, {"identity": {"result": "hello"}}, {"genesis": {"result": {"hash": 1}}}])
def test_a_testimony_without_an_identity_is_unavailable(node, chain, change):
    node.answer(outcomes(**change))
    with pytest.raises(NodeUnavailable):
        witness.ask(chain.rpc, 5, b"\1" * 20, item_id("x"), [3]).identity()


def test_an_address_without_a_ledger_gives_no_head(node, chain):
    node.answer(outcomes(head={"result": "0x"}))
    with pytest.raises(WrongChain):
        witness.ask(chain.rpc, 5, b"\1" * 20, item_id("x"), [3]).head()
