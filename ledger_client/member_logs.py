"""The events of Members.sol, decoded: who joined, changed, was suspended, which keys came and went, what is proposed.

From the node's logs to the indexer's mirror and to `members_of`, which folds them into the present members.
Signatures as in contracts/interfaces/IMembers.sol.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ledger_client.anchor_logs import Log
from ledger_client.errors import NodeUnavailable
from ledger_client.onchain import Member, Role, keccak
from ledger_client.sentences import sentence

_SIGNATURES = {
    "MemberAdmitted": "uint32,string,string,uint8",
    "MemberSuspended": "uint32",
    "MemberReinstated": "uint32",
    "RolesSet": "uint32,uint8",
    "ProfileSet": "uint32,string,string",
    "SignerAdded": "uint32,address,uint64",
    "SignerRevoked": "uint32,address,uint64",
    "Proposed": "bytes32,uint256,address,address,bytes",
}
TOPICS = {"0x" + keccak(f"{name}({types})".encode()).hex(): name for name, types in _SIGNATURES.items()}


@dataclass(frozen=True, slots=True)
class Proposal:
    """A call that the council is asked to approve."""

    safe_tx_hash: bytes  # 32 bytes, what owners approve
    nonce: int  # the council's nonce at which it can be executed
    proposer: bytes
    target: bytes
    data: bytes


@dataclass(frozen=True, slots=True)
class MemberLog:
    """One event of Members.sol; fields that its kind does not have are empty."""

    kind: str  # the event's name, a key of _SIGNATURES
    block_number: int
    block_hash: bytes
    log_index: int
    tx_hash: bytes
    time: int  # Unix seconds
    member_id: int = 0
    name: str = ""
    endpoint: str = ""
    roles: int = 0
    signer: bytes = b""
    at: int = 0  # Unix seconds: activeFrom of SignerAdded, activeUntil of SignerRevoked
    proposal: Proposal | None = None


def member_logs_of(logs: Iterable[Log], time_of: Callable[[int], int]) -> list[MemberLog]:
    """Decode logs of Members.sol in their order; `time_of` gives a block's time where the log does not. NodeUnavailable if malformed."""
    try:
        return [_decode(log, time_of) for log in logs]
    except (ValueError, KeyError, IndexError) as problem:
        raise NodeUnavailable(
            sentence("the node gave a log that is not one of the members' events: {problem}", problem=repr(problem))
        ) from None


def members_of(logs: Iterable[MemberLog]) -> list[Member]:
    """The members after these events, by number. `logs` start with the admissions, in chain order."""
    found: dict[int, Member] = {}
    for log in logs:
        before = found.get(log.member_id)
        if log.kind == "MemberAdmitted":
            found[log.member_id] = Member(log.member_id, log.name, log.endpoint, Role(log.roles), False, log.time)
        elif before is not None:
            found[log.member_id] = _changed(before, log)
    return [found[number] for number in sorted(found)]


def _changed(member: Member, log: MemberLog) -> Member:
    m = member
    name, endpoint = (log.name, log.endpoint) if log.kind == "ProfileSet" else (m.name, m.endpoint)
    roles = Role(log.roles) if log.kind == "RolesSet" else m.roles
    suspended = {"MemberSuspended": True, "MemberReinstated": False}.get(log.kind, m.suspended)
    return Member(m.member_id, name, endpoint, roles, suspended, m.since)


def _decode(log: Log, time_of: Callable[[int], int]) -> MemberLog:
    kind = TOPICS[log.topics[0]]
    topics = [bytes.fromhex(topic[2:]) for topic in log.topics[1:]]
    data = bytes.fromhex(log.data[2:])
    number = int(log.block_number, 16)
    time = time_of(number) if log.block_timestamp is None else int(log.block_timestamp, 16)
    place = (number, bytes.fromhex(log.block_hash[2:]), int(log.log_index, 16), bytes.fromhex(log.transaction_hash[2:]), time)
    if kind == "Proposed":
        asked = Proposal(topics[0], _number(topics[1]), topics[2][12:], data[12:32], _bytes(data, 1))
        return MemberLog(kind, *place, proposal=asked)
    member_id = _number(topics[0])
    if kind in {"SignerAdded", "SignerRevoked"}:
        return MemberLog(kind, *place, member_id, signer=topics[1][12:], at=_number(_word(data, 0)))
    if kind in {"MemberAdmitted", "ProfileSet"}:
        roles = _number(_word(data, 2)) if kind == "MemberAdmitted" else 0
        return MemberLog(kind, *place, member_id, _bytes(data, 0).decode(), _bytes(data, 1).decode(), roles)
    return MemberLog(kind, *place, member_id, roles=_number(_word(data, 0)) if kind == "RolesSet" else 0)


def _word(data: bytes, index: int) -> bytes:
    word = data[32 * index : 32 * index + 32]
    if len(word) != 32:
        raise ValueError(f"data of {len(data)} bytes has no word {index}")
    return word


def _number(word: bytes) -> int:
    return int.from_bytes(word, "big")


def _bytes(data: bytes, index: int) -> bytes:
    """The bytes or string argument whose offset stands at word `index` (contract ABI, dynamic types)."""
    start = _number(_word(data, index))
    size = _number(data[start : start + 32])
    if start + 32 + size > len(data):
        raise ValueError(f"data of {len(data)} bytes cannot hold {size} at {start}")
    return data[start + 32 : start + 32 + size]
