"""The embedded chain's journal up to a block that was made: enough to make the chain anew, every block hash compared.

Read while the chain runs. Its newest lines may still be taken back (a transaction that the node refuses), so the copy ends with the
line of the block whose number stood in `height` when the copy began; what stands before that line never changes. Snapshots only save
time at a start and stay out. Transactions that wait for a block are in the database, and are sent again.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from ledger_client.errors import Retryable
from scripts.node.home import NodeHome
from scripts.node.journal import whole_records

_PATIENCE = 10.0  # seconds until the chain has written down a block that the database knows already


def height(home: NodeHome, at_least: int) -> int:
    """The newest block that can be copied, not before `at_least`, which the database copy speaks of; Retryable when it does not come."""
    until = time.monotonic() + _PATIENCE
    while (found := int((home.path / "height").read_bytes() or b"0")) < at_least:
        if time.monotonic() > until:
            raise Retryable(f"{home.journal}: ends with block {found}, but the database knows block {at_least}; is it the same chain?")
        time.sleep(0.05)
    return found


def journal(path: Path, last: int) -> Iterator[bytes]:
    """The journal's lines up to block `last`, each checked; JournalDamaged, or Retryable when that block is not in it yet."""
    with path.open("rb") as file:
        for record in whole_records(path):
            yield file.readline()
            if record.kind == "H" and int(record.fields[0]) >= last:
                return
    raise Retryable(f"{path}: block {last} is not written down yet; run the backup again")
