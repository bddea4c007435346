"""Closes a case: when everything is accounted for, or with a reason for what is not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from ledger_client.errors import InvalidInput
from ledger_client.sentences import sentence
from recall.cases.accounting import Line, all_accounted, balance, effectiveness
from recall.cases.freezing import RELEASE, begin, held
from recall.cases.listing import for_change
from recall.cases.notes import note
from recall.models import RecallCase
from recall.writing import Person, sentence_of
from records.columns import milliseconds, now

MOST_TOLD = 100  # products that the closing event names with their amounts


def close(
    session: Session,
    case_id: str,
    conclusion: str,
    by: Person,
    *,
    release: bool,
    remainder: str = "",
    facts: Mapping[str, Any] | None = None,
) -> RecallCase:
    """End it. `release`: let go what it holds; `remainder`: why some is not accounted for, InvalidInput where that is needed and missing;
    `facts`: what else the closing event says.
    """
    conclusion, case = sentence_of(conclusion, "conclusion"), for_change(session, case_id, by)
    lines = balance(session, case)
    if not all_accounted(lines) and not remainder.strip():
        left = sum(bool(line.left or line.unsaid) for line in lines)
        fix = "account for them, or say why that cannot be done"
        raise InvalidInput("remainderReason", sentence("is missing: {left} lines are not accounted for", left=left), fix)
    rest = "" if all_accounted(lines) else sentence_of(remainder, "remainderReason")
    case.closed_at, case.closed_name, case.conclusion, case.remainder_reason = milliseconds(now()), by.name[:200], conclusion, rest or None
    released = held(session, case) if release else 0
    told = {"act": "closed", "conclusion": conclusion, "released": released, "amounts": told_amounts(lines)} | dict(facts or {})
    if rest:
        told["remainderReason"] = rest
    share = effectiveness(lines)
    if share is not None:
        told["effectivenessPercent"] = f"{share:.2f}"
    begin(session, case, RELEASE if released else None, note(session, case, by, told), by)
    return case


def told_amounts(lines: Sequence[Line]) -> list[dict[str, Any]]:
    """By product and unit: affected, recovered, not accounted for; as the closing event tells it."""
    sums: dict[tuple[str, str], list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    for line in lines:
        both = sums[line.product, line.uom]
        for place, value in enumerate((line.affected, line.recovered, line.left)):
            both[place] += value
    names = ("affected", "recovered", "left")
    return [
        {"product": product, "uom": uom} | {name: round(value, 6) for name, value in zip(names, values, strict=True)}
        for (product, uom), values in list(sums.items())[:MOST_TOLD]
    ]
