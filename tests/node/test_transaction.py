"""What the sequencer reads out of a signed transaction."""

import pytest
from eth_account import Account

from ledger_client.errors import InvalidInput
from scripts.node.transaction import read
from tests.node.writer import Key

ACCESS = [{"address": "0x00000000000000000000000000000000000000AA", "storageKeys": ["0x" + "00" * 32]}]


def _anchor(pairs):
    word = lambda number: f"{number:064x}"  # noqa: E731
    ids = "".join(word(n) for n in range(pairs))
    return "0x" + "ac1cc09b" + word(64) + word(96 + 32 * pairs) + word(pairs) + ids + word(pairs) + ids


@pytest.mark.parametrize(
    "fields",
    [{}, {"type": 1, "accessList": ACCESS}, {"maxFeePerGas": 0, "maxPriorityFeePerGas": 0}, {"to": None, "data": "0x" + "60" * 70_000}],
)
def test_gas_and_hash_of_every_type_are_read(fields):
    raw = Key(7).sign(gas=123_456, **fields)
    transaction = read(raw)
    assert (transaction.gas, transaction.chain_id) == (123_456, 20260)
    assert transaction.hash.hex() == _hash(raw)
    assert transaction.raw == raw
    assert transaction.anchors == 0


def test_a_transaction_from_before_chain_ids_has_none():
    unprotected = Account.from_key(b"7" * 32).sign_transaction(
        {"nonce": 0, "gas": 21_000, "gasPrice": 0, "value": 0, "data": b"", "to": Key(8).account.address}
    )
    assert read("0x" + bytes(unprotected.raw_transaction).hex()).chain_id is None


@pytest.mark.parametrize("pairs", [1, 2, 500])
def test_anchors_are_counted(pairs):
    from scripts.node import transaction

    data = "0x" + transaction._ANCHOR.hex() + _anchor(pairs)[10:]
    assert read(Key(7).sign(data=data, gas=16_000_000)).anchors == pairs


@pytest.mark.parametrize("raw", [None, 5, "", "0x", "f8", "0xzz", "0x01", "0x02f86b", "0xc0", "0x04c0"])
def test_what_is_not_a_transaction_is_refused(raw):
    with pytest.raises(InvalidInput, match=r"params\[0\]"):
        read(raw)


def test_a_transaction_cut_short_is_refused():
    raw = Key(7).sign(data="0x" + "ab" * 300)
    for end in range(2, len(raw) - 134, 2):  # the last 67 bytes are its signature, which is the node's to judge
        with pytest.raises(InvalidInput):
            read(raw[:end])


def _hash(raw):
    from ledger_client.onchain import keccak

    assert Account.recover_transaction(raw)
    return keccak(bytes.fromhex(raw[2:])).hex()
