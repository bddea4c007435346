"""The ledger's `Anchored` logs as anchors (spec 5.4), fast: one hex conversion for a whole answer.

From the node's answer to `chain.Chain.anchors`; a log of another shape is a node that talks nonsense, never skipped.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence

import msgspec

from ledger_client.errors import NodeUnavailable
from ledger_client.onchain import Anchor, keccak
from ledger_client.sentences import sentence

ANCHORED = keccak(b"Anchored(bytes32,uint32,uint64,address,uint32,bytes32)")
_ANCHORED_TEXT = "0x" + ANCHORED.hex()
_WORDS = struct.Struct(">32s 28xI 24xQ 12x20s 28xI 32s")  # topics 1 and 2, then the four words of data
_TOPIC, _DATA = 66, 258  # characters of a topic and of the data, 0x among them


class Log(msgspec.Struct, rename="camel", gc=False):
    """One log as `eth_getLogs` gives it; hex texts."""

    address: str
    topics: list[str]
    data: str
    block_number: str
    block_hash: str
    transaction_hash: str
    log_index: str
    block_timestamp: str | None = None  # given by newer engines only
    removed: bool = False


def anchors_of(logs: Sequence[Log], ledger: bytes, time_of: Callable[[int], int]) -> list[Anchor]:
    """Decode the logs of a ledger in their order. `time_of` gives a block's time from its number where the logs do not.

    Raises NodeUnavailable for a log that is not `Anchored` or of another contract.
    """
    address = "0x" + ledger.hex()
    found = []
    block_text = tx_text = ""
    number = time = 0
    block_hash = tx_hash = b""
    try:
        rows = _WORDS.iter_unpack(bytes.fromhex("".join([_words(log, address) for log in logs])))
        for log, (item_id, member_id, position, signer, seq, commitment) in zip(logs, rows, strict=True):
            if log.block_hash != block_text:
                block_text, block_hash, number = log.block_hash, bytes.fromhex(log.block_hash[2:]), int(log.block_number, 16)
                time = time_of(number) if log.block_timestamp is None else int(log.block_timestamp, 16)
            if log.transaction_hash != tx_text:
                tx_text, tx_hash = log.transaction_hash, bytes.fromhex(log.transaction_hash[2:])
            index = int(log.log_index, 16)
            found.append(Anchor(position, item_id, seq, commitment, signer, member_id, time, number, block_hash, index, tx_hash))
    except (ValueError, struct.error) as problem:
        raise NodeUnavailable(
            sentence("the node gave a log that is not one of the ledger's anchors: {problem}", problem=str(problem))
        ) from None
    return found


def _words(log: Log, address: str) -> str:
    """The hex digits of a log's words; ValueError unless it is an `Anchored` of that contract."""
    topic, item, member = log.topics
    if topic != _ANCHORED_TEXT or log.removed or (log.address != address and log.address.lower() != address):
        raise ValueError(f"topic {topic} of {log.address}, removed {log.removed}")
    data = log.data
    if len(item) != _TOPIC or len(member) != _TOPIC or len(data) != _DATA:
        raise ValueError(f"{len(item)}, {len(member)} and {len(data)} characters of topics and data")
    return item[2:] + member[2:] + data[2:]
