"""The steps of docs/bundle.md, offline. `verify(file, deployment)` gives the verdict; a file that is no bundle raises NotABundle."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

from tests.second_verifier import canonical, strict
from tests.second_verifier.ethereum import decode, keccak256, lookup
from tests.second_verifier.event_id import DIALECTS, event_id
from tests.second_verifier.strict import NotABundle

ARTIFACTS = Path(__file__).parents[2] / "ledger_client" / "artifacts"
HASH_FORM = "ni:///sha-256;"
Steps = dict[str, str]  # part -> passed, failed, not checked


@dataclass
class Verdict:
    """What is said of the item, and of each commitment: (verdict, steps 1 to 4). `steps`: those of the item."""

    verdict: str
    complete: bool
    steps: Steps
    records: dict[bytes, tuple[str, Steps]] = field(default_factory=dict)


def verify(file: str | bytes, published: dict[str, Any] | None = None) -> Verdict:
    """All steps that need no node. `published`: the deployment as the consortium publishes it."""
    bundle = strict.read(strict.parse(file))
    steps = {"deployment": _published(bundle, published), "chain": "not checked"}
    storage = _chain(bundle, steps)
    steps["signers"], suspects = _signers(bundle, storage)
    entries = {one["commitment"]: one for one in bundle["records"]}
    records = {}
    for commitment in dict.fromkeys([*(one["commitment"] for one in bundle["anchors"]), *entries]):
        records[commitment] = _record(bundle, commitment, entries.get(commitment), steps, suspects)
    return _item(bundle, steps, records)


def _published(bundle: dict[str, Any], published: dict[str, Any] | None) -> str:
    if published is None:
        return "not checked"
    said = {name: f"0x{value.hex()}" if isinstance(value, bytes) else value for name, value in bundle["deployment"].items()}
    return "passed" if said == published else "failed"


def _chain(bundle: dict[str, Any], steps: Steps) -> bytes | None:
    """(5) From the block hash down to the head; the members' storage root, if it is proven."""
    block, deployment = bundle["block"], bundle["deployment"]
    if not block["header"]:
        steps |= dict.fromkeys(("header", "contracts", "head"), "not checked")
        return None
    steps |= {"header": "failed", "contracts": "not checked", "head": "not checked"}
    try:
        header = decode(block["header"])
        number, time = (int.from_bytes(header[place], "big") for place in (8, 11))
    except (ValueError, IndexError, TypeError):
        return None
    if keccak256(block["header"]) != block["hash"] or (number, time) != (block["number"], block["time"]):
        return None
    steps |= {"header": "passed", "contracts": "failed"}
    try:
        ledger, members = (_account(header[3], deployment[name], bundle["accounts"][name]) for name in ("ledger", "members"))
    except (ValueError, IndexError, TypeError):
        return None
    wanted = (_code_hash("Ledger", "MEMBERS", deployment["members"]), _code_hash("Members", "COUNCIL", deployment["council"]))
    if (ledger[3], members[3]) != wanted:
        return None
    steps |= {"contracts": "passed", "head": _head(bundle, ledger[2])}
    return bytes(members[2])


def _account(root: bytes, address: bytes, proof: list[bytes]) -> list[bytes]:
    found = lookup(root, address, proof)
    account = decode(found) if found is not None else []
    if len(account) != 4:
        raise ValueError("no account stands there")
    return list(account)


def _code_hash(contract: str, immutable: str, address: bytes) -> bytes:
    artifact = json.loads((ARTIFACTS / f"{contract}.json").read_text())
    code = bytearray.fromhex(artifact["deployedBytecode"].removeprefix("0x"))
    for place in artifact["immutableReferences"][immutable]:
        start = place["start"] if isinstance(place, dict) else place
        code[start : start + 32] = address.rjust(32, b"\0")
    return keccak256(bytes(code))


def _word(root: bytes, slot: bytes, proof: list[bytes]) -> bytes:
    """The 32 bytes of a storage slot."""
    found = lookup(root, slot, proof)
    value = decode(found) if found is not None else b""
    if not isinstance(value, bytes) or len(value) > 32 or value[:1] == b"\0":
        raise ValueError("the slot holds no word")
    return value.rjust(32, b"\0")


def _head(bundle: dict[str, Any], storage: bytes) -> str:
    try:
        word = _word(storage, keccak256(keccak256(bundle["item"].encode()) + bytes(32)), bundle["slot"])
    except ValueError:
        return "failed"
    head = bytes(28)
    for one in bundle["anchors"]:
        if one["block"] > bundle["block"]["number"]:
            return "failed"
        head = keccak256(head + one["commitment"] + one["signer"] + one["time"].to_bytes(8, "big"))[:28]
    return "passed" if word == len(bundle["anchors"]).to_bytes(4, "big") + head else "failed"


