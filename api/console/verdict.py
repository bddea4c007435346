"""The verifier's word on an item or on one record, step by step: the part of a page that needs the chain's node."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import ClassVar

from api.console.event_rows import event_url
from api.console.frame import Frame
from api.console.shown import Badge, Fact, Link, digest, unix_moment
from api.console.visit import Visit
from api.console.words import ConsoleWords
from api.live import Judged
from api.pages.item import TONES
from api.pages.journey import OUTCOME_TEXT
from api.pages.words import Words
from api.regulator.examined import RECORD_TONES
from ledger_client.onchain import fold_all
from ledger_client.verdict import Outcome, RecordVerdict, Step

OUTCOMES: tuple[Outcome, ...] = ("failed", "not checked", "passed")
OUTCOME_TONES: dict[Outcome, str] = {"failed": "bad", "not checked": "quiet", "passed": "good"}
MOST = 10  # records that do not verify, and are named


@dataclass(frozen=True, slots=True)
class StepLine:
    """One numbered step over all records (spec 7.1), with the worst that came out and how often each outcome did."""

    number: int
    text: str
    outcome: Badge
    counts: str  # "12 passed · 1 failed", of a step that each record has
    reasons: tuple[str, ...]  # in the verifier's words, of what failed


@dataclass(frozen=True, slots=True)
class RecordLine:
    """A record that is not plainly verified."""

    text: str
    url: str
    verdict: Badge


@dataclass(frozen=True, slots=True)
class VerdictPage:
    """templates/console/verdict.html"""

    template: ClassVar[str] = "console/verdict.html"
    frame: Frame
    verdict: Badge
    why: str
    problem: str  # why there is no verdict, in the words of who refused
    facts: tuple[Fact, ...]
    steps: tuple[StepLine, ...]
    records: tuple[RecordLine, ...]
    more: str
    again_url: str


def verdict_page(visit: Visit, judged: Sequence[Judged], only: Collection[bytes] | None, back: Link) -> VerdictPage:
    """The verdict on the first of the items that were judged; with `only` that on some commitments, in all of them."""
    words, said = visit.words, Words(visit.words.language)
    records = [one for each in judged for one in each.verdict.records if only is None or one.commitment in only]
    steps = [step for each in judged for step in each.verdict.steps] + [step for one in records for step in one.steps]
    first, name = judged[0], _name(judged, records, only)
    shown = [one for one in records if one.verdict != "verified"]
    return VerdictPage(
        frame=visit.frame(words.say("held.head"), back),
        verdict=Badge(
            said.say(f"verdict.{name}" if only is None else f"record.{name}"), TONES[name] if only is None else RECORD_TONES[name]
        )
        if name
        else Badge(said.say("verdict.unknown"), "quiet"),
        why=said.say(f"verdict.{name}.why") if only is None and name else "",
        problem="",
        facts=_facts(first, words, only),
        steps=tuple(_step(number, steps, words, said) for number in sorted({step.number for step in steps})),
        records=tuple(_record(one, said) for one in shown[:MOST]) if only is None else (),
        more=words.say("held.more", count=len(shown) - MOST) if only is None and len(shown) > MOST else "",
        again_url=_here(visit),
    )


def no_verdict_page(visit: Visit, problem: str, back: Link) -> VerdictPage:
    """What is shown while the node does not answer: a state, and a way to ask again."""
    words = visit.words
    said = Words(words.language)
    unchecked = Badge(said.say("verdict.unchecked"), TONES["unchecked"])
    return VerdictPage(visit.frame(words.say("held.head"), back), unchecked, words.say("held.down"), problem, (), (), (), "", _here(visit))


def _name(judged: Sequence[Judged], records: Sequence[RecordVerdict], only: Collection[bytes] | None) -> str:
    """The worst of what was judged; empty where nothing is known."""
    found = {each.verdict.verdict for each in judged} if only is None else {one.verdict for one in records}
    known = TONES if only is None else RECORD_TONES
    worst = ("altered", "missing", "incomplete", "pending", "unanchored", "withheld", "erased", "verified")
    return next((name for name in worst if name in found and name in known), "")


def _facts(judged: Judged, words: ConsoleWords, only: Collection[bytes] | None) -> tuple[Fact, ...]:
    block, head = judged.verdict.checked_against, fold_all(judged.bundle.anchors)
    live = judged.verdict.chain_confirmed is True
    facts = [
        Fact(words.say("held.block"), words.number(block.number), note=words.say("held.live" if live else "held.not_live")),
        Fact(words.say("held.block_time"), moment=unix_moment(block.time, words)),
        Fact(words.say("held.block_hash"), digest=digest(block.hash)),
    ]
    if only is None:
        facts += [
            Fact(words.say("held.head_value"), digest=digest(head.head)),
            Fact(words.say("held.count"), words.number(head.count)),
        ]
    return tuple(facts)


def _step(number: int, steps: Sequence[Step], words: ConsoleWords, said: Words) -> StepLine:
    own = [step for step in steps if step.number == number]
    counted = Counter(step.outcome for step in own)
    worst = next(outcome for outcome in OUTCOMES if counted[outcome])
    counts = (
        [f"{words.number(counted[one])} {_outcome(one, said)}" for one in OUTCOMES if counted[one]] if number < 5 and len(own) > 1 else []
    )
    reasons = dict.fromkeys(
        f"{step.why}: {step.expected} ≠ {step.found}" if step.expected else step.why for step in own if step.outcome == "failed"
    )
    return StepLine(
        number, said.say(f"proof.{number}"), Badge(_outcome(worst, said), OUTCOME_TONES[worst]), " · ".join(counts), tuple(reasons)[:3]
    )


def _outcome(outcome: str, said: Words) -> str:
    return said.say(OUTCOME_TEXT[outcome.replace(" ", "_")])


def _record(one: RecordVerdict, said: Words) -> RecordLine:
    text = digest(one.event_id or one.commitment).short
    return RecordLine(
        text, event_url(one.event_id) if one.event_id else "", Badge(said.say(f"record.{one.verdict}"), RECORD_TONES[one.verdict])
    )


def _here(visit: Visit) -> str:
    url = visit.request.url
    return url.path + (f"?{url.query}" if url.query else "")
