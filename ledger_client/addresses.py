"""Addresses as people write them: 0x and 40 hex digits whose capitals are a checksum (EIP-55)."""

from __future__ import annotations

import re

from ledger_client.errors import InvalidInput
from ledger_client.onchain import keccak
from ledger_client.sentences import sentence

_FORM = re.compile(r"0x[0-9a-fA-F]{40}")


def checksummed(address: bytes) -> str:
    """The EIP-55 form of an address (20 bytes)."""
    plain = address.hex()
    nibbles = keccak(plain.encode()).hex()
    return "0x" + "".join(letter.upper() if int(nibble, 16) > 7 else letter for letter, nibble in zip(plain, nibbles, strict=False))


def address_in(text: str, field: str = "address") -> bytes:
    """The address (20 bytes) in a text; InvalidInput for another form, and for capitals that do not fit it. Small letters always fit."""
    text = text.strip()
    if not _FORM.fullmatch(text):
        raise InvalidInput(field, sentence("{text!r} is no address", text=text[:50]), "give 0x and 40 hex digits")
    address = bytes.fromhex(text[2:])
    if text[2:] != text[2:].lower() and text != checksummed(address):
        raise InvalidInput(field, "has capitals that do not fit it (EIP-55)", "copy it again; a digit is wrong")
    return address