def _signers(bundle: dict[str, Any], storage: bytes | None) -> tuple[str, set[bytes]]:
    """(6); the signers that something is wrong with."""
    signers = {one["address"]: one for one in bundle["signers"]}
    members = {one["id"]: one for one in bundle["members"]}
    used = {one["signer"] for one in bundle["anchors"]}
    suspects = used - signers.keys()
    for anchor in bundle["anchors"]:
        signer = signers.get(anchor["signer"])
        until = signer["activeUntil"] if signer else 0
        if (
            not signer
            or signer["member"] != anchor["member"]
            or anchor["time"] < signer["activeFrom"]
            or (until and anchor["time"] > until)
        ):
            suspects.add(anchor["signer"])
    if storage is not None:
        suspects |= {address for address in used & signers.keys() if not _proven(signers[address], members, storage)}
    strangers = signers.keys() - used or members.keys() - {signers[address]["member"] for address in used & signers.keys()}
    if suspects or strangers:
        return "failed", suspects
    return ("passed" if storage is not None else "not checked"), suspects


def _proven(signer: dict[str, Any], members: dict[int, Any], storage: bytes) -> bool:
    """The signer's slot and its member's profile hold what the bundle says."""
    member = members.get(signer["member"])
    times = (signer[name].to_bytes(8, "big") for name in ("activeUntil", "activeFrom"))
    wanted = bytes(12) + b"".join(times) + signer["member"].to_bytes(4, "big")
    try:
        slot = keccak256(signer["address"].rjust(32, b"\0") + bytes(32))
        profile = keccak256(signer["member"].to_bytes(32, "big") + (1).to_bytes(32, "big"))
        if member is None or _word(storage, slot, signer["proof"]) != wanted:
            return False
        return _word(storage, profile, member["proof"]) == keccak256(_abi(member["name"].encode(), member["endpoint"].encode()))
    except ValueError:
        return False


def _abi(*texts: bytes) -> bytes:
    """`abi.encode` of texts: an offset for each, then length and padded bytes of each."""
    heads, tails = b"", b""
    for one in texts:
        heads += (32 * len(texts) + len(tails)).to_bytes(32, "big")
        tails += len(one).to_bytes(32, "big") + one + bytes(-len(one) % 32)
    return heads + tails


def _record(bundle: dict[str, Any], commitment: bytes, entry: Any, chain: Steps, suspects: set[bytes]) -> tuple[str, Steps]:
    """(1) to (4) of one record, and its verdict."""
    anchored = [one for one in bundle["anchors"] if one["commitment"] == commitment]
    steps: Steps = {"anchored": "passed" if anchored else "failed"}
    if entry and "disclosed" in entry:
        steps |= _shown(entry)
    if entry is None:
        return "missing", steps
    of_item = [chain[part] for part in ("deployment", "chain", "header", "contracts", "head")]
    if "failed" in [*steps.values(), *of_item] or any(one["signer"] in suspects for one in anchored):
        return "altered", steps
    if "withheld" in entry:
        return "erased" if entry["withheld"] == "erased" else "withheld", steps
    return "verified", steps


def _shown(entry: dict[str, Any]) -> Steps:
    steps: Steps = {"form": "passed", "event id": "not checked", "commitment": _commitment(entry)}
    event = {}
    try:
        for one in entry["disclosed"]:
            event[one["name"]] = strict.parse(one["value"])
            if canonical.text(event[one["name"]]) != one["value"]:
                raise ValueError("not canonical")
    except (ValueError, NotABundle, OverflowError):
        return steps | {"form": "failed"}
    named = event.get("eventID")
    if not isinstance(named, str):
        return steps | {"form": "failed"}
    dialect = named.rpartition("?ver=")[2]
    if named.startswith(HASH_FORM) and dialect in DIALECTS and len(event) == entry["size"]:
        steps["event id"] = "passed" if event_id(event, dialect=dialect) == named else "failed"
    return steps


def _commitment(entry: dict[str, Any]) -> str:
    shown = entry["disclosed"]
    rising = all(before["name"] < after["name"] and before["index"] < after["index"] for before, after in pairwise(shown))
    try:
        roots = {_climb(one, entry["size"]) for one in shown}
    except ValueError:
        return "failed"
    sealed = {sha256(b"\x02" + entry["size"].to_bytes(4, "big") + root).digest() for root in roots}
    return "passed" if rising and sealed == {entry["commitment"]} else "failed"


def _climb(one: dict[str, Any], size: int) -> bytes:
    name, value = one["name"].encode(), one["value"].encode()
    found = sha256(b"\0" + one["salt"] + len(name).to_bytes(4, "big") + name + value).digest()
    if not one["index"] < size < 2**32:
        raise ValueError("the index is not within the tree")
    path, place, last = list(one["path"]), one["index"], size - 1
    while last > 0:
        if place % 2 or place < last:
            if not path:
                raise ValueError("the path ends early")
            pair = (path.pop(0), found) if place % 2 else (found, path.pop(0))
            found = sha256(b"\x01" + pair[0] + pair[1]).digest()
        place, last = place >> 1, last >> 1
    if path:
        raise ValueError("the path goes on")
    return found


def _item(bundle: dict[str, Any], steps: Steps, records: dict[bytes, tuple[str, Steps]]) -> Verdict:
    """(7)"""
    failed = "failed" in steps.values() or any(verdict == "altered" for verdict, _ in records.values())
    missing = any(verdict == "missing" for verdict, _ in records.values())
    proven = steps["head"] == "passed"
    complete = proven and not failed and not missing
    if failed:
        verdict = "altered"
    elif missing or not proven:
        verdict = "incomplete"
    else:
        verdict = "verified" if bundle["anchors"] else "unknown"
    return Verdict(verdict, complete, steps, records)
