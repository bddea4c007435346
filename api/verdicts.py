"""The verifier's word as JSON."""

from __future__ import annotations

from collections.abc import Collection

from api.schemas import AnchoredOut, BlockOut, ItemVerdictOut, RecordVerdictOut, StepOut
from api.spelling import hexed
from ledger_client.bundle import Bundle
from ledger_client.onchain import fold_all
from ledger_client.verdict import ItemVerdict, RecordVerdict, Step


def verdict_out(bundle: Bundle, verdict: ItemVerdict, only: Collection[bytes] | None = None) -> ItemVerdictOut:
    """The whole verdict, or with `only` that on some commitments."""
    head, block = fold_all(bundle.anchors), verdict.checked_against
    return ItemVerdictOut(
        item=verdict.item,
        verdict=verdict.verdict,
        complete=verdict.complete,
        live=verdict.chain_confirmed is True,
        block=BlockOut(number=block.number, hash=hexed(block.hash), time=block.time),
        head=hexed(head.head),
        count=head.count,
        newer_anchors=verdict.newer_anchors,
        steps=[_step(step) for step in verdict.steps],
        records=[_record(bundle, one) for one in verdict.records if only is None or one.commitment in only],
    )


def _record(bundle: Bundle, verdict: RecordVerdict) -> RecordVerdictOut:
    names = {member.member_id: member.name for member in bundle.members}
    return RecordVerdictOut(
        commitment=hexed(verdict.commitment),
        event_id=verdict.event_id,
        verdict=verdict.verdict,
        steps=[_step(step) for step in verdict.steps if step.number < 5],
        anchors=[
            AnchoredOut(
                seq=anchor.seq,
                time=anchor.time,
                block=anchor.block,
                signer=hexed(anchor.signer),
                member=anchor.member,
                member_name=names.get(anchor.member, ""),
            )
            for anchor in (bundle.anchors[seq - 1] for seq in verdict.seqs)
        ],
    )


def _step(step: Step) -> StepOut:
    return StepOut(step=step.number, part=step.part, outcome=step.outcome, why=step.why, expected=step.expected, found=step.found)
