"""Make an item's proof bundle: its anchors, the chain's own proof of them, and what the audience may see of each record.

From a node, a mirror's anchors and the stored records to a Bundle. Nothing is judged here: a stored record that was changed
behind our back goes into the bundle as it is, so that the one verifier finds it, live as well as years later.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ledger_client import strict_json
from ledger_client.bundle import Bundle, BundleAnchor, BundleMember, BundleSigner, Hidden, ProofBlock, Reason, Shown
from ledger_client.chain import Chain
from ledger_client.commitment import Disclosure, disclose
from ledger_client.contracts import profile_word
from ledger_client.disclosure import DEFAULT, Audience, Policy
from ledger_client.errors import Incomplete, InvalidInput
from ledger_client.evidence import Evidence
from ledger_client.onchain import Anchor, item_id

_NOTHING = Disclosure(0, ())  # what can be shown of a payload that is no event any more
_TRIES = 4
_SMALL = 8192  # characters of a payload that may be remembered


@dataclass(frozen=True, slots=True)
class Kept:
    """A stored record: its payload as stored (JSON text, or the event itself), its secret, and its writer's policy."""

    payload: str | Mapping[str, object]
    secret: bytes
    policy: Policy = DEFAULT


@dataclass(frozen=True, slots=True)
class Withheld:
    """A record that is not shown to this audience, is erased, or is kept elsewhere."""

    reason: Reason


def prove(
    chain: Chain,
    code: str,
    anchors: Sequence[Anchor],
    records: Mapping[bytes, Kept | Withheld],
    audience: Audience = "public",
    meanwhile: Iterator[object] | None = None,
) -> Bundle:
    """The bundle of an item at the chain's latest block.

    `code`: the canonical item code. `anchors`: those that the caller knows (a mirror's); what the chain has beyond them is read from
    the chain. `records`: by commitment; commitments that are not anchored are passed over. Of each the `audience` is
    shown what the record's policy says. `meanwhile`: work in pieces, of which as many are done as the node leaves time for
    while it makes its proofs.
    Raises NodeUnavailable, and Incomplete when the node leaves out anchors.
    """
    known, evidence = _proven(chain, item_id(code), sorted(anchors, key=lambda anchor: anchor.seq), meanwhile)
    block = evidence.block
    found = {anchor.commitment: records[anchor.commitment] for anchor in known if anchor.commitment in records}
    return Bundle(
        item=code,
        audience=audience,
        deployment=chain.deployment,
        block=ProofBlock(block.number, block.hash, block.time, block.rlp),
        ledger_account=evidence.ledger,
        members_account=evidence.members,
        slot=evidence.slot,
        anchors=tuple(BundleAnchor(a.seq, a.commitment, a.signer, a.member_id, a.time, a.block_number) for a in known),
        signers=tuple(BundleSigner(entry.signer, entry.proof) for entry in evidence.signers),
        members=_members(chain, evidence),
        records=tuple(record(commitment, stored, audience) for commitment, stored in found.items()),
    )


def record(commitment: bytes, stored: Kept | Withheld, audience: Audience = "public") -> Shown | Hidden:
    """One entry of a bundle's `records`. A payload that cannot be read any more is shown as nothing, which no verifier accepts."""
    if isinstance(stored, Withheld):
        return Hidden(commitment, stored.reason)
    try:
        return Shown(commitment, _disclosed(stored, audience))
    except (InvalidInput, UnicodeEncodeError, RecursionError):
        return Shown(commitment, _NOTHING)


def _disclosed(stored: Kept, audience: Audience) -> Disclosure:
    if isinstance(stored.payload, str) and len(stored.payload) <= _SMALL:
        return _remembered(stored, audience)
    event = _event(stored.payload)
    return disclose(event, stored.secret, stored.policy.shown(audience, event))


@lru_cache(maxsize=2048)  # a pure function of what is kept: one changed letter is another record. Small ones only, at most 32 MB
def _remembered(stored: Kept, audience: Audience) -> Disclosure:
    """Records of a lot are shown with each of its cartons."""
    event = _event(stored.payload)
    return disclose(event, stored.secret, stored.policy.shown(audience, event))


def forget() -> None:
    """Drop what is remembered of records, because one of them was erased."""
    _remembered.cache_clear()


def _event(payload: str | Mapping[str, object]) -> Mapping[str, object]:
    found = strict_json.parse(payload) if isinstance(payload, str) else payload
    if not isinstance(found, Mapping):
        raise InvalidInput("payload", "is not a JSON object")
    return found


def _proven(chain: Chain, item: bytes, anchors: Sequence[Anchor], meanwhile: Iterator[object] | None) -> tuple[Sequence[Anchor], Evidence]:
    """The anchors and the chain's evidence for them, from one block; anchors that came since the mirror looked are added.

    Incomplete when the node's logs leave out an anchor that its own storage counts: that is the node's fault, not the item's.
    """
    known = anchors
    for attempt in range(_TRIES):
        signers = list(dict.fromkeys(anchor.signer for anchor in known))
        members = sorted({anchor.member_id for anchor in known})
        evidence = chain.evidence(item, signers, members, None if attempt else meanwhile)
        if len(known) >= evidence.head.count:
            return known, evidence
        gapless = all(anchor.seq == place for place, anchor in enumerate(known, 1))
        first = known[-1].block_number if known and gapless else None
        fresh = {anchor.seq: anchor for anchor in chain.anchors_of(item, first, evidence.block.number)}
        known = sorted(({anchor.seq: anchor for anchor in known} | fresh).values(), key=lambda anchor: anchor.seq)
    raise Incomplete("anchors of the item in the node's logs", evidence.head.count, len(known))


def _members(chain: Chain, evidence: Evidence) -> tuple[BundleMember, ...]:
    """The members' names and endpoints; read again from the chain when what was known before is not what is proven."""
    for fresh in (False, True):
        names = {m.member_id: m for m in chain.members(fresh=fresh)} if evidence.profiles else {}
        entries = [(names.get(entry.member_id), entry) for entry in evidence.profiles]
        if all(member and profile_word(member.name, member.endpoint) == entry.profile for member, entry in entries):
            break
    return tuple(
        BundleMember(entry.member_id, member.name if member else "", member.endpoint if member else "", entry.proof)
        for member, entry in entries
    )
