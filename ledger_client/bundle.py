"""The proof bundle: one file that lets anybody verify an item's history without our servers (spec 6, docs/bundle.md).

Made by `prove`, judged by `verify`. A Bundle that exists is of the documented form; whether it is true is for `verify`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from ledger_client import strict_json as strict
from ledger_client.commitment import Disclosure, Property
from ledger_client.deployment import Deployment
from ledger_client.disclosure import AUDIENCES, Audience
from ledger_client.errors import InvalidBundle
from ledger_client.onchain import Signer

FORMAT = "traceledger/1"
MEDIA_TYPE = "application/vnd.traceledger.bundle+json"

_UINT32 = 2**32 - 1  # as wide as the contracts keep members' numbers and counts

Reason = Literal["policy", "erased", "elsewhere"]
REASONS: tuple[Reason, ...] = get_args(Reason)
Nodes = tuple[bytes, ...]  # Merkle Patricia nodes from the root down, RLP


@dataclass(frozen=True, slots=True)
class ProofBlock:
    """The block that the proofs stand on. `header`: the bytes whose keccak256 is `hash`; empty where the chain hashes otherwise."""

    number: int
    hash: bytes
    time: int  # Unix seconds
    header: bytes


@dataclass(frozen=True, slots=True)
class BundleAnchor:
    """One anchor of the item. `block` is a hint where to look; the head binds all else."""

    seq: int
    commitment: bytes
    signer: bytes
    member: int
    time: int  # Unix seconds
    block: int


@dataclass(frozen=True, slots=True)
class BundleSigner:
    """A key that signed an anchor, as the members' contract records it."""

    signer: Signer
    proof: Nodes


@dataclass(frozen=True, slots=True)
class BundleMember:
    """A member whose keys signed, with the profile that the members' contract holds the hash of."""

    member_id: int
    name: str
    endpoint: str
    proof: Nodes


@dataclass(frozen=True, slots=True)
class Shown:
    """A record of which at least the event id is disclosed; nothing at all if its holder cannot read it any more."""

    commitment: bytes
    disclosure: Disclosure


@dataclass(frozen=True, slots=True)
class Hidden:
    """A record that is not shown, and why."""

    commitment: bytes
    withheld: Reason


@dataclass(frozen=True, slots=True)
class Bundle:
    """Everything that is needed to verify one item's history at one block."""

    item: str
    audience: Audience
    deployment: Deployment
    block: ProofBlock
    ledger_account: Nodes
    members_account: Nodes
    slot: Nodes
    anchors: tuple[BundleAnchor, ...]
    signers: tuple[BundleSigner, ...]
    members: tuple[BundleMember, ...]
    records: tuple[Shown | Hidden, ...]

    def to_json(self) -> dict[str, object]:
        """The documented form (spec 6.1)."""
        return {
            "format": FORMAT,
            "item": self.item,
            "audience": self.audience,
            "deployment": self.deployment.to_json(),
            "block": {
                "number": self.block.number,
                "hash": _hex(self.block.hash),
                "time": self.block.time,
                "header": _hex(self.block.header),
            },
            "accounts": {"ledger": _hexes(self.ledger_account), "members": _hexes(self.members_account)},
            "slot": _hexes(self.slot),
            "anchors": [_anchor_json(anchor) for anchor in self.anchors],
            "signers": [_signer_json(signer) for signer in self.signers],
            "members": [{"id": m.member_id, "name": m.name, "endpoint": m.endpoint, "proof": _hexes(m.proof)} for m in self.members],
            "records": [record_json(record) for record in self.records],
        }

    def to_bytes(self) -> bytes:
        """The file."""
        return json.dumps(self.to_json(), ensure_ascii=False, separators=(",", ":")).encode()

    @classmethod
    def from_json(cls, data: object) -> Bundle:
        """Read the documented form; InvalidBundle names the path of the first thing that is not of it."""
        names = ("format", "item", "audience", "deployment", "block", "accounts", "slot", "anchors", "signers", "members", "records")
        if isinstance(data, dict) and "format" in data:
            strict.one_of(data["format"], "$.format", (FORMAT,))
        top = strict.fields(data, "$", names)
        accounts = strict.fields(top["accounts"], "$.accounts", ("ledger", "members"))
        found = cls(
            item=strict.text(top["item"], "$.item"),
            audience=strict.one_of(top["audience"], "$.audience", AUDIENCES),
            deployment=_deployment(top["deployment"], "$.deployment"),
            block=_block(top["block"], "$.block"),
            ledger_account=_nodes(accounts["ledger"], "$.accounts.ledger"),
            members_account=_nodes(accounts["members"], "$.accounts.members"),
            slot=_nodes(top["slot"], "$.slot"),
            anchors=strict.listed(top["anchors"], "$.anchors", _anchor),
            signers=strict.listed(top["signers"], "$.signers", _signer),
            members=strict.listed(top["members"], "$.members", _member),
            records=strict.listed(top["records"], "$.records", record_of),
        )
        _check_keys(found)
        return found

    @classmethod
    def of_bytes(cls, data: bytes | str) -> Bundle:
        """Read a file's content."""
        return cls.from_json(strict.parse(data))


def load(path: Path) -> Bundle:
    """Read a bundle file; InvalidBundle when it cannot be read or is none."""
    try:
        return Bundle.of_bytes(path.read_bytes())
    except OSError as problem:
        raise InvalidBundle(str(path), f"cannot be read: {problem.strerror}") from None


def record_json(record: Shown | Hidden) -> dict[str, object]:
    """One entry of `records`."""
    if isinstance(record, Hidden):
        return {"commitment": _hex(record.commitment), "withheld": record.withheld}
    shown = [
        {"name": p.name, "value": p.value, "salt": _hex(p.salt), "index": p.index, "path": _hexes(p.path)}
        for p in record.disclosure.properties
    ]
    return {"commitment": _hex(record.commitment), "size": record.disclosure.size, "disclosed": shown}


