"""Proof or stored rows -> the pages' History. Two sources, one shape: what a page shows does not depend on how it was learnt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import lru_cache

from sqlalchemy.orm import Session

from api import stored
from api.live import Proven
from api.pages.facts import Anchored, Fact, History, Seen, Step
from api.spelling import hexed
from indexer import queries as mirror
from indexer.audiences import policies
from indexer.models import MirroredAnchor
from ledger_client import strict_json
from ledger_client.bundle import BundleAnchor, Hidden, Shown
from ledger_client.codes import ItemCode
from ledger_client.commitment import Disclosure
from ledger_client.errors import InvalidInput
from ledger_client.onchain import fold_all
from ledger_client.prove import record
from ledger_client.verdict import RecordVerdict
from ledger_client.verdict import Step as VerifiedStep
from records.audiences import Policies


def proven_history(proven: Proven) -> History:
    """The history that a proof shows, with the verifier's word on each part."""
    bundle, verdict = proven.bundle, proven.verdict
    names = {member.member_id: member.name for member in bundle.members}
    anchors: dict[bytes, Anchored] = {}
    for anchor in bundle.anchors:
        anchors.setdefault(anchor.commitment, _anchored(anchor, names))
    entries = {entry.commitment: entry for entry in (*bundle.records, *proven.waiting)}
    head = fold_all(bundle.anchors)
    return History(
        code=bundle.item,
        verdict=verdict.verdict,
        facts=tuple(_fact(one, entries.get(one.commitment), anchors.get(one.commitment)) for one in verdict.records),
        reason=next((_reason(step) for step in _all_steps(verdict.steps, verdict.records) if step.outcome == "failed"), ""),
        seen=Seen(bundle.block.number, hexed(bundle.block.hash), bundle.block.time, hexed(head.head), head.count),
    )


def stored_history(session: Session, code: ItemCode, rules: Policies | None = None) -> History | None:
    """What is known without the chain, unchecked: stored records and the mirror's anchors; None when there is neither.

    `rules`: the policies to apply, by default those that hold now.
    """
    holding = policies(session) if rules is None else rules
    names = {member.member_id: member.name for member in mirror.members(session)}
    anchors: dict[bytes, MirroredAnchor] = {}
    for row in mirror.anchors_of(session, code.item_id):
        anchors.setdefault(row.commitment, row)
    here = {one.record.commitment: one.content for one in stored.of_item(session, code)}
    here |= stored.of_commitments(session, (commitment for commitment in anchors if commitment not in here))
    if not here and not anchors:
        return None
    facts = []
    for commitment in dict.fromkeys([*anchors, *here]):
        kept = stored.kept(here[commitment], holding) if commitment in here else None
        entry = record(commitment, kept) if kept else Hidden(commitment, "elsewhere")
        place = anchors.get(commitment)
        fact = RecordVerdict(commitment, (), "verified" if place else "unanchored", None, ())
        facts.append(_fact(fact, entry, _mirrored(place, names) if place else None, unchecked=place is not None))
    return History(code.uri, "unchecked", tuple(facts))


def _fact(verdict: RecordVerdict, entry: Shown | Hidden | None, anchored: Anchored | None, *, unchecked: bool = False) -> Fact:
    state, commitment, steps = "unchecked" if unchecked else verdict.verdict, hexed(verdict.commitment), _steps(verdict.steps)
    if not isinstance(entry, Shown):
        return Fact(commitment, state, anchored, hidden=entry.withheld if entry else "missing", steps=steps)
    raw, properties = _read(entry.disclosure)
    return Fact(commitment, state, anchored, size=entry.disclosure.size, raw=raw, properties=properties, steps=steps)


@lru_cache(maxsize=2048)  # nobody changes what it returns
def _read(disclosure: Disclosure) -> tuple[Mapping[str, str], Mapping[str, object]]:
    """The properties raw, and the values of those that can be read; one that cannot has failed step 1 and is shown raw only."""
    raw = {item.name: item.value for item in disclosure.properties}
    found: dict[str, object] = {}
    for name, value in raw.items():
        with suppress(InvalidInput):
            found[name] = strict_json.parse(value)
    return raw, found


def forget() -> None:
    """Drop what is remembered of disclosed properties, because a record was erased."""
    _read.cache_clear()


@lru_cache(maxsize=2048)
def _steps(steps: tuple[VerifiedStep, ...]) -> tuple[Step, ...]:
    """The parts of each numbered step as one outcome: failed if any failed, not checked if any was not."""
    found = []
    for number in sorted({step.number for step in steps}):
        parts = [step for step in steps if step.number == number]
        worst = min(parts, key=lambda part: ("failed", "not checked", "passed").index(part.outcome))
        found.append(Step(number, worst.outcome.replace(" ", "_"), _reason(worst) if worst.outcome == "failed" else worst.why))
    return tuple(found)


def _reason(step: VerifiedStep) -> str:
    """What failed, with both sides."""
    return f"({step.number}) {step.why}: expected {step.expected}, found {step.found}" if step.expected else f"({step.number}) {step.why}"


def _all_steps(steps: Iterable[VerifiedStep], records: Iterable[RecordVerdict]) -> list[VerifiedStep]:
    return [*steps, *(step for one in records for step in one.steps)]


def _anchored(anchor: BundleAnchor, names: Mapping[int, str]) -> Anchored:
    return Anchored(anchor.seq, anchor.time, anchor.block, hexed(anchor.signer), anchor.member, names.get(anchor.member, ""))


def _mirrored(row: MirroredAnchor, names: Mapping[int, str]) -> Anchored:
    return Anchored(row.seq, row.time, row.block_number, hexed(row.signer), row.member_id, names.get(row.member_id, ""))
