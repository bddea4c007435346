"""Steps 5 and 6 of verification: what the chain's own state proves of an item's anchors and of those who signed them (spec 7.1).

Takes a bundle, by itself or with a node to ask. Everything hangs on one block: its hash binds the header, the header the state
root, the root both accounts, the accounts their slots. Where that chain is cut, the checks below it are not made, and say so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ledger_client import contracts, witness
from ledger_client.bundle import Bundle, BundleSigner
from ledger_client.chain import Chain
from ledger_client.deployment import Deployment
from ledger_client.errors import EvidenceError, InvalidInput, NodeRefused, WrongChain
from ledger_client.header import facts
from ledger_client.onchain import Head, fold_all, item_id, keccak
from ledger_client.trie_proof import Account, account, slot
from ledger_client.verdict import Step, failed, not_checked, passed


@dataclass(frozen=True, slots=True)
class Live:
    """What a node said when it was asked about a bundle's block."""

    step: Step
    state_root: bytes | None  # of the bundle's block, None if the node has no such block
    newer_anchors: int | None


@dataclass(frozen=True, slots=True)
class State:
    """The two accounts as the block's state root proves them; None where it does not."""

    ledger: Account | None
    members: Account | None


def check_deployment(bundle: Bundle, published: Deployment | None) -> Step:
    """(5) The ledger is the one that the reader knows."""
    if published is None:
        return not_checked(5, "deployment", "no published deployment was given to compare the bundle's with")
    if bundle.deployment != published:
        return failed(5, "deployment", "the bundle is about another ledger", published.to_json(), bundle.deployment.to_json())
    return passed(5, "deployment", "the ledger is the published one")


def ask(bundle: Bundle, chain: Chain, meanwhile: Iterator[object]) -> Live:
    """(5) The block is on the chain of that node, and the anchors stand in blocks of their times. Errors of the node go through.

    `meanwhile`: what can be checked without the answer, in pieces; as many are done as fit into the time of waiting.
    """
    wanted, blocks = bundle.deployment, sorted({min(anchor.block, bundle.block.number) for anchor in bundle.anchors})
    at_once, later = blocks[: witness.MOST_BLOCKS], blocks[witness.MOST_BLOCKS :]
    said = witness.ask(chain.rpc, bundle.block.number, wanted.ledger, item_id(bundle.item), at_once, meanwhile)
    chain_id, genesis = said.identity()
    if (chain_id, genesis) != (wanted.chain_id, wanted.genesis):
        expected, found = f"chain {wanted.chain_id} from 0x{wanted.genesis.hex()}", f"chain {chain_id} from 0x{genesis.hex()}"
        return Live(failed(5, "chain", "the node serves another chain", expected, found), None, None)
    block = said.block()
    if block is None:
        return Live(failed(5, "chain", "the node has no such block", f"block {bundle.block.number}", "none"), None, None)
    if block.hash != bundle.block.hash:
        return Live(failed(5, "chain", "the block is not on this chain", bundle.block.hash, block.hash), None, None)
    try:
        newer = max(0, said.head().count - len(bundle.anchors))
    except (WrongChain, NodeRefused) as problem:
        return Live(failed(5, "chain", "no ledger answers at the bundle's address", f"0x{wanted.ledger.hex()}", problem), None, None)
    if misplaced := _misplaced(bundle, said.times() | chain.times(later)):
        return Live(misplaced, block.state_root, newer)
    since = f"; the item got {newer} more anchors since" if newer > 0 else "; nothing was anchored for the item since"
    return Live(passed(5, "chain", f"block {bundle.block.number} is on the chain{since}"), block.state_root, newer)


def check_header(bundle: Bundle, live: Live | None) -> tuple[Step, bytes | None]:
    """(5) The header hashes to the block hash and holds number and time; gives the state root it names."""
    block = bundle.block
    if not block.header:
        if live is not None and live.state_root is not None:
            why = "this chain hashes its headers in a way of its own; the state root was asked of the node"
            return passed(5, "header", why), live.state_root
        why = "the bundle has no header, as this chain hashes them in a way of its own; verify with a node of the chain"
        return not_checked(5, "header", why), None
    if keccak(block.header) != block.hash:
        return failed(5, "header", "the header does not hash to the block hash", block.hash, keccak(block.header)), None
    try:
        found = facts(block.header)
    except InvalidInput as problem:
        return failed(5, "header", "the header cannot be read", "a block header", problem), None
    if (found.number, found.time) != (block.number, block.time):
        expected, said = f"block {block.number} of {block.time}", f"block {found.number} of {found.time}"
        return failed(5, "header", "the header is that of another block", expected, said), None
    return passed(5, "header", f"the header of block {block.number} hashes to its block hash"), found.state_root


def check_accounts(bundle: Bundle, state_root: bytes | None) -> tuple[Step, State]:
    """(5) Both contracts are proven under the state root, and their code is the published one."""
    nothing = State(None, None)
    if state_root is None:
        return not_checked(5, "contracts", "there is no proven state root to hold the contracts against"), nothing
    at = bundle.deployment
    try:
        ledger = account(state_root, at.ledger, bundle.ledger_account)
        members = account(state_root, at.members, bundle.members_account)
    except EvidenceError as problem:
        return failed(5, "contracts", "the state root does not prove the contracts' accounts", problem.said, problem.found), nothing
    for name, wanted, found in (
        ("Ledger", contracts.ledger_code_hash(at.members), ledger.code_hash),
        ("Members", contracts.members_code_hash(at.council), members.code_hash),
    ):
        if wanted != found:
            return failed(5, "contracts", f"the code of {name} is not the published one", wanted, found), nothing
    return passed(5, "contracts", "the state root proves both contracts, and their code is the published one"), State(ledger, members)


