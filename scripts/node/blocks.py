"""Putting transactions into the node's pool and blocks onto the chain: the only two acts that change the node."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import orjson

from ledger_client.errors import NodeUnavailable
from scripts.node.upstream import Upstream

# A JSON-RPC array is worked on side by side by the node, and beyond some 40 calls its pool order is no longer ours (measured).
# Up to 30 it is taken up strictly in order; requests on one connection always are.
_AT_ONCE = 25


@dataclass(frozen=True, slots=True)
class Tip:
    """The newest block."""

    number: int
    hash: str  # hex with 0x
    time: int  # Unix seconds


async def offer(node: Upstream, raws: Sequence[str]) -> list[dict[str, object]]:
    """Hand transactions to the node's pool in this order; the answers, each with `result` (the hash) or `error`."""
    bodies = [
        orjson.dumps([{"jsonrpc": "2.0", "id": n, "method": "eth_sendRawTransaction", "params": [raw]} for n, raw in enumerate(part)])
        for part in (raws[at : at + _AT_ONCE] for at in range(0, len(raws), _AT_ONCE))
    ]
    answers: list[dict[str, object]] = []
    for body in await node.ask_in_order(bodies) if bodies else []:
        part = orjson.loads(body)
        if not isinstance(part, list):
            raise NodeUnavailable(f"the node refused a whole array of transactions: {part}")
        answers += sorted(part, key=lambda answer: cast(int, answer["id"]))
    if len(answers) != len(raws):
        raise NodeUnavailable(f"the node answered {len(answers)} of {len(raws)} transactions")
    return answers


async def mine(node: Upstream, time: int) -> tuple[Tip, list[bytes]]:
    """Make a block of that time from all that is in the pool; the new tip and the hashes of its transactions in order."""
    calls = [("evm_setNextBlockTimestamp", [time]), ("evm_mine", []), ("eth_getBlockByNumber", ["latest", False])]
    block = cast(dict[str, object], (await node.calls(cast(list[tuple[str, list[object]]], calls)))[2])
    hashes = [bytes.fromhex(text[2:]) for text in cast(list[str], block["transactions"])]
    return _tip(block), hashes


async def tip(node: Upstream) -> Tip:
    """The newest block."""
    return _tip(cast(dict[str, object], await node.call("eth_getBlockByNumber", "latest", False)))


async def ready(node: Upstream) -> int:
    """How many transactions a block made now would hold; the others wait for an earlier nonce."""
    status = cast(dict[str, str], await node.call("txpool_status"))
    return int(status["pending"], 16)


def _tip(block: dict[str, object]) -> Tip:
    return Tip(int(cast(str, block["number"]), 16), cast(str, block["hash"]), int(cast(str, block["timestamp"]), 16))
