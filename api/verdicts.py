"""The verifier's word as JSON: what `schemas.VerifyOut` documents, written straight from the verdict.

As plain dictionaries, since a model of each of an item's hundred steps took longer to fill than all the steps of the chain to check; a
test holds them against the schema.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import orjson
from fastapi import Response

from api.spelling import hexed
from ledger_client.bundle import Bundle
from ledger_client.onchain import fold_all
from ledger_client.verdict import ItemVerdict, RecordVerdict, Step

Json = dict[str, object]


def told(subject: Mapping[str, str], verdict: str, items: Sequence[Json], *, truncated: bool) -> Json:
    """`schemas.VerifyOut`: the verdict on what was asked for, with that on each of its items."""
    return {"subject": subject, "verdict": verdict, "items": items, "truncated": truncated}


def item_told(bundle: Bundle, verdict: ItemVerdict, only: Collection[bytes] | None = None) -> Json:
    """`schemas.ItemVerdictOut`: the whole verdict, or with `only` that on some commitments."""
    head, block = fold_all(bundle.anchors), verdict.checked_against
    return {
        "item": verdict.item,
        "verdict": verdict.verdict,
        "complete": verdict.complete,
        "live": verdict.chain_confirmed is True,
        "block": {"number": block.number, "hash": hexed(block.hash), "time": block.time},
        "head": hexed(head.head),
        "count": head.count,
        "newerAnchors": verdict.newer_anchors,
        "steps": [*map(_step, verdict.steps)],
        "records": _records(bundle, verdict.records, only),
    }


def answered(content: Json) -> Response:
    """The answer as it goes out."""
    return Response(orjson.dumps(content), media_type="application/json")


def _records(bundle: Bundle, records: Sequence[RecordVerdict], only: Collection[bytes] | None) -> list[Json]:
    names = {member.member_id: member.name for member in bundle.members}
    return [_record(bundle, names, one) for one in records if only is None or one.commitment in only]


def _record(bundle: Bundle, names: Mapping[int, str], verdict: RecordVerdict) -> Json:
    """Steps 1 to 4; 5 and 6 are the item's."""
    return {
        "commitment": hexed(verdict.commitment),
        "eventID": verdict.event_id,
        "verdict": verdict.verdict,
        "steps": [_step(step) for step in verdict.steps if step.number < 5],
        "anchors": [
            {
                "seq": anchor.seq,
                "time": anchor.time,
                "block": anchor.block,
                "signer": hexed(anchor.signer),
                "member": anchor.member,
                "memberName": names.get(anchor.member, ""),
            }
            for anchor in (bundle.anchors[seq - 1] for seq in verdict.seqs)
        ],
    }


def _step(step: Step) -> Json:
    return {
        "step": step.number,
        "part": step.part,
        "outcome": step.outcome,
        "why": step.why,
        "expected": step.expected,
        "found": step.found,
    }