def check_fold(bundle: Bundle, ledger: Account | None) -> Step:
    """(5) The anchors fold to the head and count that the ledger's storage holds for the item."""
    if ledger is None:
        return not_checked(5, "head", "there is no proven ledger to read the item's head from")
    try:
        head = Head.of_word(slot(ledger.storage_root, contracts.head_slot(item_id(bundle.item)), bundle.slot))
    except EvidenceError as problem:
        return failed(5, "head", "the ledger's storage does not prove the item's slot", problem.said, problem.found)
    return _folded(bundle, head)


def check_signers(bundle: Bundle, members: Account | None) -> dict[bytes, Step]:
    """(6) For each signer in the anchors: it belongs to the member that the anchors name, and was active at each of their times."""
    known = {entry.signer.address: entry for entry in bundle.signers}
    used = dict.fromkeys(anchor.signer for anchor in bundle.anchors)
    return {address: _signer(bundle, members, address, known.get(address)) for address in used}


def check_nothing_more(bundle: Bundle) -> Iterator[Step]:
    """(6) Signers and members that no anchor speaks of have no place in a bundle: nothing would prove what is said of them."""
    used = {anchor.signer for anchor in bundle.anchors}
    for entry in bundle.signers:
        if entry.signer.address not in used:
            yield failed(6, "signers", "a signer is listed that signed no anchor", "only signers of the anchors", entry.signer.address)
    numbers = {entry.signer.member_id for entry in bundle.signers}
    for member in bundle.members:
        if member.member_id not in numbers:
            yield failed(6, "signers", "a member is listed whose keys signed nothing", "only members of the signers", member.member_id)


def _folded(bundle: Bundle, head: Head) -> Step:
    """The anchors are as many as the head counts, fold to it, and stand in blocks up to the bundle's."""
    late = next((anchor for anchor in bundle.anchors if anchor.block > bundle.block.number), None)
    if late is not None:
        why = f"anchor {late.seq} stands after the block"
        return failed(5, "head", why, f"a block up to {bundle.block.number}", late.block)
    (folding, count), folded = head, fold_all(bundle.anchors).head
    if len(bundle.anchors) != count:
        return failed(5, "head", "the chain counts another number of anchors", f"{count} anchors", f"{len(bundle.anchors)} anchors")
    if folded != folding:
        return failed(5, "head", "the anchors do not fold to the head on the chain", folding, folded)
    if not bundle.anchors:
        return passed(5, "head", "the chain proves that nothing was ever anchored for this item")
    return passed(5, "head", f"the {len(bundle.anchors)} anchors fold to the head on the chain: none is missing, added or changed")


def _signer(bundle: Bundle, members: Account | None, address: bytes, entry: BundleSigner | None) -> Step:
    if entry is None:
        return failed(6, "signers", "nothing is said of the key that signed", f"an entry for 0x{address.hex()}", "none")
    signer = entry.signer
    for anchor in bundle.anchors:
        if anchor.signer == address and anchor.member != signer.member_id:
            return failed(6, "signers", f"anchor {anchor.seq} names another member", signer.member_id, anchor.member)
        if anchor.signer == address and not signer.active_at(anchor.time):
            span = f"{signer.active_from} to {signer.active_until or 'now'}"
            return failed(6, "signers", f"the key was not active at anchor {anchor.seq}", span, anchor.time)
    if members is None:
        return not_checked(6, "signers", "there is no proven members' contract to look the signer up in")
    return _proven(bundle, members, entry)


def _proven(bundle: Bundle, members: Account, entry: BundleSigner) -> Step:
    """The signer's slot and its member's profile slot hold what the bundle says."""
    signer = entry.signer
    member = next((m for m in bundle.members if m.member_id == signer.member_id), None)
    if member is None:
        return failed(6, "signers", "nothing is said of the signer's member", f"an entry for member {signer.member_id}", "none")
    try:
        word = slot(members.storage_root, contracts.signer_slot(signer.address), entry.proof)
        profile = slot(members.storage_root, contracts.profile_slot(member.member_id), member.proof)
    except EvidenceError as problem:
        return failed(6, "signers", "the storage of the members' contract does not prove what is said", problem.said, problem.found)
    said = contracts.signer_word(signer.member_id, signer.active_from, signer.active_until)
    if word != said:
        return failed(6, "signers", "the members' contract records the signer otherwise", word, said)
    if profile != contracts.profile_word(member.name, member.endpoint):
        named = contracts.profile_word(member.name, member.endpoint)
        return failed(6, "signers", f"the contract holds another profile than {member.name!r} {member.endpoint!r}", profile, named)
    revoked = f"; the key was revoked at {signer.active_until}" if signer.active_until else ""
    return passed(6, "signers", f"0x{signer.address.hex()} wrote for {member.name} (member {member.member_id}){revoked}")


def _misplaced(bundle: Bundle, times: Mapping[int, int]) -> Step | None:
    """The first anchor whose block is not of its time, or None."""
    for anchor in bundle.anchors:
        if times.get(anchor.block) != anchor.time:
            return failed(
                5, "chain", f"anchor {anchor.seq} is not of its block's time", times.get(anchor.block, "a block before"), anchor.time
            )
    return None
