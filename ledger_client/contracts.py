"""The contracts as compiled: interface, code, and the storage slots that proofs speak of.

Reads the committed `artifacts/*.json` (made by `scripts/compile.py`, proved fresh by its `--check`); used to deploy, to talk to
the contracts, and to verify a proof: a slot says something only under an account whose code is the published one.
Slots: docs/spec.md 5.3 and the head comments of `contracts/interfaces/*.sol`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Final

from ledger_client.onchain import keccak

MAX_BATCH: Final = 500  # anchors in one transaction, as in Ledger.sol (spec 5.6)

# Storage slot numbers; a test holds them against the compiler's layout.
HEADS_SLOT: Final = 0  # Ledger: mapping(bytes32 item id => Head)
TOTAL_SLOT: Final = 1  # Ledger: uint64
SIGNERS_SLOT: Final = 0  # Members: mapping(address => Signer)
PROFILES_SLOT: Final = 1  # Members: mapping(uint32 member id => bytes32)
STANDINGS_SLOT: Final = 2  # Members: mapping(uint32 member id => Standing)
MEMBER_COUNT_SLOT: Final = 3  # Members: uint32


@dataclass(frozen=True, slots=True)
class Artifact:
    """One compiled contract."""

    name: str
    abi: list[dict[str, Any]]
    bytecode: bytes  # creation code, constructor arguments to be appended
    runtime: bytes  # runtime code with zeros where immutables go
    immutables: dict[str, tuple[int, ...]]  # name -> offsets in `runtime` of its 32-byte words
    slots: dict[str, int]  # state variable -> storage slot


@cache
def artifact(name: str) -> Artifact:
    """Load one of Ledger, Members, SafeL2, SafeProxy, SafeProxyFactory."""
    data = json.loads((files("ledger_client.artifacts") / f"{name}.json").read_text())
    return Artifact(
        name=name,
        abi=data["abi"],
        bytecode=bytes.fromhex(data["bytecode"][2:]),
        runtime=bytes.fromhex(data["deployedBytecode"][2:]),
        immutables={key: tuple(place["start"] for place in places) for key, places in data["immutableReferences"].items()},
        slots=data["slots"],
    )


def ledger_code(members: bytes) -> bytes:
    """The runtime code of a Ledger that asks the Members contract at this address (20 bytes)."""
    return _filled("Ledger", {"MEMBERS": members})


def members_code(council: bytes) -> bytes:
    """The runtime code of a Members contract that obeys the council at this address (20 bytes)."""
    return _filled("Members", {"COUNCIL": council})


@lru_cache(maxsize=64)  # a pure function of the published code and an address
def ledger_code_hash(members: bytes) -> bytes:
    """What a Ledger's account must have as code hash (32 bytes) in a state proof."""
    return keccak(ledger_code(members))


@lru_cache(maxsize=64)
def members_code_hash(council: bytes) -> bytes:
    """What a Members account must have as code hash (32 bytes) in a state proof."""
    return keccak(members_code(council))


def head_slot(item_id: bytes) -> bytes:
    """Ledger: the slot of an item's head; its word is read by `onchain.Head.of_word`."""
    return _mapping_slot(item_id, HEADS_SLOT)


def total_slot() -> bytes:
    """Ledger: the slot of the number of anchors."""
    return TOTAL_SLOT.to_bytes(32, "big")


def signer_slot(address: bytes) -> bytes:
    """Members: the slot of what is recorded of a key (20 bytes); its word is made by `signer_word`."""
    return _mapping_slot(address, SIGNERS_SLOT)


def profile_slot(member_id: int) -> bytes:
    """Members: the slot of a member's profile hash; its word is made by `profile_word`."""
    return _mapping_slot(member_id.to_bytes(4, "big"), PROFILES_SLOT)


def standing_slot(member_id: int) -> bytes:
    """Members: the slot of a member's roles, suspension and time of admission; its word is made by `standing_word`."""
    return _mapping_slot(member_id.to_bytes(4, "big"), STANDINGS_SLOT)


def member_count_slot() -> bytes:
    """Members: the slot of the number of members ever admitted."""
    return MEMBER_COUNT_SLOT.to_bytes(32, "big")


def signer_word(member_id: int, active_from: int, active_until: int) -> bytes:
    """The 32-byte storage word of a signer: 96 zero bits, active until (64), active from (64), member (32)."""
    return bytes(12) + active_until.to_bytes(8, "big") + active_from.to_bytes(8, "big") + member_id.to_bytes(4, "big")


def profile_word(name: str, endpoint: str) -> bytes:
    """The 32-byte storage word of a member's profile: keccak256(abi.encode(name, endpoint)).

    Written out (Solidity ABI, "Use of dynamic types"), as eth_abi takes longer to import than a whole verification takes.
    """
    first, second = _abi_string(name), _abi_string(endpoint)
    return keccak(_word(64) + _word(64 + len(first)) + first + second)


def standing_word(roles: int, suspended: bool, since: int) -> bytes:
    """The 32-byte storage word of a member's standing: 176 zero bits, since (64), suspended (8), roles (8)."""
    return bytes(22) + since.to_bytes(8, "big") + bytes([suspended, roles])


def _abi_string(text: str) -> bytes:
    """Length and UTF-8 bytes, filled up to whole words."""
    raw = text.encode()
    return _word(len(raw)) + raw + bytes(-len(raw) % 32)


def _word(number: int) -> bytes:
    return number.to_bytes(32, "big")


def _mapping_slot(key: bytes, slot: int) -> bytes:
    return keccak(key.rjust(32, b"\0") + slot.to_bytes(32, "big"))


def _filled(name: str, immutables: dict[str, bytes]) -> bytes:
    compiled = artifact(name)
    code = bytearray(compiled.runtime)
    for key, places in compiled.immutables.items():
        for start in places:
            code[start : start + 32] = immutables[key].rjust(32, b"\0")
    return bytes(code)
