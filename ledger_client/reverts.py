"""What a contract's refusal says: revert data, as a node returns it, in words.

The errors are those of the committed artifacts (`contracts`); used wherever a call or a transaction is refused.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from ledger_client.contracts import artifact
from ledger_client.onchain import keccak

_TEXT = keccak(b"Error(string)")[:4]
_PANIC = keccak(b"Panic(uint256)")[:4]

# The Safe's codes that the council's rules can give; the rest are shown as they are.
_SAFE_CODES = {
    "GS013": "the proposed call failed without a reason",
    "GS020": "fewer approvals than the council's threshold",
    "GS025": "an owner's approval is missing",
    "GS026": "an approval is not from an owner, or stands twice",
    "GS030": "only an owner of the council may approve",
    "GS031": "only the council itself may change the council",
    "GS201": "the threshold would be higher than the number of owners",
    "GS202": "the threshold must be at least 1",
    "GS203": "not a possible owner",
    "GS204": "is an owner already",
    "GS205": "is not an owner, or the owners have changed since",
}


def explain(data: bytes) -> str:
    """Revert data in words: `NotAWriter(signer=0x…)`, a text, or its hex if no known contract gives it."""
    from eth_abi.abi import decode  # noqa: PLC0415 - refusals are rare, and this takes longer to import than a verification takes
    from eth_abi.exceptions import DecodingError  # noqa: PLC0415

    selector, arguments = data[:4], data[4:]
    try:
        if selector == _TEXT:
            return _text(decode(["string"], arguments)[0])
        if selector == _PANIC:
            return f"panic 0x{decode(['uint256'], arguments)[0]:02x}"
        if selector in _errors():
            name, names, types = _errors()[selector]
            values = zip(names, decode(types, arguments), strict=True)
            return f"{name}({', '.join(f'{key}={value}' for key, value in values)})"
    except DecodingError:
        pass
    return f"revert data 0x{data.hex()}" if data else "no reason given"


def _text(message: str) -> str:
    return f"{message}: {_SAFE_CODES[message]}" if message in _SAFE_CODES else message


@cache
def _errors() -> dict[bytes, tuple[str, list[str], list[str]]]:
    """Selector -> (name, argument names, argument types) of every custom error of our contracts."""
    entries = [entry for name in ("Ledger", "Members") for entry in artifact(name).abi if entry["type"] == "error"]
    return {_selector(e): (e["name"], [i["name"] for i in e["inputs"]], [i["type"] for i in e["inputs"]]) for e in entries}


def _selector(entry: dict[str, Any]) -> bytes:
    return keccak(f"{entry['name']}({','.join(i['type'] for i in entry['inputs'])})".encode())[:4]
