"""An item held against the live chain: prove and verify of `ledger_client`, fed from the stored records and the mirror.

The mirror saves reading the chain, and is never believed: if what it says does not fold to the head on the chain, the anchors are read
from the chain itself. The verdict is the verifier's alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import TypeVar

from sqlalchemy.orm import Session

from api import stored
from indexer.audiences import policies
from ledger_client import verify_record
from ledger_client.bundle import Bundle, Hidden, Shown
from ledger_client.chain import Chain
from ledger_client.codes import ItemCode
from ledger_client.disclosure import Audience
from ledger_client.errors import EvidenceError, Retryable
from ledger_client.onchain import Anchor
from ledger_client.prove import prove, record
from ledger_client.verdict import ItemVerdict
from ledger_client.verify import verify
from ledger_client.verify_record import Whole
from records.audiences import Policies
from telemetry.logs import log


@dataclass(frozen=True, slots=True)
class Proven:
    """An item's bundle, the records that wait for the chain, and the verdict on all of it."""

    bundle: Bundle
    waiting: tuple[Shown | Hidden, ...]
    verdict: ItemVerdict


@dataclass(frozen=True, slots=True)
class Judged:
    """The verdict on an item's whole records, and the bundle without them that it stands on."""

    bundle: Bundle
    verdict: ItemVerdict


T = TypeVar("T", Proven, Judged)


def prove_item(session: Session, chain: Chain, code: ItemCode, audience: Audience = "public", rules: Policies | None = None) -> Proven:
    """Prove an item and verify the proof with the chain as witness; raises Retryable or EvidenceError when the node cannot tell.

    `rules`: the policies to apply, by default those that hold now.
    """
    holding = policies(session) if rules is None else rules
    return _with_mirror(session, chain, code, lambda anchors: _proven(session, chain, code, audience, holding, anchors))


def judge_item(session: Session, chain: Chain, code: ItemCode) -> Judged:
    """The same verdict from the stored records themselves, payload and secret: nothing is disclosed, so no paths are made."""
    return _with_mirror(session, chain, code, lambda anchors: _judged(session, chain, code, anchors))


def _with_mirror(session: Session, chain: Chain, code: ItemCode, attempt: Callable[[Sequence[Anchor]], T]) -> T:
    """Try with the mirror's anchors, and once more without them when they do not hold."""
    known = stored.mirrored(session, code)
    try:
        found = attempt(known)
        if known and _mirror_in_doubt(found.verdict):
            log.warning("mirror.doubted", item_id=code.item_id)  # its anchors do not fold to the chain's head
            found = attempt([])
    except (EvidenceError, Retryable):
        chain.check_identity()  # says so when the node is one of another chain
        raise
    return found


def _proven(session: Session, chain: Chain, code: ItemCode, audience: Audience, rules: Policies, anchors: Sequence[Anchor]) -> Proven:
    here = stored.of_item(session, code)
    records = {one.record.commitment: one.content for one in here}
    records |= stored.of_commitments(session, (anchor.commitment for anchor in anchors if anchor.commitment not in records))
    bundle = prove(chain, code.uri, anchors, {key: stored.kept(held, rules) for key, held in records.items()}, audience)
    anchored = {anchor.commitment for anchor in bundle.anchors}
    absent = [one for one in here if one.record.commitment not in anchored]
    lost, waiting = (
        tuple(record(one.record.commitment, stored.kept(one.content, rules), audience) for one in absent if one.done is done)
        for done in (True, False)
    )
    bundle = replace(bundle, records=(*bundle.records, *_elsewhere(session, bundle, {entry.commitment for entry in bundle.records}), *lost))
    return Proven(bundle, waiting, verify(bundle, chain, unanchored=waiting))


def _judged(session: Session, chain: Chain, code: ItemCode, anchors: Sequence[Anchor]) -> Judged:
    """Records are read while the node makes its proofs. Each is checked once: then, while it bears witness, or after that."""
    kept_here, check = cache(partial(stored.whole_of_item, session, code)), cache(verify_record.checked)

    def checks() -> Iterator[object]:
        yield from (check(one) for one, _ in kept_here() if isinstance(one, Whole))

    bundle = prove(chain, code.uri, anchors, {}, "regulator", meanwhile=checks())
    here = kept_here()
    records = {one.commitment: one for one, _ in here}
    anchored = {anchor.commitment for anchor in bundle.anchors}
    records |= {one.commitment: one for one in stored.whole_of_commitments(session, anchored - records.keys())}
    elsewhere = _elsewhere(session, bundle, records.keys())
    waiting = [records.pop(one.commitment) for one, done in here if not done and one.commitment not in anchored]
    bundle = replace(bundle, records=(*elsewhere, *(one for one in records.values() if isinstance(one, Hidden))))
    unanchored = (check(one) if isinstance(one, Whole) else one for one in waiting)
    checked = (check(one) for one in records.values() if isinstance(one, Whole))
    return Judged(bundle, verify(bundle, chain, unanchored=unanchored, checked=checked))


def _elsewhere(session: Session, bundle: Bundle, have: Set[bytes]) -> list[Hidden]:
    """Anchors of keys that do not write through this server, whose records are therefore kept by others (spec 6.2)."""
    absent = [anchor for anchor in bundle.anchors if anchor.commitment not in have]
    own = stored.own_signers(session) if absent else set()
    return [Hidden(commitment, "elsewhere") for commitment in dict.fromkeys(one.commitment for one in absent if one.signer not in own)]


def _mirror_in_doubt(verdict: ItemVerdict) -> bool:
    return any(step.outcome == "failed" and step.number in (5, 6) for step in verdict.steps)
