"""A few records of one item for tests of the verifier, and what can be done to them; on the ledger of `tests.conftest`."""

from __future__ import annotations

from dataclasses import dataclass, field

from web3 import HTTPProvider, Web3

from ledger_client import canonical, commitment
from ledger_client.bundle import Bundle, Hidden, Shown
from ledger_client.council import Council
from ledger_client.council.actions import Action
from ledger_client.epcis.normalise import normalise
from ledger_client.onchain import Anchor, item_id
from ledger_client.prove import Kept, Withheld, prove, record
from ledger_client.verdict import ItemVerdict
from ledger_client.verify import verify
from tests.conftest import LedgerChain
from tests.proof.make_vectors import EVENTS, ITEM, secret


@dataclass
class Item:
    """The item of the vectors' events on a ledger of its own, with its stored records by commitment."""

    ledger: LedgerChain
    code: str = ITEM
    stored: dict[bytes, Kept | Withheld] = field(default_factory=dict)
    waiting: list[Shown | Hidden] = field(default_factory=list)

    def anchor(self, *numbers: int, by: int = 0) -> list[bytes]:
        """Anchor events of the vectors by a member's key, in one transaction; gives their commitments."""
        found = [self.keep(number) for number in numbers]
        assert self.ledger.anchor([(item_id(self.code), c) for c in found], self.ledger.signers[by]).succeeded
        return found

    def keep(self, number: int) -> bytes:
        """Store a record without anchoring it."""
        event, key = normalise(EVENTS[number]), secret(f"record {number}")
        found = commitment.commit(event, key)
        self.stored[found] = Kept(canonical.text(event), key)
        return found

    def wait(self, number: int) -> bytes:
        """Store a record that waits to be anchored."""
        found = self.keep(number)
        self.waiting.append(record(found, self.stored.pop(found)))
        return found

    def edit(self, committed: bytes, old: str, new: str) -> None:
        """Change a stored payload behind everybody's back."""
        kept = self.stored[committed]
        assert isinstance(kept, Kept)
        assert isinstance(kept.payload, str)
        assert old in kept.payload
        self.stored[committed] = Kept(kept.payload.replace(old, new), kept.secret)

    def decide(self, action: Action) -> None:
        """Both governors approve and execute an action."""
        council = Council(Web3(HTTPProvider(self.ledger.url)), self.ledger.deployment)
        proposal = council.propose(self.ledger.governors[0], action)
        for governor in self.ledger.governors:
            council.approve(governor, proposal.safe_tx_hash)
        council.execute(self.ledger.governors[0], proposal.safe_tx_hash)

    def anchors(self) -> list[Anchor]:
        """The item's anchors as a mirror would know them."""
        return self.ledger.chain.anchors_of(item_id(self.code))

    def bundle(self, **settings: object) -> Bundle:
        """The item's bundle now."""
        return prove(self.ledger.chain, self.code, self.anchors(), self.stored, **settings)  # type: ignore[arg-type]  # test settings

    def verdict(self, **settings: object) -> ItemVerdict:
        """What live verification says now."""
        return verify(self.bundle(**settings), self.ledger.chain, unanchored=self.waiting)


def states(said: ItemVerdict) -> list[str]:
    """The verdicts of the records, in order."""
    return [record.verdict for record in said.records]


def failures(said: ItemVerdict) -> set[tuple[int, str]]:
    """Number and part of every failed step."""
    steps = [*said.steps, *(step for record in said.records for step in record.steps)]
    return {(step.number, step.part) for step in steps if step.outcome == "failed"}
