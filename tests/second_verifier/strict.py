"""The file, read strictly: every value of exactly the documented kind, or NotABundle."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

HEX = re.compile("0x([0-9a-f]{2})*")
HALF = re.compile("[\ud800-\udfff]")
LEVELS = 64
UINT32 = 2**32 - 1
SAFE = 2**53 - 1


class NotABundle(Exception):
    """The file is not of the documented form."""


def need(condition: bool, what: str) -> None:
    """NotABundle unless the condition holds."""
    if not condition:
        raise NotABundle(what)


def parse(text: str | bytes) -> Any:
    """JSON with exact numbers; no name twice in one object, no more than 64 levels."""
    try:
        decoded = text.decode() if isinstance(text, bytes) else text
        _limit_depth(decoded)
        return json.loads(decoded, object_pairs_hook=_once, parse_float=Decimal, parse_constant=_no_constant)
    except ValueError as problem:
        raise NotABundle(f"not JSON: {problem}") from None


def read(data: Any) -> dict[str, Any]:
    """The bundle with bytes for hex; the input is the parsed file."""
    top = _fields(data, "format item audience deployment block accounts slot anchors signers members records")
    need(top["format"] == "traceledger/1", "another format")
    need(top["audience"] in ("public", "partners", "regulator"), "an unknown audience")
    deployment = _fields(top["deployment"], "chainId genesis ledger members council block")
    block = _fields(top["block"], "number hash time header")
    accounts = _fields(top["accounts"], "ledger members")
    bundle = {
        "item": _text(top["item"]),
        "deployment": {
            "chainId": _number(deployment["chainId"], 1),
            "genesis": _bytes(deployment["genesis"], 32),
            **{name: _bytes(deployment[name], 20) for name in ("ledger", "members", "council")},
            "block": _number(deployment["block"]),
        },
        "block": {
            "number": _number(block["number"]),
            "hash": _bytes(block["hash"], 32),
            "time": _number(block["time"]),
            "header": _bytes(block["header"]),
        },
        "accounts": {name: _nodes(accounts[name]) for name in ("ledger", "members")},
        "slot": _nodes(top["slot"]),
        "anchors": [_anchor(one) for one in _list(top["anchors"])],
        "signers": [_signer(one) for one in _list(top["signers"])],
        "members": [_member(one) for one in _list(top["members"])],
        "records": [_record(one) for one in _list(top["records"])],
    }
    need([one["seq"] for one in bundle["anchors"]] == [*range(1, len(bundle["anchors"]) + 1)], "anchors are not numbered 1, 2, 3 …")
    for kind, key in (("signers", "address"), ("members", "id"), ("records", "commitment")):
        keys = [one[key] for one in bundle[kind]]
        need(len(set(keys)) == len(keys), f"one of the {kind} stands twice")
    return bundle


def _anchor(value: Any) -> dict[str, Any]:
    one = _fields(value, "seq commitment signer member time block")
    return {
        "seq": _number(one["seq"], 1, UINT32),
        "commitment": _bytes(one["commitment"], 32),
        "signer": _bytes(one["signer"], 20),
        "member": _number(one["member"], 1, UINT32),
        "time": _number(one["time"]),
        "block": _number(one["block"]),
    }


def _signer(value: Any) -> dict[str, Any]:
    one = _fields(value, "address member activeFrom activeUntil proof")
    return {
        "address": _bytes(one["address"], 20),
        "member": _number(one["member"], 1, UINT32),
        "activeFrom": _number(one["activeFrom"]),
        "activeUntil": _number(one["activeUntil"]),
        "proof": _nodes(one["proof"]),
    }


def _member(value: Any) -> dict[str, Any]:
    one = _fields(value, "id name endpoint proof")
    names = {name: _text(one[name]) for name in ("name", "endpoint")}
    return {"id": _number(one["id"], 1, UINT32), **names, "proof": _nodes(one["proof"])}


def _record(value: Any) -> dict[str, Any]:
    need(isinstance(value, dict), "a record is no object")
    if "withheld" in value:
        one = _fields(value, "commitment withheld")
        need(one["withheld"] in ("policy", "erased", "elsewhere"), "an unknown reason")
        return {"commitment": _bytes(one["commitment"], 32), "withheld": one["withheld"]}
    one = _fields(value, "commitment size disclosed")
    shown = [_property(each) for each in _list(one["disclosed"])]
    need(len({each["name"] for each in shown}) == len(shown), "a property stands twice")
    return {"commitment": _bytes(one["commitment"], 32), "size": _number(one["size"]), "disclosed": shown}


def _property(value: Any) -> dict[str, Any]:
    one = _fields(value, "name value salt index path")
    return {
        "name": _text(one["name"]),
        "value": _text(one["value"]),
        "salt": _bytes(one["salt"], 32),
        "index": _number(one["index"]),
        "path": [_bytes(node, 32) for node in _list(one["path"])],
    }


def _fields(value: Any, names: str) -> dict[str, Any]:
    need(isinstance(value, dict) and set(value) == set(names.split()), f"the fields are not {names}")
    return dict(value)


def _list(value: Any) -> list[Any]:
    need(isinstance(value, list), "no list")
    return list(value)


def _number(value: Any, least: int = 0, most: int = SAFE) -> int:
    need(type(value) is int and least <= value <= most, "no whole number within its bounds")
    return int(value)


def _text(value: Any) -> str:
    need(isinstance(value, str) and not HALF.search(value), "no text of whole characters")
    return str(value)


def _bytes(value: Any, size: int | None = None) -> bytes:
    need(isinstance(value, str) and HEX.fullmatch(value) is not None, "no bytes in lower-case hex")
    need(size is None or len(value) == 2 + 2 * size, f"not {size} bytes")
    return bytes.fromhex(value[2:])


def _nodes(value: Any) -> list[bytes]:
    return [_bytes(node) for node in _list(value)]


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _no_constant(word: str) -> None:
    raise ValueError(f"{word} is no number of JSON")


def _limit_depth(text: str) -> None:
    """Before it is parsed, so that no depth can break the parser."""
    depth, quoted, escaped = 0, False, False
    for letter in text:
        if quoted:
            quoted, escaped = (escaped or letter != '"'), (letter == "\\" and not escaped)
        elif letter == '"':
            quoted = True
        elif letter in "[{":
            depth += 1
            need(depth <= LEVELS, "nests too deep")
        elif letter in "]}":
            depth -= 1
