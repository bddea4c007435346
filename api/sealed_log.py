"""The audit log against the chain: its seals are proven like any item's records, and then the log is compared with what they tell."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy.orm import Session

from accounts import sealing
from accounts.audit import Break
from accounts.sealing import Anchored, Sealed
from api.live import Proven, prove_item
from ledger_client import strict_json
from ledger_client.bundle import Hidden, Shown
from ledger_client.chain import Chain
from ledger_client.codes import parse
from ledger_client.errors import LedgerError
from ledger_client.verdict import RecordVerdict


def ask(session: Session, chain: Chain) -> Sealed:
    """What the chain says of the log now; while it cannot be asked, why."""
    try:
        proven = prove_item(session, chain, parse(sealing.item_code(session)), "regulator")
    except LedgerError as error:
        return Sealed(None, 0, 0, problem=str(error))
    verdicts = {one.commitment: one for one in proven.verdict.records}
    anchored = list(_told(proven.bundle.records, proven, verdicts, "verified"))
    waiting = list(_told(proven.waiting, proven, verdicts, "unanchored"))
    breaks = [*_altered(proven), *sealing.compare(session, anchored, waiting)]
    failed = next((step.why for step in proven.verdict.steps if step.outcome == "failed"), "")
    return Sealed(sealing.agreed(session, anchored), len(anchored), len(waiting), tuple(breaks), failed)


def _told(entries: Iterable[Shown | Hidden], proven: Proven, verdicts: dict[bytes, RecordVerdict], wanted: str) -> Iterable[Anchored]:
    """The seals among some records that verify."""
    for entry in entries:
        verdict = verdicts.get(entry.commitment)
        if not isinstance(entry, Shown) or verdict is None or verdict.verdict != wanted:
            continue
        anchor = proven.bundle.anchors[verdict.seqs[0] - 1] if verdict.seqs else None
        event: dict[str, Any] = {one.name: strict_json.parse(one.value) for one in entry.disclosure.properties}
        found = sealing.told_in(event, anchor.block, anchor.time) if anchor else sealing.told_in(event)
        if found:
            yield found


def _altered(proven: Proven) -> Iterable[Break]:
    """Records of the log's item that do not verify, by their anchors."""
    for one in proven.verdict.records:
        if one.verdict in ("altered", "missing"):
            seq = one.seqs[0] if one.seqs else 0
            yield Break("record", seq, seq, "0x" + one.commitment.hex())
