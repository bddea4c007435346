"""What can go wrong in the embedded chain, beside the tree in `ledger_client.errors`.

`NotWritable` reaches the sender of a transaction as a JSON-RPC error; the others stop the process with their message.
"""

from __future__ import annotations

from ledger_client.errors import Conflict, EvidenceError, LedgerError, Retryable


class NotWritable(Retryable):
    """The journal cannot be written (disk full, quota, read-only); nothing was accepted."""


class HomeInUse(Conflict):
    """Another process already serves the chain of this folder."""


class JournalDamaged(LedgerError):
    """The journal holds something else than what was written; starting would lose blocks."""


class ReplayDiffers(EvidenceError):
    """A block came out of the replay with another hash than the one journaled."""
