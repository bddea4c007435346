"""The council's Safe, as far as members need it: the hash of a transaction, and the approvals that execute it.

Rules: Safe 1.5.0, `Safe.sol` (`getTransactionHash`, `checkNSignatures`). Every proposal is a plain call of no value and
without gas refund, so that target, data and nonce are all that its hash depends on.
"""

from __future__ import annotations

from collections.abc import Iterable

from eth_abi.abi import encode

from ledger_client.calls import call_data
from ledger_client.onchain import keccak

_DOMAIN_TYPE = keccak(b"EIP712Domain(uint256 chainId,address verifyingContract)")
_TX_TYPE = keccak(
    b"SafeTx(address to,uint256 value,bytes data,uint8 operation,uint256 safeTxGas,uint256 baseGas,uint256 gasPrice,"
    b"address gasToken,address refundReceiver,uint256 nonce)"
)
_NOBODY = bytes(20)


def safe_tx_hash(chain_id: int, council: bytes, target: bytes, data: bytes, nonce: int) -> bytes:
    """What owners approve (32 bytes): the EIP-712 hash of a call by the council."""
    domain = keccak(encode(["bytes32", "uint256", "address"], [_DOMAIN_TYPE, chain_id, council]))
    types = ["bytes32", "address", "uint256", "bytes32", "uint8", "uint256", "uint256", "uint256", "address", "address", "uint256"]
    content = keccak(encode(types, [_TX_TYPE, target, 0, keccak(data), 0, 0, 0, 0, _NOBODY, _NOBODY, nonce]))
    return keccak(b"\x19\x01" + domain + content)


def approvals(owners: Iterable[bytes]) -> bytes:
    """Signatures that stand for approvals on the chain: per owner its address as r, empty s, v = 1; ascending by address."""
    return b"".join(owner.rjust(32, b"\0") + bytes(32) + b"\x01" for owner in sorted(owners))


def execution(target: bytes, data: bytes, owners: Iterable[bytes]) -> bytes:
    """Call data of `execTransaction` for a proposal that these owners approved."""
    return call_data("SafeL2", "execTransaction", target, 0, data, 0, 0, 0, 0, _NOBODY, _NOBODY, approvals(owners))