def record_of(value: object, path: str) -> Shown | Hidden:
    """Read one entry of `records`; the path is for the message."""
    if isinstance(value, dict) and "withheld" in value:
        entry = strict.fields(value, path, ("commitment", "withheld"))
        reason = strict.one_of(entry["withheld"], f"{path}.withheld", REASONS)
        return Hidden(strict.octets(entry["commitment"], f"{path}.commitment", 32), reason)
    entry = strict.fields(value, path, ("commitment", "size", "disclosed"))
    size = strict.integer(entry["size"], f"{path}.size")
    shown = strict.listed(entry["disclosed"], f"{path}.disclosed", _property)
    strict.distinct([p.name for p in shown], f"{path}.disclosed", "name")
    return Shown(strict.octets(entry["commitment"], f"{path}.commitment", 32), Disclosure(size, shown))


def _check_keys(bundle: Bundle) -> None:
    """Anchors are numbered 1, 2, 3 …; signers, members and records stand once each."""
    for place, anchor in enumerate(bundle.anchors):
        if anchor.seq != place + 1:
            raise InvalidBundle(f"$.anchors[{place}].seq", f"is {anchor.seq}, needs {place + 1}", "list all anchors in their order")
    strict.distinct([entry.signer.address for entry in bundle.signers], "$.signers", "address")
    strict.distinct([entry.member_id for entry in bundle.members], "$.members", "id")
    strict.distinct([entry.commitment for entry in bundle.records], "$.records", "commitment")


def _property(value: object, path: str) -> Property:
    entry = strict.fields(value, path, ("name", "value", "salt", "index", "path"))
    return Property(
        strict.text(entry["name"], f"{path}.name"),
        strict.text(entry["value"], f"{path}.value"),
        strict.octets(entry["salt"], f"{path}.salt", 32),
        strict.integer(entry["index"], f"{path}.index"),
        strict.listed(entry["path"], f"{path}.path", _hash),
    )


def _anchor(value: object, path: str) -> BundleAnchor:
    entry = strict.fields(value, path, ("seq", "commitment", "signer", "member", "time", "block"))
    return BundleAnchor(
        strict.integer(entry["seq"], f"{path}.seq", 1, _UINT32),
        strict.octets(entry["commitment"], f"{path}.commitment", 32),
        strict.octets(entry["signer"], f"{path}.signer", 20),
        strict.integer(entry["member"], f"{path}.member", 1, _UINT32),
        strict.integer(entry["time"], f"{path}.time"),
        strict.integer(entry["block"], f"{path}.block"),
    )


def _signer(value: object, path: str) -> BundleSigner:
    entry = strict.fields(value, path, ("address", "member", "activeFrom", "activeUntil", "proof"))
    signer = Signer(
        strict.octets(entry["address"], f"{path}.address", 20),
        strict.integer(entry["member"], f"{path}.member", 1, _UINT32),
        strict.integer(entry["activeFrom"], f"{path}.activeFrom"),
        strict.integer(entry["activeUntil"], f"{path}.activeUntil"),
    )
    return BundleSigner(signer, _nodes(entry["proof"], f"{path}.proof"))


def _member(value: object, path: str) -> BundleMember:
    entry = strict.fields(value, path, ("id", "name", "endpoint", "proof"))
    return BundleMember(
        strict.integer(entry["id"], f"{path}.id", 1, _UINT32),
        strict.text(entry["name"], f"{path}.name"),
        strict.text(entry["endpoint"], f"{path}.endpoint"),
        _nodes(entry["proof"], f"{path}.proof"),
    )


def _deployment(value: object, path: str) -> Deployment:
    entry = strict.fields(value, path, ("chainId", "genesis", "ledger", "members", "council", "block"))
    return Deployment(
        strict.integer(entry["chainId"], f"{path}.chainId", 1),
        strict.octets(entry["genesis"], f"{path}.genesis", 32),
        strict.octets(entry["ledger"], f"{path}.ledger", 20),
        strict.octets(entry["members"], f"{path}.members", 20),
        strict.octets(entry["council"], f"{path}.council", 20),
        strict.integer(entry["block"], f"{path}.block"),
    )


def _block(value: object, path: str) -> ProofBlock:
    entry = strict.fields(value, path, ("number", "hash", "time", "header"))
    return ProofBlock(
        strict.integer(entry["number"], f"{path}.number"),
        strict.octets(entry["hash"], f"{path}.hash", 32),
        strict.integer(entry["time"], f"{path}.time"),
        strict.octets(entry["header"], f"{path}.header"),
    )


def _nodes(value: object, path: str) -> Nodes:
    return strict.listed(value, path, strict.octets)


def _hash(value: object, path: str) -> bytes:
    return strict.octets(value, path, 32)


def _anchor_json(anchor: BundleAnchor) -> dict[str, object]:
    return {
        "seq": anchor.seq,
        "commitment": _hex(anchor.commitment),
        "signer": _hex(anchor.signer),
        "member": anchor.member,
        "time": anchor.time,
        "block": anchor.block,
    }


def _signer_json(entry: BundleSigner) -> dict[str, object]:
    signer = entry.signer
    return {
        "address": _hex(signer.address),
        "member": signer.member_id,
        "activeFrom": signer.active_from,
        "activeUntil": signer.active_until,
        "proof": _hexes(entry.proof),
    }


def _hex(value: bytes) -> str:
    return "0x" + value.hex()


def _hexes(values: Nodes) -> list[str]:
    return ["0x" + value.hex() for value in values]
