"""The one verifier (spec 7): everything that says "verified" in this project says it through here.

Takes a bundle, from a file or made by `prove` on the spot, and optionally a node to ask; gives an ItemVerdict.
No SQL, no web, no trust in whoever made the bundle. A record that does not verify is an answer, not an exception;
only a node that cannot be asked raises (NodeUnavailable).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain as chain_of

from ledger_client import verify_chain, verify_record
from ledger_client.bundle import Bundle, Hidden, Shown
from ledger_client.chain import Chain
from ledger_client.deployment import Deployment
from ledger_client.errors import InvalidInput
from ledger_client.verdict import (
    CheckedAgainst,
    ItemState,
    ItemVerdict,
    RecordState,
    RecordVerdict,
    Step,
    contradicted,
    failed,
    not_checked,
    passed,
)
from ledger_client.verify_record import Checked

Entry = Checked | Hidden  # what is known of a record

# The steps, in the numbers of spec 7.1. Each is passed, failed, or not checked with the reason.
#
# For every record (`verify_record`):
#   (1) form          each shown property is canonical JSON, the event id is among them; a whole event keeps the EPCIS schema
#   (2) event id      the id is the hash of the event, where it has that form and everything hashed is shown
#   (3) commitment    the shown leaves and paths lead to the commitment
#   (4) anchored      the commitment is among the item's anchors                                            (here)
# For the item (`verify_chain`):
#   (5) deployment    the ledger is the one that the reader knows
#       chain         the block is on the chain of the node that was asked
#       header        the header hashes to the block hash and names number, time and state root
#       contracts     the state root proves both contracts, whose code is the published one
#       head          the ledger's storage proves the item's head, and the anchors fold to it
#   (6) signers       each signer belonged to the named member and was active at the anchor's time; the member's profile is proven
# And then (here):
#   (7) verdict       of each record, then of the item (spec 7.2 to 7.4)


def verify(
    bundle: Bundle,
    chain: Chain | None = None,
    deployment: Deployment | None = None,
    unanchored: Iterable[Shown | Entry] = (),
    checked: Iterable[Checked] = (),
) -> ItemVerdict:
    """Verify an item's history.

    `chain`: a node to ask whether the block is on its chain and whether anything was anchored since. `deployment`: the ledger
    that the reader knows (else the chain's, if it has one). `unanchored`: records that wait to be anchored; a record of the
    bundle itself that no anchor names is `altered`, because a bundle shows only what is anchored. `checked`: further records
    that their keeper checks by `verify_record`, beside those of the bundle and judged as they are; taken one by one while the node
    makes its answer, so that they may be checked at that moment only.
    """
    # (5) and (6) as far as the bundle proves them, (1) to (3) of the records: while the node makes its answer
    alone = _Alone()
    pieces = alone.pieces(bundle, checked, unanchored)
    live = verify_chain.ask(bundle, chain, pieces) if chain is not None else None
    deque(pieces, maxlen=0)  # those that the node left no time for
    proofs, signers = alone.proofs if bundle.block.header else _proofs(bundle, live)
    # (5) what all records rest on
    on_chain = live.step if live else not_checked(5, "chain", "no node was asked")
    shared = [verify_chain.check_deployment(bundle, deployment or _known(chain)), on_chain, *proofs]
    steps = (*shared, *signers.values(), *verify_chain.check_nothing_more(bundle))
    # (4), (7) each record
    records = [*_anchored(bundle, alone.records, steps, signers), *map(_unanchored, alone.waiting)]
    complete = _complete(records, steps)
    # (7) the item
    return ItemVerdict(
        item=bundle.item,
        verdict=_state(records, steps, complete=complete),
        complete=complete,
        steps=steps,
        records=tuple(records),
        checked_against=CheckedAgainst(bundle.block.number, bundle.block.hash, bundle.block.time),
        chain_confirmed=live.step.outcome == "passed" if live else None,
        newer_anchors=live.newer_anchors if live else None,
    )


Proofs = tuple[list[Step], dict[bytes, Step]]  # (5) header, contracts, head; (6) by the signer's address


class _Alone:
    """What needs no node's answer, found piece by piece."""

    def __init__(self) -> None:
        self.records: list[Entry] = []
        self.waiting: list[Entry] = []
        self.proofs: Proofs = ([], {})

    def pieces(self, bundle: Bundle, checked: Iterable[Entry], unanchored: Iterable[Shown | Entry]) -> Iterator[None]:
        """Each step does one piece of the work."""
        self.proofs = _proofs(bundle, None)
        yield
        for entry in chain_of(bundle.records, checked):
            self.records.append(_checked(entry))
            yield
        for entry in unanchored:
            self.waiting.append(_checked(entry))
            yield


def _proofs(bundle: Bundle, live: verify_chain.Live | None) -> Proofs:
    """What a bundle proves by itself, or with the state root that a node gave for its block."""
    header, state_root = verify_chain.check_header(bundle, live)
    accounts, state = verify_chain.check_accounts(bundle, state_root)
    head = verify_chain.check_fold(bundle, state.ledger)
    return [header, accounts, head], verify_chain.check_signers(bundle, state.members)


def _checked(entry: Shown | Hidden | Checked) -> Entry:
    return verify_record.checked(entry) if isinstance(entry, Shown) else entry


def _known(chain: Chain | None) -> Deployment | None:
    try:
        return chain.deployment if chain else None
    except InvalidInput:
        return None


def _anchored(bundle: Bundle, shown: Sequence[Entry], steps: Sequence[Step], signers: dict[bytes, Step]) -> list[RecordVerdict]:
    """The records that anchors name, in the order of their first anchors; then those that no anchor names."""
    entries = {entry.commitment: entry for entry in shown}
    seqs: dict[bytes, list[int]] = {}
    signed: dict[bytes, dict[bytes, Step]] = {}
    for anchor in bundle.anchors:
        seqs.setdefault(anchor.commitment, []).append(anchor.seq)
        signed.setdefault(anchor.commitment, {})[anchor.signer] = signers[anchor.signer]
    on_chain = [step for step in steps if step.number == 5]
    found = []
    for commitment in [*seqs, *(other for other in entries if other not in seqs)]:
        numbers = tuple(seqs.get(commitment, ()))
        own = (_place(numbers), *on_chain, *signed.get(commitment, {}).values())
        found.append(_record(commitment, numbers, entries.get(commitment), own))
    return found


def _unanchored(entry: Entry) -> RecordVerdict:
    """A record that waits: its own steps count, the chain cannot speak of it yet."""
    return _record(entry.commitment, (), entry, [not_checked(4, "anchored", "the record waits to be anchored")], waiting=True)


def _place(numbers: tuple[int, ...]) -> Step:
    """(4) The commitment is among the item's anchors."""
    if not numbers:
        return failed(4, "anchored", "the commitment is not among the item's anchors", "an anchor", "none")
    return passed(4, "anchored", f"the commitment is the item's anchor {', '.join(map(str, numbers))}")


def _record(
    commitment: bytes, seqs: tuple[int, ...], entry: Entry | None, later: Sequence[Step], *, waiting: bool = False
) -> RecordVerdict:
    """(7) Any failed step makes a record `altered`; nothing of it shown makes it `missing`, `withheld` or `erased`."""
    if isinstance(entry, Checked):
        state: RecordState = "unanchored" if waiting else "verified"
        named, steps = entry.event_id, (*entry.steps, *later)
    else:
        reason = "nothing of the record is shown" if entry is None else f"the record is not shown: {entry.withheld}"
        named, steps = None, (*(not_checked(n, part, reason) for n, part in ((1, "form"), (2, "event id"), (3, "commitment"))), *later)
        state = "missing" if entry is None else "erased" if entry.withheld == "erased" else "unanchored" if waiting else "withheld"
    if contradicted(steps) and state != "missing":
        state = "altered"
    return RecordVerdict(commitment, seqs, state, named, steps)


def _complete(records: Sequence[RecordVerdict], steps: Sequence[Step]) -> bool:
    """Spec 7.4, of the anchors that the chain proves: without a proven head nobody knows whether one is missing."""
    proven = any(step.part == "head" and step.outcome == "passed" for step in steps)
    if not proven or contradicted(steps):
        return False
    return all(record.verdict in {"verified", "withheld", "erased"} for record in records if record.verdict != "unanchored")


def _state(records: Sequence[RecordVerdict], steps: Sequence[Step], *, complete: bool) -> ItemState:
    """(7) Spec 7.3."""
    if contradicted(steps) or any(record.verdict == "altered" for record in records):
        return "altered"
    if not complete:
        return "incomplete"
    if any(record.verdict == "unanchored" for record in records):
        return "pending"
    return "verified" if records else "unknown"
