"""How the CBV event hash writes an identifier (docs/event-hash.md rule 8e): like an item code, but without any check.

`normalise` gives the constrained canonical Digital Link or None: then the value is no GS1 identifier and stays as it is. A wrong check
digit stays wrong, because a hash must not depend on who checks what.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from ledger_client.codes import digital_link, urn
from ledger_client.codes.gs1_keys import DOMAIN, KEYS, QUALIFIER_NAMES, QUALIFIERS, Key
from ledger_client.errors import InvalidCode

_ENCODED_FROM_URN = str.maketrans({character: f"%{ord(character):02X}" for character in "!()*+,:"})
_DIGITS = re.compile(r"[0-9]*")
_SEGMENT = re.compile(r"(?:%[0-9A-Fa-f]{2}|[^%/?#\s])+")


def normalise(text: str) -> str | None:
    """The identifier as the event hash has it; None for anything that is not a GS1 identifier."""
    if text[:8].lower() == "urn:epc:":
        return _from_urn(text)
    if text[:4].lower() == "http":
        return _from_digital_link(text)
    return None


def _from_urn(text: str) -> str | None:
    try:
        reading = urn.read(text)
    except InvalidCode:
        return None
    if reading is None:
        return None
    key = KEYS[reading.ai]
    tail, refined = reading.tail.translate(_ENCODED_FROM_URN), reading.refined.translate(_ENCODED_FROM_URN)
    if not _fits(key, reading.digits + reading.tail):
        return None
    if not reading.qualifier:
        return f"{DOMAIN}/{reading.ai}/{reading.digits}{tail}"
    if len(unquote(reading.refined)) > QUALIFIERS[reading.qualifier].most:
        return None
    return f"{DOMAIN}/{reading.ai}/{reading.digits}{tail}/{reading.qualifier}/{refined}"


def _from_digital_link(text: str) -> str | None:
    match = digital_link.WEB_URI.fullmatch(text)
    if match is None:
        return None
    segments = match["path"].split("/")[1:]
    place = digital_link.find_key(segments)
    if place is None or not all(_SEGMENT.fullmatch(segment) for segment in segments[place.at :]):
        return None
    key, value = place.key, segments[place.at + 1]
    if key.ai == "01" and len(value) in (8, 12, 13):
        value = value.zfill(14)
    return _refined(key, value, segments[place.at + 2 :]) if _fits(key, value) else None


def _refined(key: Key, value: str, rest: list[str]) -> str | None:
    """The finest level only: serial before lot, the consumer product variant dropped."""
    refinements: dict[str, str] = {}
    for name, refinement in zip(rest[::2], rest[1::2], strict=True):
        qualifier = QUALIFIER_NAMES.get(name)
        if qualifier is None or qualifier.ai not in key.finest + key.ignored or len(unquote(refinement)) > qualifier.most:
            return None
        refinements[qualifier.ai] = refinement
    finest = next((ai for ai in key.finest if ai in refinements), None)
    return f"{DOMAIN}/{key.ai}/{value}" + (f"/{finest}/{refinements[finest]}" if finest else "")


def _fits(key: Key, value: str) -> bool:
    """Digits where digits must be, and not too long; nothing else."""
    plain = unquote(value) if "%" in value else value
    digits = _DIGITS.match(plain)
    return digits is not None and digits.end() >= (key.digits or 4) and len(plain) <= (key.digits + key.tail)
