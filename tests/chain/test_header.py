"""Header bytes: the forms in which engines hash a header, and what is read back from them."""

from __future__ import annotations

import pytest
import rlp as library
from hypothesis import given
from hypothesis import strategies as st

from ledger_client import rlp
from ledger_client.errors import InvalidInput, NodeUnavailable
from ledger_client.header import BlockJson, block_of, facts
from ledger_client.onchain import keccak

trees = st.recursive(st.binary(max_size=80), lambda inner: st.lists(inner, max_size=5), max_leaves=12)

# extraData as Besu's QBFT tests give it: vanity, two validators, a vote, round 0xfedcba, two seals.
QBFT_EXTRA = (
    "0xf8f0a00102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20ea94000000000000000000000000000000000000000194"
    "0000000000000000000000000000000000000002d794000000000000000000000000000000000000000181ff83fedcbaf886b841"
    "0000000000000000000000000000000000000000000000000000000000000001000000000000000000000000000000000000000000000000000000000000000a00"
    "b841000000000000000000000000000000000000000000000000000000000000000a000000000000000000000000000000000000000000000000000000000000000100"
)


def block(extra: str, block_hash: bytes) -> BlockJson:
    word = "0x" + "11" * 32
    return BlockJson(
        number="0x10", hash="0x" + block_hash.hex(), parent_hash=word, sha3_uncles=word, miner="0x" + "22" * 20,
        state_root="0x" + "33" * 32,
        transactions_root=word, receipts_root=word, logs_bloom="0x" + "00" * 256, gas_limit="0x1000", gas_used="0x0", timestamp="0x65",
        extra_data=extra, difficulty="0x1", base_fee_per_gas="0x0",
    )  # fmt: skip


def hashed(extra: bytes) -> bytes:
    """keccak256 of that header with this extraData, by the rlp library."""
    word = b"\x11" * 32
    fields = [
        word,
        word,
        b"\x22" * 20,
        b"\x33" * 32,
        word,
        word,
        bytes(256),
        b"\1",
        b"\x10",
        b"\x10\0",
        b"",
        b"\x65",
        extra,
        bytes(32),
        bytes(8),
        b"",
    ]
    return keccak(library.encode(fields))


@given(trees)
def test_rlp_is_that_of_the_library(tree):
    assert rlp.encode(tree) == library.encode(tree)
    assert rlp.decode(rlp.encode(tree)) == tree


@given(st.binary(max_size=40))
def test_what_is_not_the_shortest_rlp_is_refused(raw):
    try:
        decoded = rlp.decode(raw)
    except InvalidInput:
        return
    assert rlp.encode(decoded) == raw


@pytest.mark.parametrize("raw", ["", "80ff", "b801", "b80100", "8100", "c1", "f800", "b90001" + "00", "c2820101"])
def test_broken_rlp_is_refused(raw):
    with pytest.raises(InvalidInput):
        rlp.decode(bytes.fromhex(raw))


@given(st.integers(0, 2**64))
def test_a_number_has_no_leading_zeros(value):
    assert rlp.encode(rlp.number(value)) == library.encode(value)


def test_a_plain_header_is_its_own_preimage():
    found = block_of(block("0x1234", hashed(b"\x12\x34")))
    assert keccak(found.rlp) == found.hash
    assert facts(found.rlp) == (16, 101, b"\x33" * 32, b"\x11" * 32)


@pytest.mark.parametrize("kept", ["qbft", "ibft2"])
def test_a_bft_header_is_hashed_without_the_seals(kept):
    vanity, validators, vote, _, _ = library.decode(bytes.fromhex(QBFT_EXTRA[2:]))
    on_chain = library.encode([vanity, validators, vote, b"", []] if kept == "qbft" else [vanity, validators, vote])
    found = block_of(block(QBFT_EXTRA, hashed(on_chain)))
    assert keccak(found.rlp) == found.hash
    assert facts(found.rlp).state_root == b"\x33" * 32


def test_a_header_that_hashes_in_no_known_way_has_no_bytes():
    assert block_of(block(QBFT_EXTRA, bytes(32))).rlp == b""
    assert block_of(block("0x", bytes(32))).rlp == b""


def test_a_header_that_is_not_hex_is_a_node_that_talks_nonsense():
    with pytest.raises(NodeUnavailable):
        block_of(block("0xhello", bytes(32)))


@pytest.mark.parametrize("raw", [b"", b"\x80", rlp.encode([b""] * 14), rlp.encode([[b""]] * 15)])
def test_bytes_that_are_no_header_are_refused(raw):
    with pytest.raises(InvalidInput):
        facts(raw)
