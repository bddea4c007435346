"""Ways to change a proof bundle, and at which step each must be found: the source of the altered bundles in the vectors."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

Place = list[str | int]  # the way to a value in JSON
Change = tuple[str, str, Place, Callable[[Any], Any], int, str]
Form = tuple[str, Place, Callable[[Any], Any]]


def changed(bundle: dict[str, Any], path: Place, value: Any) -> dict[str, Any]:
    """A copy of a bundle with another value at one path."""
    found = copy.deepcopy(bundle)
    place: Any = found
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return found


def at(bundle: Any, path: Place) -> Any:
    """The value at a path."""
    for key in path:
        bundle = bundle[key]
    return bundle


def _flip(text: Any) -> str:
    """The last hex digit changed."""
    return text[:-1] + ("0" if text[-1] != "0" else "1")


def _renamed(shown: Any) -> Any:
    """An event whose id is not its hash, committed to as it is: only step 2 and the anchors can tell."""
    return [{**p, "value": p["value"].replace("sha-256;", "sha-256;0", 1)} if p["name"] == "eventID" else p for p in shown]


_FORGED = {"seq": 1, "commitment": "0x" + "22" * 32, "signer": "0x" + "33" * 20, "member": 1, "time": 1_788_000_000, "block": 6}
_STRANGER = {"address": "0x" + "33" * 20, "member": 1, "activeFrom": 1, "activeUntil": 0, "proof": []}

# name, bundle that is changed, path of the change, change, number and part of the step that must fail
CHANGES: list[Change] = [
    ("another value", "public", ["records", 0, "disclosed", 2, "value"], lambda _: '"DELETE"', 3, "commitment"),
    ("another name", "public", ["records", 0, "disclosed", 2, "name"], lambda name: f"{name}x", 3, "commitment"),
    ("another salt", "public", ["records", 1, "disclosed", 0, "salt"], _flip, 3, "commitment"),
    ("another path", "regulator", ["records", 1, "disclosed", 3, "path", 1], _flip, 3, "commitment"),
    ("a path too long", "public", ["records", 0, "disclosed", 0, "path"], lambda nodes: [*nodes, nodes[0]], 3, "commitment"),
    ("a path too short", "public", ["records", 0, "disclosed", 0, "path"], lambda nodes: nodes[:-1], 3, "commitment"),
    ("an index outside the tree", "public", ["records", 0, "disclosed", 0, "index"], lambda _: 99, 3, "commitment"),
    ("properties out of order", "public", ["records", 0, "disclosed"], lambda shown: [shown[1], shown[0], *shown[2:]], 3, "commitment"),
    ("a value that is not canonical", "public", ["records", 0, "disclosed", 1, "value"], lambda value: f" {value}", 1, "form"),
    ("the event id is not shown", "public", ["records", 0, "disclosed"], lambda s: [p for p in s if p["name"] != "eventID"], 1, "form"),
    ("nothing is shown", "public", ["records", 0, "disclosed"], lambda _: [], 1, "form"),
    ("a record of another item", "never", ["records"], lambda _: [{"commitment": "0x" + "11" * 32, "withheld": "policy"}], 4, "anchored"),
    ("another commitment", "public", ["anchors", 0, "commitment"], _flip, 5, "head"),
    ("another time", "public", ["anchors", 0, "time"], lambda time: time + 1, 5, "head"),
    ("an anchor left out", "public", ["anchors"], lambda anchors: anchors[:-1], 5, "head"),
    ("anchors in another order", "public", ["anchors"], lambda a: [{**a[1], "seq": 1}, {**a[0], "seq": 2}, a[2]], 5, "head"),
    ("an anchor that is not on the chain", "never", ["anchors"], lambda _: [_FORGED], 5, "head"),
    ("another storage node", "public", ["slot", 0], _flip, 5, "head"),
    ("a storage node too many", "public", ["slot"], lambda nodes: [*nodes, nodes[0]], 5, "head"),
    ("a storage node too few", "public", ["slot"], lambda nodes: nodes[:-1], 5, "head"),
    ("another account node", "public", ["accounts", "ledger", 0], _flip, 5, "contracts"),
    ("another ledger", "public", ["deployment", "ledger"], _flip, 5, "contracts"),
    ("another council", "public", ["deployment", "council"], _flip, 5, "contracts"),
    ("another header", "public", ["block", "header"], _flip, 5, "header"),
    ("another block number", "public", ["block", "number"], lambda number: number + 1, 5, "header"),
    ("another block time", "public", ["block", "time"], lambda time: time - 1, 5, "header"),
    ("another chain", "public", ["deployment", "chainId"], lambda number: number + 1, 5, "deployment"),
    ("another item", "public", ["item"], lambda code: code + "X", 5, "head"),
    ("the event id of another event", "regulator", ["records", 0, "disclosed"], _renamed, 2, "event id"),
    ("a signer of another member", "public", ["signers", 0, "member"], lambda _: 2, 6, "signers"),
    ("a signer active for longer", "public", ["signers", 0, "activeUntil"], lambda _: 0, 6, "signers"),
    ("a signer active from earlier", "public", ["signers", 0, "activeFrom"], lambda time: time - 1, 6, "signers"),
    ("a signer left out", "public", ["signers"], lambda signers: signers[1:], 6, "signers"),
    ("a signer too many", "never", ["signers"], lambda _: [_STRANGER], 6, "signers"),
    ("another name of a member", "public", ["members", 0, "name"], lambda name: f"{name}!", 6, "signers"),
    ("another endpoint", "public", ["members", 0, "endpoint"], lambda url: f"{url}/x", 6, "signers"),
    ("a member left out", "public", ["members"], lambda members: members[:-1], 6, "signers"),
]  # fmt: skip


# name, path of the change, change; the error must name the path
FORMS: list[Form] = [
    ("another format", ["format"], lambda _: "traceledger/2"),
    ("an unknown audience", ["audience"], lambda _: "everybody"),
    ("hex in upper case", ["block", "hash"], lambda value: "0x" + value[2:].upper()),
    ("hex without 0x", ["anchors", 0, "signer"], lambda value: value[2:]),
    ("half a byte", ["slot", 0], lambda value: value[:-1]),
    ("a hash of 31 bytes", ["anchors", 1, "commitment"], lambda value: value[:-2]),
    ("a number as a text", ["block", "number"], str),
    ("a negative number", ["block", "time"], lambda _: -1),
    ("true where a number belongs", ["records", 0, "size"], lambda _: True),
    ("an unknown reason", ["records", 0], lambda record: {"commitment": record["commitment"], "withheld": "because"}),
    ("a gap in the numbers", ["anchors", 1, "seq"], lambda _: 3),
    ("a list that is an object", ["signers"], lambda _: {}),
    ("null", ["members"], lambda _: None),
]  # fmt: skip
