"""What the chain says of itself, and when it advises to move to a network of validators."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scripts.node.service import Service

# Every block recomputes the root over all items: about 1.4 microseconds each (measured, docs/embedded-chain.md).
_SECONDS_PER_ITEM = 1.4e-6
_SOON, _NOW = 300_000, 600_000  # items: 0.4 s and 0.8 s a block
_MEMORY = 4 << 30  # bytes


def status(service: Service) -> dict[str, object]:
    """The answer to `ledger_nodeStatus`; sizes in bytes, durations in seconds, times in Unix seconds."""
    chain, snapshot = service.sequencer, service.snapshot
    seals = list(chain.seal_seconds) if chain else []
    anchors = chain.anchors if chain else 0
    memory = service.anvil.memory() if service.anvil else 0
    per_block = sum(seals) / len(seals) if seals else None
    return {
        "state": service.state,
        "problem": service.problem or None,
        "chainId": service.genesis.chain_id,
        "genesisTime": service.genesis.time,
        "height": chain.tip.number if chain else service.replayed_height,
        "blockTime": chain.tip.time if chain else None,
        "anchors": anchors,  # an item has one or more: there are at most this many items
        "transactions": chain.transactions if chain else 0,
        "waiting": len(chain.waiting) if chain else 0,
        "journalBytes": chain.journal.size if chain else None,
        "snapshot": snapshot and {"height": snapshot.number, "ageSeconds": int(time.time()) - snapshot.made_at, "bytes": snapshot.size},
        "memoryBytes": memory,
        "secondsPerBlock": per_block,
        "restarts": service.restarts,
        "isolated": service.isolated,
        "clock": "simulated" if service.clock.simulated else "real",
        "advice": advice(anchors, per_block, memory),
    }


def advice(anchors: int, per_block: float | None, memory: int) -> str:
    """One sentence for the operator."""
    cost = f"about {max(anchors * _SECONDS_PER_ITEM, 0.001):.3f} s of root computation per block"
    if anchors >= _NOW or (per_block or 0.0) > 1.0 or memory > _MEMORY:
        return f"Move to a network of validators now: {anchors} anchors, {cost}; one-second blocks are no longer kept up with."
    if anchors >= _SOON:
        return f"Plan the move to a network of validators: {anchors} anchors, {cost}, growing with every item."
    return f"The embedded chain serves: {anchors} anchors, {cost}; plan a network from {_SOON} items on."
