"""Hex as a node writes it in JSON-RPC: quantities and data (Ethereum JSON-RPC specification, "Hex value encoding").

A node that answers something else is not believed any further: NodeUnavailable.
"""

from __future__ import annotations

from ledger_client.errors import NodeUnavailable
from ledger_client.sentences import sentence


def quantity(text: str) -> int:
    """A number."""
    try:
        return int(text, 16)
    except ValueError:
        raise NodeUnavailable(sentence("the node answered {text!r} where a hex number belongs", text=text[:40])) from None


def octets(text: str) -> bytes:
    """Bytes."""
    try:
        return bytes.fromhex(text[2:])
    except ValueError:
        raise NodeUnavailable(sentence("the node answered {text!r} where hex bytes belong", text=text[:40])) from None
