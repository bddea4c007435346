"""What a node says of a block and of an item, in one request: which chain, which hash, which times, which head now.

From a node to step 5 of the verifier (`verify_chain.ask`). Nothing is judged here, and a call that the node refuses raises only when
its answer is read, so that whoever judges can stop at the first answer that contradicts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import msgspec

from ledger_client.errors import LedgerError, NodeUnavailable, WrongChain
from ledger_client.onchain import Head, keccak
from ledger_client.rpc import MAX_BATCH, Call, Rpc
from ledger_client.rpc_hex import octets, quantity
from ledger_client.sentences import sentence

_HEADS = keccak(b"heads(bytes32[])")[:4]
MOST_BLOCKS = MAX_BATCH - 4  # whose times fit into the one request


class Known(NamedTuple):
    """A block that the node has."""

    hash: bytes
    state_root: bytes


class _BlockJson(msgspec.Struct, rename="camel"):
    """As little of a block as is compared."""

    hash: str
    state_root: str
    timestamp: str


@dataclass(frozen=True, slots=True)
class Testimony:
    """One node's answers, or their errors, as they came."""

    blocks: Sequence[int]
    answers: Sequence[Any]

    def identity(self) -> tuple[int, bytes]:
        """Chain id, and hash of block 0."""
        return quantity(_good(self.answers[0])), octets(_good(self.answers[1]).hash)

    def block(self) -> Known | None:
        """The block that was asked about, None when the node has none of that number."""
        found = _good(self.answers[2])
        return Known(octets(found.hash), octets(found.state_root)) if found else None

    def head(self) -> Head:
        """The item's head in the newest block. NodeRefused or WrongChain when no ledger answers at the address."""
        words = octets(_good(self.answers[3]))
        if len(words) != 96:
            raise WrongChain("contract at the ledger's address", "the head of one item", sentence("{count} bytes", count=len(words)))
        return Head.of_word(words[64:])

    def times(self) -> dict[int, int]:
        """Block number -> time, Unix seconds; NodeUnavailable when the node lacks one of them."""
        found = {number: _good(answer) for number, answer in zip(self.blocks, self.answers[4:], strict=True)}
        if missing := [number for number, block in found.items() if block is None]:
            raise NodeUnavailable(sentence("the node has no block {number}", number=missing[0]))
        return {number: quantity(block.timestamp) for number, block in found.items()}


def ask(
    rpc: Rpc, number: int, ledger: bytes, item_id: bytes, blocks: Sequence[int], meanwhile: Iterator[object] | None = None
) -> Testimony:
    """Ask about a block, an item of the ledger, and the times of at most MOST_BLOCKS blocks. Raises NodeUnavailable."""
    head = {"to": "0x" + ledger.hex(), "data": "0x" + (_HEADS + _word(32) + _word(1) + item_id).hex()}
    calls = [Call("eth_chainId", [], str), _block(0, _BlockJson), _block(number), Call("eth_call", [head, "latest"], str)]
    return Testimony(blocks, rpc.outcomes([*calls, *map(_block, blocks)], meanwhile))


def _block(number: int, kind: Any = _BlockJson | None) -> Call:  # noqa: ANN401 - a union is a type to msgspec
    return Call("eth_getBlockByNumber", [hex(number), False], kind)


def _good(answer: Any) -> Any:  # noqa: ANN401 - of the type that the call named
    if isinstance(answer, LedgerError):
        raise answer
    return answer


def _word(number: int) -> bytes:
    return number.to_bytes(32, "big")
