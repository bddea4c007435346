"""How bytes look at the edge: lower-case hex with 0x."""

from __future__ import annotations

from ledger_client.errors import InvalidInput
from ledger_client.sentences import sentence


def hexed(value: bytes) -> str:
    """Lower-case hex with 0x."""
    return "0x" + value.hex()


def unhexed(field: str, text: str, size: int) -> bytes:
    """Bytes out of hex, with or without 0x; InvalidInput when it is not `size` bytes."""
    try:
        value = bytes.fromhex(text.strip().removeprefix("0x").removeprefix("0X"))
    except ValueError:
        raise InvalidInput(
            field, sentence("is not hex: {text!r}", text=text[:80]), sentence("give {size} bytes as hex", size=size)
        ) from None
    if len(value) != size:
        raise InvalidInput(field, sentence("has {count} bytes", count=len(value)), sentence("give {size} bytes as hex", size=size))
    return value
