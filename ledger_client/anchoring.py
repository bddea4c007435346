"""Signed transactions that anchor commitments: `Ledger.anchor(bytes32[], bytes32[])`, encoded and signed here, sent by `chain`.

From the publisher's (item id, commitment) pairs to the bytes it stores before it sends them: the same pairs, nonce and key
give the same bytes, so sending them twice anchors once. Encoded by hand, which is 2000 times faster than a contract object.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eth_account.signers.local import LocalAccount
from eth_utils.address import to_checksum_address

from ledger_client.contracts import MAX_BATCH
from ledger_client.errors import InvalidInput
from ledger_client.onchain import keccak

Pair = tuple[bytes, bytes]  # item id (32 bytes), commitment (32 bytes)

_SELECTOR = keccak(b"anchor(bytes32[],bytes32[])")[:4]

# Measured (contracts/gas.json): 62,794 for one new item, 26,960 an item in a batch of 500 new ones; 79,894 for a ledger's very first.
_GAS_PER_TRANSACTION = 100_000
_GAS_PER_ANCHOR = 29_000


@dataclass(frozen=True, slots=True)
class SignedAnchor:
    """A signed transaction, ready to be sent any number of times."""

    raw: bytes
    hash: bytes  # 32 bytes
    nonce: int


def calldata(pairs: Sequence[Pair]) -> bytes:
    """The contract call for 1 to 500 pairs, in their order (spec 5.6); InvalidInput otherwise."""
    if not 1 <= len(pairs) <= MAX_BATCH:
        raise InvalidInput("pairs", f"{len(pairs)} anchors in one transaction", f"give 1 to {MAX_BATCH}")
    for place, (item_id, commitment) in enumerate(pairs):
        if len(item_id) != 32 or len(commitment) != 32:
            raise InvalidInput(f"pairs[{place}]", f"has {len(item_id)} and {len(commitment)} bytes, needs 32 and 32")
    size = len(pairs).to_bytes(32, "big")
    offsets = (64).to_bytes(32, "big") + (96 + 32 * len(pairs)).to_bytes(32, "big")
    items, commitments = (b"".join(column) for column in zip(*pairs, strict=True))
    return _SELECTOR + offsets + size + items + size + commitments


def gas(anchors: int) -> int:
    """The gas limit for a transaction of that many anchors: every item new, and a tenth more. 500 stay below EIP-7825's 16,777,216."""
    return _GAS_PER_TRANSACTION + _GAS_PER_ANCHOR * anchors


def sign(account: LocalAccount, nonce: int, chain_id: int, ledger: bytes, pairs: Sequence[Pair], *, gas_price: int = 0) -> SignedAnchor:
    """Sign one legacy transaction (every engine takes it; EIP-155) of 1 to 500 pairs. `gas_price` in wei, 0 on a private chain."""
    signed = account.sign_transaction(
        {
            "nonce": nonce,
            "gasPrice": gas_price,
            "gas": gas(len(pairs)),
            "to": to_checksum_address(ledger),
            "value": 0,
            "data": calldata(pairs),
            "chainId": chain_id,
        },
    )
    return SignedAnchor(bytes(signed.raw_transaction), bytes(signed.hash), nonce)
