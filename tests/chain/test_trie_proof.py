"""Merkle Patricia proofs against a real trie: what it holds is proven, what it does not hold is proven not to be there."""

from __future__ import annotations

import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger_client import rlp, trie_proof
from ledger_client.errors import EvidenceError
from ledger_client.onchain import keccak

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from trie import HexaryTrie

contents = st.dictionaries(st.integers(0, 255), st.binary(min_size=1, max_size=40), max_size=60)


def filled(content):
    trie = HexaryTrie({})
    for key, value in content.items():
        trie[keccak(bytes([key]))] = value
    return trie


def proof_of(trie, key):
    return [rlp.encode(node) for node in trie.get_proof(keccak(bytes([key])))]


@given(contents, st.integers(0, 255))
def test_a_proof_gives_what_the_trie_holds(content, key):
    trie = filled(content)
    assert trie_proof.value(trie.root_hash, keccak(bytes([key])), proof_of(trie, key)) == content.get(key)


@given(contents.filter(bool), st.data())
def test_a_proof_with_any_changed_byte_does_not_hold(content, data):
    trie, key = filled(content), data.draw(st.sampled_from(sorted(content)))
    proof = proof_of(trie, key)
    node = data.draw(st.integers(0, len(proof) - 1))
    place = data.draw(st.integers(0, len(proof[node]) - 1))
    changed = bytearray(proof[node])
    changed[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(EvidenceError):
        trie_proof.value(trie.root_hash, keccak(bytes([key])), [*proof[:node], bytes(changed), *proof[node + 1 :]])


@given(contents.filter(bool), st.data())
def test_a_node_too_many_or_too_few_is_noticed(content, data):
    trie, key = filled(content), data.draw(st.sampled_from(sorted(content)))
    proof = proof_of(trie, key)
    for wrong in (proof[:-1], [*proof, proof[-1]], []):
        with pytest.raises(EvidenceError):
            trie_proof.value(trie.root_hash, keccak(bytes([key])), wrong)


def test_an_empty_trie_holds_nothing():
    for proof in ([], [b"\x80"]):
        assert trie_proof.value(trie_proof.EMPTY_ROOT, bytes(32), proof) is None
        assert trie_proof.slot(trie_proof.EMPTY_ROOT, bytes(32), proof) == bytes(32)
    with pytest.raises(EvidenceError):
        trie_proof.value(bytes(32), bytes(32), [])


def test_short_keys_lead_through_embedded_nodes_to_branch_values():
    trie = HexaryTrie({})
    for key in (b"\x12", b"\x12\x34", b"\x12\x35", b"\x13"):
        trie[key] = b"v" + key
    for key in (b"\x12", b"\x12\x34", b"\x12\x35", b"\x13", b"\x12\x36", b"\x20"):
        proof = [rlp.encode(node) for node in trie.get_proof(key)]
        embedded = [raw for raw in proof if raw == proof[0] or len(raw) >= 32]  # as eth_getProof gives them
        assert trie_proof.value(trie.root_hash, key, embedded) == (trie[key] or None)


@pytest.mark.parametrize("node", [b"\x01", [b""] * 3, [b"\x40", b""], [b"", b""], [b"\x01\x02", b""], [[], b""], [b"\x00", b"short"]])
def test_a_node_of_another_shape_is_refused_even_with_the_right_hash(node):
    raw = rlp.encode(node)
    with pytest.raises(EvidenceError):
        trie_proof.value(keccak(raw), bytes(32), [raw])


@pytest.mark.parametrize("fields", [b"", [b""] * 3, [b"", b"", b"", []]])
def test_an_account_of_another_shape_is_refused(fields):
    key = keccak(b"\1" * 20)
    leaf = rlp.encode([b"\x20" + key, rlp.encode(fields)])
    with pytest.raises(EvidenceError):
        trie_proof.account(keccak(leaf), b"\1" * 20, [leaf])
