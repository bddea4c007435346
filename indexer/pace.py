"""How many blocks to ask for at once: as many as make an answer of one to two megabytes, and never more than the node allows.

Learned from what each answer brought, kept in memory only. No provider's wording is needed for it (reference: any error of a
wide range halves it); a limit that the node names is a short cut.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger_client.errors import RangeTooWide

ANCHORS_WANTED = 2_000  # about 1.4 MB of JSON, the fastest answer measured
SECONDS_WANTED = 1.0
WIDEST = 2_000
PROBE_AFTER = 200  # good answers before a learned cap is doubted


@dataclass(slots=True)
class Pace:
    """Blocks to ask for next (`size`), and the widest range that the node is known to answer (`cap`)."""

    size: int = 16
    cap: int = WIDEST
    calm: int = 0  # good answers in a row

    def worked(self, blocks: int, anchors: int, seconds: float) -> None:
        """Widen or narrow after an answer, at most by a factor of two."""
        self.calm += 1
        if self.calm % PROBE_AFTER == 0:
            self.cap = min(WIDEST, self.cap * 2)
        fitting = blocks * min(ANCHORS_WANTED / max(anchors, 1), SECONDS_WANTED / max(seconds, 1e-6))
        self.size = max(1, min(self.cap, round(min(fitting, self.size * 2))))

    def failed(self, blocks: int, error: Exception) -> None:
        """Halve after any failure of more than one block; remember it as the cap when the node refused the width itself."""
        self.calm = 0
        self.size = max(1, blocks // 2)
        if isinstance(error, RangeTooWide):
            named = error.limit or 0
            self.size = named if 0 < named < blocks else self.size
            self.cap = self.size
