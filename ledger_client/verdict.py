"""What verification says: outcomes of numbered steps, a verdict per record and one for the item (spec 7).

Made by `verify`; shown by the API, the pages and the command line in the JSON form given here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

from ledger_client.onchain import item_id

Outcome = Literal["passed", "failed", "not checked"]
RecordState = Literal["verified", "altered", "missing", "unanchored", "erased", "withheld"]
ItemState = Literal["verified", "altered", "incomplete", "pending", "unknown"]


class Step(NamedTuple):
    """The outcome of one check. `number` is that of spec 7.1, `part` a stable key within it, `why` a sentence in English.

    A tuple, as a RecordVerdict, because a verdict on an item makes some hundred of them.
    """

    number: int
    part: str
    outcome: Outcome
    why: str
    expected: str = ""
    found: str = ""

    def to_json(self) -> dict[str, object]:
        """`expected` and `found` only where a check failed."""
        shown: dict[str, object] = {"step": self.number, "part": self.part, "outcome": self.outcome, "why": self.why}
        return shown | {"expected": self.expected, "found": self.found} if self.outcome == "failed" else shown


def passed(number: int, part: str, why: str) -> Step:
    """A check that holds."""
    return Step(number, part, "passed", why)


def failed(number: int, part: str, why: str, expected: object = "", found: object = "") -> Step:
    """A check that is contradicted; names both sides."""
    return Step(number, part, "failed", why, _shown(expected), _shown(found))


def not_checked(number: int, part: str, why: str) -> Step:
    """A check that could not be made here."""
    return Step(number, part, "not checked", why)


def contradicted(steps: Iterable[Step]) -> bool:
    """Whether any of the checks failed."""
    return any(step.outcome == "failed" for step in steps)


class RecordVerdict(NamedTuple):
    """What verification says of one record. `seqs`: its anchors' numbers within the item, none if it is not anchored."""

    commitment: bytes
    seqs: tuple[int, ...]
    verdict: RecordState
    event_id: str | None
    steps: tuple[Step, ...]

    def to_json(self) -> dict[str, object]:
        """The public form."""
        return {
            "commitment": "0x" + self.commitment.hex(),
            "seqs": list(self.seqs),
            "verdict": self.verdict,
            "eventId": self.event_id,
            "steps": [step.to_json() for step in self.steps],
        }


@dataclass(frozen=True, slots=True)
class CheckedAgainst:
    """The block whose state the item was held against."""

    number: int
    hash: bytes
    time: int  # Unix seconds


@dataclass(frozen=True, slots=True)
class ItemVerdict:
    """What verification says of an item and of each of its records, in the order of their first anchors.

    `chain_confirmed`: whether a node was asked and has the block (None: not asked).
    `newer_anchors`: how many the item got since that block (None: not asked).
    """

    item: str
    verdict: ItemState
    complete: bool
    steps: tuple[Step, ...]
    records: tuple[RecordVerdict, ...]
    checked_against: CheckedAgainst
    chain_confirmed: bool | None = None
    newer_anchors: int | None = None

    def to_json(self) -> dict[str, object]:
        """The public form."""
        block = self.checked_against
        return {
            "item": self.item,
            "itemId": "0x" + item_id(self.item).hex(),
            "verdict": self.verdict,
            "complete": self.complete,
            "steps": [step.to_json() for step in self.steps],
            "records": [record.to_json() for record in self.records],
            "checkedAgainst": {"number": block.number, "hash": "0x" + block.hash.hex(), "time": block.time},
            "chainConfirmed": self.chain_confirmed,
            "newerAnchors": self.newer_anchors,
        }


def _shown(value: object) -> str:
    return "0x" + value.hex() if isinstance(value, bytes) else str(value)
