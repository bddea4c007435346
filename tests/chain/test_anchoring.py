"""The hand-made call data and transactions, against the libraries that make them slowly."""

from __future__ import annotations

import pytest
import rlp
from eth_abi import decode
from eth_account import Account
from hypothesis import given
from hypothesis import strategies as st

from ledger_client import anchoring
from ledger_client.errors import InvalidInput
from ledger_client.onchain import keccak

words = st.binary(min_size=32, max_size=32)
KEY = Account.from_key(b"\1" * 32)
LEDGER = b"\5" * 20


@given(st.lists(st.tuples(words, words), min_size=1, max_size=20))
def test_call_data_decodes_to_the_pairs(pairs):
    data = anchoring.calldata(pairs)
    assert data[:4] == keccak(b"anchor(bytes32[],bytes32[])")[:4]
    items, commitments = decode(["bytes32[]", "bytes32[]"], data[4:])
    assert list(zip(items, commitments, strict=True)) == pairs


def test_a_signed_anchor_is_a_free_legacy_transaction_of_its_key():
    signed = anchoring.sign(KEY, 7, 1337, LEDGER, [(bytes(32), b"\1" * 32)])
    assert (signed.nonce, signed.hash) == (7, keccak(signed.raw))
    assert Account.recover_transaction(signed.raw) == KEY.address
    nonce, gas_price, gas, to, value, data, v, *_ = rlp.decode(signed.raw)
    assert (nonce, gas_price, value, to) == (b"\7", b"", b"", LEDGER)
    assert int.from_bytes(gas, "big") == anchoring.gas(1)
    assert data == anchoring.calldata([(bytes(32), b"\1" * 32)])
    assert int.from_bytes(v, "big") in {2 * 1337 + 35, 2 * 1337 + 36}


def test_where_gas_has_a_price_it_is_paid():
    assert rlp.decode(anchoring.sign(KEY, 0, 1337, LEDGER, [(bytes(32), bytes(32))], gas_price=9).raw)[1] == b"\x09"


@pytest.mark.parametrize("pairs", [[], [(bytes(32), bytes(32))] * 501])
def test_a_transaction_holds_1_to_500_anchors(pairs):
    with pytest.raises(InvalidInput, match="give 1 to 500"):
        anchoring.calldata(pairs)
    assert anchoring.MAX_BATCH == 500


def test_a_pair_of_another_size_is_named():
    with pytest.raises(InvalidInput, match=r"pairs\[1\]: has 32 and 31 bytes"):
        anchoring.calldata([(bytes(32), bytes(32)), (bytes(32), bytes(31))])
