"""What the council is asked to decide, who approved it, and how to approve: by a command, where the governance key lies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eth_abi.exceptions import DecodingError

from api.console.refusals import put
from api.console.shown import Badge, Digest, Moment, digest, unix_moment
from api.console.words import ConsoleWords
from api.spelling import hexed
from ledger_client.calls import read_call
from ledger_client.deployment import Deployment
from ledger_client.member_logs import Proposal
from ledger_client.onchain import Role
from ledger_client.votes import Votes

COMMAND = "python -m scripts.members --key state/keys/own.council.json"
CALLS = frozenset(
    {
        "admit", "suspend", "reinstate", "setRoles", "setProfile", "addSigner", "revokeSigner",
        "addOwnerWithThreshold", "removeOwner", "swapOwner", "changeThreshold",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ProposalCard:
    """One proposal. `state` says how far it is; `command` does the next step."""

    what: str
    digest: Digest
    by: str
    by_key: Digest
    at: Moment | None
    state: Badge
    approved: tuple[Digest, ...]
    note: str
    command: Digest


@dataclass(frozen=True, slots=True)
class CouncilCard:
    """The council now; `problem` instead where the node does not answer."""

    rule: str
    owners: tuple[Digest, ...]
    proposals: tuple[ProposalCard, ...]
    problem: str


@dataclass(frozen=True, slots=True)
class Said:
    """What is known of the council: proposals from the mirror, votes from the node, or why there are none."""

    pending: Sequence[Proposal]
    times: Mapping[bytes, int]
    votes: Votes | None
    problem: str


def council_card(
    said: Said, deployment: Deployment, names: Mapping[int, str], keys: Mapping[bytes, int], words: ConsoleWords
) -> CouncilCard:
    """The card; `names` of members by number, `keys` the member of each signer."""
    votes = said.votes
    rule = words.say("members.council.rule", threshold=votes.threshold, owners=len(votes.owners)) if votes else ""
    return CouncilCard(
        rule=rule,
        owners=tuple(map(digest, votes.owners)) if votes else (),
        proposals=tuple(_proposal(one, said, deployment, names, keys, words) for one in said.pending),
        problem=words.say("members.council.away", why=put(said.problem, words)) if said.problem else "",
    )


def call_in_words(target: bytes, data: bytes, deployment: Deployment, names: Mapping[int, str], words: ConsoleWords) -> str:
    """What a call to the council's contracts would do; one that is not known is shown as it is."""
    contract = {deployment.members: "Members", deployment.council: "SafeL2"}.get(target, "")
    try:
        found = read_call(contract, data) if contract else None
    except (DecodingError, ValueError, OverflowError):  # anybody who may propose chooses the bytes
        found = None
    if found is None or found[0] not in CALLS:
        return words.say("members.call.unknown", address=hexed(target), data=digest(data).short)
    told = {name.lstrip("_"): value for name, value in found[1].items()}
    return words.say(f"members.call.{found[0]}", **_arguments(told, names, words))


def roles_in_words(roles: int, words: ConsoleWords) -> str:
    """A member's roles; bits that mean nothing yet are told as a number."""
    known = [words.say(f"members.role.{str(role.name).lower()}") for role in Role if role in Role(roles)]
    rest = roles & ~sum(Role)
    return words.say("members.and").join([*known, *([str(rest)] if rest else [])]) or words.say("members.role.none")


def member_in_words(number: int, names: Mapping[int, str], words: ConsoleWords) -> str:
    """A member by its name and number."""
    return words.say("members.named", name=names.get(number, "?"), number=number)


def _arguments(told: Mapping[str, Any], names: Mapping[int, str], words: ConsoleWords) -> dict[str, str]:
    """Arguments as they are said: members by name, roles in words, keys shortened."""
    found = {}
    for name, value in told.items():
        if name == "memberId":
            found["member"] = member_in_words(value, names, words)
        elif name == "roles":
            found[name] = roles_in_words(value, words)
        else:
            found[name] = digest(value).short if isinstance(value, bytes) or str(value).startswith("0x") else str(value)
    return found


def _proposal(
    one: Proposal, said: Said, deployment: Deployment, names: Mapping[int, str], keys: Mapping[bytes, int], words: ConsoleWords
) -> ProposalCard:
    votes, by = said.votes, keys.get(one.proposer)
    approved = votes.approvals.get(one.safe_tx_hash, ()) if votes else ()
    enough, turn = votes is not None and len(approved) >= votes.threshold, votes is None or one.nonce <= votes.nonce
    verb = "execute" if enough and turn else "approve"
    at = said.times.get(one.safe_tx_hash)
    return ProposalCard(
        what=call_in_words(one.target, one.data, deployment, names, words),
        digest=digest(one.safe_tx_hash),
        by=member_in_words(by, names, words) if by is not None else words.say("members.council.key"),
        by_key=digest(one.proposer),
        at=unix_moment(at, words) if at else None,
        state=_state(votes, len(approved), enough, words),
        approved=tuple(map(digest, approved)),
        note=_note(one, said, turn, words),
        command=_command(verb, one.safe_tx_hash),
    )


def _state(votes: Votes | None, approved: int, enough: bool, words: ConsoleWords) -> Badge:
    if votes is None:
        return Badge(words.say("members.votes.unknown"), "quiet")
    key = "members.votes.enough" if enough else "members.votes"
    return Badge(words.say(key, approved=approved, threshold=votes.threshold), "good" if enough else "wait")


def _note(one: Proposal, said: Said, turn: bool, words: ConsoleWords) -> str:
    rivals = sum(other.nonce == one.nonce for other in said.pending) - 1
    if not turn and said.votes:
        return words.say("members.proposal.later", nonce=one.nonce, now=said.votes.nonce)
    return words.say("members.proposal.rivals", nonce=one.nonce) if rivals else ""


def _command(verb: str, safe_hash: bytes) -> Digest:
    command = f"{COMMAND} {verb} {hexed(safe_hash)}"
    return Digest(command, command)
