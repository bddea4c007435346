"""How the publisher behaves towards one chain; the operator's settings, read at the edge and handed down."""

from __future__ import annotations

from dataclasses import dataclass

from ledger_client.contracts import MAX_BATCH


@dataclass(frozen=True, slots=True)
class Policy:
    """The defaults suit a chain with blocks of a second and immediate finality (QBFT, IBFT, the embedded node)."""

    finality: int = 0  # a block is final when that many blocks stand on it
    batch: int = MAX_BATCH  # anchors in a transaction (spec 5.6)
    gas_price: int = 0  # wei; private chains ask for none
    in_flight: int = 64  # transactions handed over and not yet in a block, at most
    signed_per_step: int = 8  # transactions signed in one step, at most
    gather: float = 3.0  # seconds that anchors wait for others of the document that is being stored, at most
    resend_after: float = 10.0  # seconds until one that is in no block is looked for, and sent again if the node lost it
    stuck_after: float = 60.0  # seconds until such a one is called stuck
    longest_pause: float = 300.0  # seconds between attempts when transactions keep failing


DEFAULT = Policy()
