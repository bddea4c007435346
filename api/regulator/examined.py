"""A bundle and the verifier's verdict on it, in a reader's words: the one input of the regulator's page and of the PDF."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from api.histories import proven_history
from api.live import Proven
from api.pages.facts import Names
from api.pages.item import TONES
from api.pages.journey import OUTCOME_TEXT, journey
from api.pages.page import Entry, Part
from api.pages.words import Words
from api.spelling import hexed
from ledger_client.bundle import Bundle
from ledger_client.onchain import fold_all
from ledger_client.verdict import ItemVerdict, Step

NAMELESS = Names()
RECORD_TONES = {"verified": "good", "altered": "bad", "missing": "warn", "unanchored": "wait", "erased": "quiet", "withheld": "quiet"}


@dataclass(frozen=True, slots=True)
class ExaminedStep:
    """One check, its number (spec 7.1), and both sides where it failed."""

    number: int
    text: str
    outcome: str  # passed, failed, not_checked
    outcome_text: str
    why: str  # the verifier's own sentence, in English; empty on other pages where the check passed
    expected: str = ""
    found: str = ""


@dataclass(frozen=True, slots=True)
class ExaminedRecord:
    """One record: what is shown of it, what was withheld, and how its checks came out."""

    seqs: str  # places among the item's anchors
    verdict: str
    verdict_text: str
    tone: str
    entry: Entry  # as on the timeline
    steps: tuple[ExaminedStep, ...]  # (1) to (4)


@dataclass(frozen=True, slots=True)
class Examination:
    """Everything that was found, ready to be shown."""

    code: str
    verdict: str
    tone: str
    headline: str
    why: str
    against: tuple[Part, ...]  # which ledger, which block, by whose word
    counts: tuple[Part, ...]  # records by verdict
    steps: tuple[ExaminedStep, ...]  # (5) and (6), and those that are said of the item only
    records: tuple[ExaminedRecord, ...]
    limits: tuple[str, ...]  # what this does not prove


def examined(proven: Proven, words: Words, names: Names = NAMELESS) -> Examination:
    """The examination of a bundle, its records in the order in which things happened."""
    history, bundle, verdict = proven_history(proven), proven.bundle, proven.verdict
    told = {"0x" + one.commitment.hex(): one for one in verdict.records}
    shown = verdict.verdict if verdict.verdict in TONES else "unknown"
    return Examination(
        code=bundle.item,
        verdict=verdict.verdict,
        tone=TONES.get(verdict.verdict, "quiet"),
        headline=words.say(f"verdict.{shown}"),
        why=words.say(f"verdict.{shown}.why") if shown != "unknown" else words.say("unknown.text"),
        against=_against(bundle, verdict, words),
        counts=_counts(verdict, words),
        steps=tuple(_step(step, words) for step in _distinct(verdict.steps)),
        records=tuple(
            ExaminedRecord(
                seqs=", ".join(map(str, told[entry.commitment].seqs)),
                verdict=told[entry.commitment].verdict,
                verdict_text=words.say(f"record.{told[entry.commitment].verdict}"),
                tone=RECORD_TONES[told[entry.commitment].verdict],
                entry=entry,
                steps=tuple(_step(step, words) for step in _distinct(told[entry.commitment].steps) if step.number < 5),
            )
            for entry in journey(history, names, words)
        ),
        limits=tuple(words.say(key) for key in _limits(bundle, verdict)),
    )


def _against(bundle: Bundle, verdict: ItemVerdict, words: Words) -> tuple[Part, ...]:
    block, head, deployment = verdict.checked_against, fold_all(bundle.anchors), bundle.deployment
    asked = {True: "examined.node.yes", False: "examined.node.no", None: "examined.node.none"}[verdict.chain_confirmed]
    parts = [
        ("examined.audience", words.say(f"audience.{bundle.audience}")),
        ("examined.chain", str(deployment.chain_id)),
        ("examined.ledger", hexed(deployment.ledger)),
        ("check.block", str(block.number)),
        ("check.block_hash", hexed(block.hash)),
        ("check.block_time", words.moment(datetime.fromtimestamp(block.time, UTC))),
        ("check.head", hexed(head.head)),
        ("check.count", str(head.count)),
        ("examined.node", words.say(asked)),
    ]
    if verdict.newer_anchors:
        parts.append(("examined.newer", str(verdict.newer_anchors)))
    return tuple(Part(words.say(key), value) for key, value in parts)


def _counts(verdict: ItemVerdict, words: Words) -> tuple[Part, ...]:
    found: Mapping[str, int] = Counter(one.verdict for one in verdict.records)
    return tuple(Part(words.say(f"record.{name}"), str(found[name]), note=RECORD_TONES[name]) for name in RECORD_TONES if name in found)


def _limits(bundle: Bundle, verdict: ItemVerdict) -> list[str]:
    found = ["examined.limit.truth"]
    if verdict.chain_confirmed is not True:
        found.append("examined.limit.offline")
    if bundle.audience != "regulator":
        found.append("examined.limit.view")
    return found


def _distinct(steps: Sequence[Step]) -> list[Step]:
    return sorted(dict.fromkeys(steps), key=lambda step: step.number)


def _step(step: Step, words: Words) -> ExaminedStep:
    outcome = step.outcome.replace(" ", "_")
    text = words.say(f"part.check.{step.part.replace(' ', '_')}")
    why = "" if step.outcome == "passed" and words.language != "en" else step.why  # the verifier speaks English; what passed needs no more
    return ExaminedStep(step.number, text, outcome, words.say(OUTCOME_TEXT[outcome]), why, step.expected, step.found)
