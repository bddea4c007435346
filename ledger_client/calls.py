"""Call data of our contracts, written and read by the committed interfaces."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

from eth_abi.abi import decode, encode

from ledger_client.contracts import artifact
from ledger_client.onchain import keccak


def call_data(contract: str, function: str, *arguments: object) -> bytes:
    """The data of a call; `contract` is an artifact's name. Addresses may be 20 bytes or hex."""
    fits = [(four, found) for four, found in _functions(contract).items() if found.name == function and len(found.types) == len(arguments)]
    [(four, found)] = fits
    return four + encode(found.types, arguments)


def read_call(contract: str, data: bytes) -> tuple[str, dict[str, Any]] | None:
    """Function and arguments by name, or None if the contract has no such function. Raises DecodingError for malformed arguments."""
    found = _functions(contract).get(data[:4])
    return (found.name, dict(zip(found.names, decode(found.types, data[4:]), strict=True))) if found else None


class _Function(NamedTuple):
    name: str
    types: list[str]
    names: list[str]


@cache
def _functions(contract: str) -> dict[bytes, _Function]:
    """Function by selector."""
    entries = [entry for entry in artifact(contract).abi if entry["type"] == "function"]
    found = [_Function(e["name"], [i["type"] for i in e["inputs"]], [i["name"] for i in e["inputs"]]) for e in entries]
    return {keccak(f"{f.name}({','.join(f.types)})".encode())[:4]: f for f in found}
