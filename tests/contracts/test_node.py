"""The same artifacts on a real node, with gas, storage and the council as in the tests' own chain."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from eth_account import Account
from web3 import HTTPProvider, Web3
from web3.exceptions import ExtraDataLengthError

from ledger_client.calls import call_data
from ledger_client.contracts import (
    artifact,
    head_slot,
    member_count_slot,
    profile_slot,
    profile_word,
    signer_slot,
    signer_word,
    standing_slot,
    standing_word,
    total_slot,
)
from ledger_client.council import Council, actions
from ledger_client.council.sending import connect, send
from ledger_client.errors import Refused
from ledger_client.onchain import NO_HEAD, ZERO_HEAD, Head, Role, fold, keccak
from scripts import gas
from scripts.deploy import Founder, deploy

ITEM, COMMITMENT = keccak(b"item"), keccak(b"commitment")


@pytest.fixture
def node(new_anvil):
    """A node of this test's own, as our embedded chain runs it: no accounts, no price, rules of Cancun."""
    return Web3(HTTPProvider(new_anvil("--accounts", "0")))


def test_contracts_council_and_proven_storage_work_on_a_real_node(node, world):
    founders = [
        Founder("东方乳业", "https://dairy.example", Role.WRITER, raw(g), (raw(s),))
        for g, s in zip(world.governors[:3], world.signers, strict=False)
    ]
    deployment = deploy(node, Account.create(), founders, threshold=2)
    council, writer = Council(node, deployment), world.signers[0]
    council.check_code()

    receipt = send(node, writer, deployment.ledger, call_data("Ledger", "anchor", [ITEM], [COMMITMENT]))
    time = node.eth.get_block(receipt["blockNumber"])["timestamp"]
    head = Head(fold(ZERO_HEAD, COMMITMENT, raw(writer), time), 1)
    assert slot(node, deployment.ledger, head_slot(ITEM)) == head.word()
    assert slot(node, deployment.ledger, total_slot()) == (1).to_bytes(32, "big")
    assert slot(node, deployment.ledger, head_slot(keccak(b"another"))) == NO_HEAD.word()

    proposal = council.propose(writer, actions.revoke_signer(raw(writer)))
    for governor in world.governors[:2]:
        council.approve(governor, proposal.safe_tx_hash)
    revoked = node.eth.get_block(council.execute(world.stranger, proposal.safe_tx_hash)["blockNumber"])["timestamp"]
    founded = node.eth.get_block(deployment.block)["timestamp"]
    assert slot(node, deployment.members, signer_slot(raw(writer))) == signer_word(1, founded, revoked)
    assert slot(node, deployment.members, profile_slot(3)) == profile_word("东方乳业", "https://dairy.example")
    assert slot(node, deployment.members, standing_slot(2)) == standing_word(Role.WRITER, False, founded)
    assert slot(node, deployment.members, member_count_slot()) == (3).to_bytes(32, "big")

    with pytest.raises(Refused, match=r"NotAWriter\(signer="):
        send(node, writer, deployment.ledger, call_data("Ledger", "anchor", [ITEM], [COMMITMENT]))
    assert slot(node, deployment.ledger, head_slot(ITEM)) == head.word(), "what was written stays"


def test_a_real_node_charges_the_gas_that_is_committed(node):
    committed = json.loads(gas.FIGURES.read_text())
    first = deploy(node, gas.GOVERNORS[0], gas.founders(), threshold=2)
    gas._anchor_gas(node, first, size=2)
    assert {size: gas._anchor_gas(node, first, size) for size in (1, 100)} == {
        size: committed["anchor"][f"batch of {size}"] for size in (1, 100)
    }


def test_an_engine_of_londons_age_runs_the_same_artifacts(new_anvil, world):
    node = Web3(HTTPProvider(new_anvil("--accounts", "0", hardfork="london")))
    deployment = deploy(
        node, Account.create(), [Founder("A", "", Role.WRITER, raw(world.governors[0]), (raw(world.signers[0]),))], threshold=1
    )
    council = Council(node, deployment)
    proposal = council.propose(world.governors[0], actions.set_profile(1, "B", ""))
    council.approve(world.governors[0], proposal.safe_tx_hash)
    council.execute(world.stranger, proposal.safe_tx_hash)
    send(node, world.signers[0], deployment.ledger, call_data("Ledger", "anchor", [ITEM], [COMMITMENT]))
    ledger = node.eth.contract(Web3.to_checksum_address(deployment.ledger), abi=artifact("Ledger").abi)
    assert Head.of_word(ledger.functions.heads([ITEM]).call()[0]).count == 1


def test_blocks_of_a_proof_of_authority_chain_are_read_too():
    block = {"number": "0x0", "hash": "0x" + "07" * 32, "extraData": "0x" + "00" * 97}  # vanity, one signer, seal
    server = HTTPServer(("127.0.0.1", 0), type("Clique", (OneAnswer,), {"result": block}))
    Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    try:
        with pytest.raises(ExtraDataLengthError):
            Web3(HTTPProvider(url)).eth.get_block(0)
        assert connect(url).eth.get_block(0)["hash"] == b"\7" * 32
    finally:
        server.shutdown()
        server.server_close()


class OneAnswer(BaseHTTPRequestHandler):
    """A node that gives the same result to every question."""

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        answer = json.dumps({"jsonrpc": "2.0", "id": asked["id"], "result": self.result}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


def raw(account):
    return bytes.fromhex(account.address[2:])


def slot(node, contract, place):
    return bytes(node.eth.get_storage_at(Web3.to_checksum_address(contract), int.from_bytes(place, "big"))).rjust(32, b"\0")
