"""The chain client against a real anvil node."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from ledger_client import anchoring
from ledger_client.chain import Chain
from ledger_client.errors import Incomplete, InvalidInput, NodeRefused, NodeUnavailable, NotFound, WrongChain
from ledger_client.onchain import NO_HEAD, Signer, fold_all, item_id, keccak

ITEM, OTHER = item_id("https://id.gs1.org/01/06901234567809/10/RAW01"), item_id("https://id.gs1.org/01/06901234567809/10/RAW02")
ONE, TWO, THREE = (bytes([n]) * 32 for n in (1, 2, 3))


def address_of(account):
    return bytes.fromhex(account.address[2:])


def test_the_node_names_its_chain(ledger_chain):
    chain_id, genesis = ledger_chain.chain.identity()
    assert (chain_id, genesis) == (ledger_chain.deployment.chain_id, ledger_chain.deployment.genesis)
    ledger_chain.chain.check_identity()


@pytest.mark.parametrize("change", [{"chain_id": 1}, {"genesis": bytes(32)}, {"ledger": bytes(20)}, {"members": bytes(20)}])
def test_another_chain_genesis_or_contract_is_refused(ledger_chain, change):
    with pytest.raises(WrongChain):
        Chain(ledger_chain.url, replace(ledger_chain.deployment, **change)).check_identity()


def test_a_chain_without_a_deployment_says_so(anvil):
    with pytest.raises(InvalidInput, match="name the deployment file"):
        Chain(anvil).total()


def test_each_header_hashes_to_its_block_hash_and_names_its_parent(ledger_chain):
    chain = ledger_chain.chain
    blocks = chain.blocks(0, chain.block().number)
    assert [keccak(block.rlp) for block in blocks] == [block.hash for block in blocks]
    assert [block.parent_hash for block in blocks[1:]] == [block.hash for block in blocks[:-1]]
    assert chain.block(blocks[-1].number) == blocks[-1]


@pytest.mark.parametrize("hardfork", ["london", "paris", "shanghai", "cancun", "prague"])
def test_headers_of_every_fork_hash_to_their_block_hash(new_anvil, hardfork):
    chain = Chain(new_anvil(hardfork=hardfork))
    assert keccak(chain.block(0).rlp) == chain.block(0).hash


def test_a_block_that_is_not_there_is_not_found(ledger_chain):
    head = ledger_chain.chain.block().number
    with pytest.raises(NotFound):
        ledger_chain.chain.block(head + 1000)
    with pytest.raises(NodeUnavailable, match=f"no block {head + 1}"):
        ledger_chain.chain.blocks(head, head + 1)


def test_anchors_come_back_in_order_and_fold_to_the_heads(ledger_chain):
    chain = ledger_chain.chain
    first = ledger_chain.anchor([(ITEM, ONE), (OTHER, TWO), (ITEM, THREE)])
    ledger_chain.anchor([(ITEM, TWO)], ledger_chain.signers[1])
    anchors = chain.anchors(first.block_number, chain.block().number)
    assert [(a.position, a.item_id, a.seq, a.commitment, a.member_id) for a in anchors] == [
        (1, ITEM, 1, ONE, 1), (2, OTHER, 1, TWO, 1), (3, ITEM, 2, THREE, 1), (4, ITEM, 3, TWO, 2),
    ]  # fmt: skip
    block = chain.block(first.block_number)
    assert {(a.time, a.block_hash, a.tx_hash) for a in anchors[:3]} == {(block.time, block.hash, first.tx_hash)}
    assert [a.signer for a in anchors] == [address_of(ledger_chain.signers[i]) for i in (0, 0, 0, 1)]
    heads = chain.heads([ITEM, OTHER, ONE])
    assert heads == [fold_all(a for a in anchors if a.item_id == ITEM), fold_all(a for a in anchors if a.item_id == OTHER), NO_HEAD]
    assert chain.total() == 4
    assert chain.anchors_of(ITEM) == [a for a in anchors if a.item_id == ITEM]


def test_heads_of_thousands_of_items_come_in_order(ledger_chain):
    ledger_chain.anchor([(ITEM, ONE)])
    ids = [keccak(bytes([n % 256, n // 256])) for n in range(2500)]
    heads = ledger_chain.chain.heads([*ids, ITEM])
    assert len(heads) == 2501
    assert [place for place, head in enumerate(heads) if head.count] == [2500]
    assert ledger_chain.chain.heads([]) == []


def test_a_full_batch_of_new_items_stays_within_its_gas_limit(ledger_chain):
    receipt = ledger_chain.anchor([(keccak(bytes([n % 256, n // 256])), ONE) for n in range(500)])
    assert receipt.succeeded
    assert receipt.gas_used < anchoring.gas(500) < 16_777_216
    assert ledger_chain.anchor([(ITEM, ONE)]).succeeded


def test_the_same_signed_bytes_anchor_once_however_often_they_are_sent(ledger_chain):
    chain, key = ledger_chain.chain, ledger_chain.signers[0]
    assert chain.nonce(address_of(key)) == 0
    signed = anchoring.sign(key, 0, ledger_chain.deployment.chain_id, ledger_chain.deployment.ledger, [(ITEM, ONE)])
    assert anchoring.sign(key, 0, ledger_chain.deployment.chain_id, ledger_chain.deployment.ledger, [(ITEM, ONE)]) == signed
    assert not chain.known(signed.hash)
    assert chain.receipt(signed.hash) is None
    assert [chain.send(signed.raw) for _ in range(3)] == [signed.hash] * 3
    assert chain.known(signed.hash)
    assert chain.nonce(address_of(key)) == 1
    assert chain.total() == 1


def test_a_used_nonce_is_refused_in_the_nodes_words(ledger_chain):
    ledger_chain.anchor([(ITEM, ONE)])
    signed = anchoring.sign(ledger_chain.signers[0], 0, ledger_chain.deployment.chain_id, ledger_chain.deployment.ledger, [(ITEM, TWO)])
    with pytest.raises(NodeRefused, match="nonce too low"):
        ledger_chain.chain.send(signed.raw)


def test_a_key_that_may_not_write_is_named_by_the_contract(ledger_chain):
    governor = ledger_chain.governors[0]
    receipt = ledger_chain.anchor([(ITEM, ONE)], governor)
    assert not receipt.succeeded
    with pytest.raises(NodeRefused, match=f"NotAWriter.signer={governor.address.lower()}"):
        ledger_chain.chain.call(ledger_chain.deployment.ledger, anchoring.calldata([(ITEM, ONE)]), sender=address_of(governor))


def test_members_and_signers_are_read(ledger_chain):
    chain = ledger_chain.chain
    members = chain.members()
    assert [(m.member_id, m.name, m.endpoint, m.suspended) for m in members] == [
        (1, "青山牧场", "https://farm.example", False), (2, "Dairy 乳业", "", False),
    ]  # fmt: skip
    known, unknown = chain.signers([address_of(ledger_chain.signers[1]), bytes(20)])
    assert known == Signer(address_of(ledger_chain.signers[1]), 2, members[1].since, 0)
    assert known.active_at(chain.block().time)
    assert unknown.member_id == 0


def test_block_times_given_by_the_caller_must_cover_the_logs(ledger_chain):
    from ledger_client.anchor_logs import anchors_of

    ledger_chain.anchor([(ITEM, ONE)])
    chain, head = ledger_chain.chain, ledger_chain.chain.block()
    logs = chain._logs(ledger_chain.deployment.ledger, head.number, head.number, [])
    for log in logs:
        log.block_timestamp = None  # as engines answer that do not give it
    assert [a.time for a in anchors_of(logs, ledger_chain.deployment.ledger, chain._clock(logs, None))] == [head.time]
    assert [a.time for a in anchors_of(logs, ledger_chain.deployment.ledger, chain._clock(logs, {head.number: 7}))] == [7]
    with pytest.raises(Incomplete):
        anchors_of(logs, ledger_chain.deployment.ledger, chain._clock(logs, {}))


def test_threads_share_one_chain(ledger_chain):
    ledger_chain.anchor([(ITEM, ONE), (OTHER, TWO)])
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda n: ledger_chain.chain.heads([ITEM if n % 2 else OTHER])[0].head, range(200)))
    assert len(set(answers[::2])) == len(set(answers[1::2])) == 1
    assert answers[0] != answers[1]
