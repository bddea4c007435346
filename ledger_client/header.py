"""Block headers: from a node's JSON to the bytes whose keccak256 is the block hash, and back.

The bytes are what makes a block hash speak: they hold the state root that storage proofs start from (spec 6.1, 7.1.5).
Known forms: plain Ethereum from London to Prague and Clique; QBFT and IBFT 2.0, which hash the header without the
validators' seals (Besu: `BftBlockHashing`). A header of another kind has no bytes here, and the verifier says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from ledger_client import rlp
from ledger_client.errors import InvalidInput, NodeUnavailable
from ledger_client.onchain import Block, keccak
from ledger_client.sentences import sentence

_EXTRA = 12  # place of extraData among a header's fields


class BlockJson(msgspec.Struct, rename="camel"):
    """A block as `eth_getBlockByNumber` gives it, as far as the header needs it; hex texts."""

    number: str
    hash: str
    parent_hash: str
    sha3_uncles: str
    miner: str
    state_root: str
    transactions_root: str
    receipts_root: str
    logs_bloom: str
    gas_limit: str
    gas_used: str
    timestamp: str
    extra_data: str
    difficulty: str = "0x0"
    mix_hash: str = "0x" + "00" * 32
    nonce: str = "0x" + "00" * 8
    base_fee_per_gas: str | None = None
    withdrawals_root: str | None = None
    blob_gas_used: str | None = None
    excess_blob_gas: str | None = None
    parent_beacon_block_root: str | None = None
    requests_hash: str | None = None


class Facts(NamedTuple):
    """What a header's bytes say of the block."""

    number: int
    time: int  # Unix seconds
    state_root: bytes
    parent_hash: bytes


def block_of(answer: BlockJson) -> Block:
    """A node's answer as a Block. `rlp` is empty when no known form hashes to the block's hash."""
    try:
        fields = _fields(answer)
        block_hash = bytes.fromhex(answer.hash[2:])
    except ValueError as problem:
        raise NodeUnavailable(
            sentence("the node's block {number} holds something that is not hex: {problem}", number=answer.number, problem=str(problem))
        ) from None
    found = next((raw for raw in _preimages(fields) if keccak(raw) == block_hash), b"")
    number, time = int(answer.number, 16), int(answer.timestamp, 16)
    return Block(number, block_hash, fields[0], time, fields[3], found)


def facts(header: bytes) -> Facts:
    """Read number, time, state root and parent from a header's bytes; InvalidInput when it is no header."""
    fields = rlp.decode(header)
    if not isinstance(fields, list) or len(fields) < 15:
        raise InvalidInput("header", "is not a list of at least 15 fields")
    parent, state_root, number, time = fields[0], fields[3], fields[8], fields[11]
    if not (isinstance(parent, bytes) and isinstance(state_root, bytes) and isinstance(number, bytes) and isinstance(time, bytes)):
        raise InvalidInput("header", "holds a list where a value belongs")
    return Facts(int.from_bytes(number, "big"), int.from_bytes(time, "big"), state_root, parent)


def _fields(b: BlockJson) -> list[bytes]:
    """The header's fields in their order; later forks append (EIP-1559, 4895, 4844, 4788, 7685)."""
    begun = [b.parent_hash, b.sha3_uncles, b.miner, b.state_root, b.transactions_root, b.receipts_root, b.logs_bloom]
    fields = [bytes.fromhex(text[2:]) for text in begun]
    fields += [rlp.number(int(text, 16)) for text in (b.difficulty, b.number, b.gas_limit, b.gas_used, b.timestamp)]
    fields += [bytes.fromhex(text[2:]) for text in (b.extra_data, b.mix_hash, b.nonce)]
    for text, is_number in (
        (b.base_fee_per_gas, True),
        (b.withdrawals_root, False),
        (b.blob_gas_used, True),
        (b.excess_blob_gas, True),
        (b.parent_beacon_block_root, False),
        (b.requests_hash, False),
    ):
        if text is not None:
            fields.append(rlp.number(int(text, 16)) if is_number else bytes.fromhex(text[2:]))
    return fields


def _preimages(fields: list[bytes]) -> Iterator[bytes]:
    """The forms in which engines hash a header: as it is; QBFT: round 0 and no seals; IBFT 2.0: neither round nor seals."""
    yield rlp.encode(fields)
    try:
        extra = rlp.decode(fields[_EXTRA])
    except InvalidInput:
        return
    if isinstance(extra, list) and len(extra) == 5:
        for kept in ([*extra[:3], b"", []], extra[:3]):
            yield rlp.encode([*fields[:_EXTRA], rlp.encode(kept), *fields[_EXTRA + 1 :]])
