"""What the sequencer must know of a signed transaction: its hash and chain, how much gas it may use, how many anchors it carries.

Reads just enough RLP (Ethereum yellow paper, appendix B) of the three transaction types of this chain; everything else about
a transaction is for the node to judge.
"""

from __future__ import annotations

from typing import NamedTuple

from ledger_client.errors import InvalidInput
from ledger_client.onchain import keccak

_ANCHOR = keccak(b"anchor(bytes32[],bytes32[])")[:4]
_GAS_FIELD = {0: 2, 1: 3, 2: 4}  # type -> index of the gas limit; `to`, `value`, `data` follow it


class Transaction(NamedTuple):
    """One signed transaction as it was sent."""

    raw: str  # hex with 0x, as handed on
    hash: bytes  # 32 bytes
    chain_id: int | None  # None when it would be valid on any chain (before EIP-155)
    gas: int  # gas limit
    anchors: int  # commitments it carries; 0 if it is something else


def read(raw: object) -> Transaction:
    """Read a transaction from its hex; raises InvalidInput."""
    if not isinstance(raw, str) or not raw.startswith("0x"):
        raise InvalidInput("params[0]", "is not a transaction in hex with 0x")
    try:
        data = bytes.fromhex(raw[2:])
        chain_id, gas, payload = _facts(data)
    except (ValueError, IndexError):
        raise InvalidInput("params[0]", "is not a signed transaction of type 0, 1 or 2") from None
    anchors = (len(payload) - 132) // 64 if payload.startswith(_ANCHOR) else 0
    return Transaction("0x" + data.hex(), keccak(data), chain_id, gas, max(anchors, 0))


def _facts(data: bytes) -> tuple[int | None, int, bytes]:
    """Chain id, gas limit, call data."""
    kind, at = (0, 0) if data[0] >= 0xC0 else (data[0], 1)
    if kind not in _GAS_FIELD:
        raise ValueError(kind)
    gas_field = _GAS_FIELD[kind]
    at, _ = _item(data, at)  # into the list
    fields: list[bytes] = []
    while len(fields) < gas_field + 5:  # gas, to, value, data, and after them v or the access list
        start, end = _item(data, at)
        fields.append(data[start:end])
        at = end
    number = int.from_bytes(fields[0] if kind else fields[-1], "big")
    chain_id = number if kind else ((number - 35) // 2 if number >= 35 else None)  # EIP-155
    return chain_id, int.from_bytes(fields[gas_field], "big"), fields[gas_field + 3]


def _item(data: bytes, at: int) -> tuple[int, int]:
    """Where the content of the RLP item at `at` starts and ends."""
    first = data[at]
    if first < 0x80:
        return at, at + 1
    short = first - (0xC0 if first >= 0xC0 else 0x80)
    if short <= 55:
        return at + 1, at + 1 + short
    width = short - 55
    size = int.from_bytes(data[at + 1 : at + 1 + width], "big")
    if at + 1 + width + size > len(data):
        raise ValueError("cut short")
    return at + 1 + width, at + 1 + width + size
