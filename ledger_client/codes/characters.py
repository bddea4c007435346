"""Which characters a GS1 value may hold, and how they are written inside a URI.

Character sets: GS1 General Specifications 7.11, tables 7.11-1 (set 82) and 7.11-2 (set 39). URI spelling: spec 1.5.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote, unquote_to_bytes

from ledger_client.errors import InvalidCode
from ledger_client.sentences import sentence

DIGITS = frozenset("0123456789")
SET_82 = frozenset("!\"%&'()*+,-./:;<=>?_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
SET_39 = frozenset("#-/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_PLAIN_IN_URI = "-._~!'()*+,:;="  # beside letters and digits: what a pure identity EPC URI leaves unescaped (TDS 6.3; spec 1.5)
_BROKEN_ESCAPE = re.compile("%(?![0-9A-Fa-f]{2})")


def encode(value: str) -> str:
    """A value as a path segment of an item code: everything but the plain characters as %XX, upper-case."""
    return value if value.isalnum() and value.isascii() else quote(value, safe=_PLAIN_IN_URI)


def decode(name: str, segment: str) -> str:
    """The value that a path segment or URN part spells; raises InvalidCode for a broken or non-ASCII escape."""
    if "%" not in segment:
        return segment
    if broken := _BROKEN_ESCAPE.search(segment):
        raise InvalidCode(
            f"{name} {segment}",
            sentence("has a % without two hex digits at {place}", place=broken.start() + 1),
            "write the character % as %25",
        )
    try:
        return unquote_to_bytes(segment).decode("ascii")
    except UnicodeDecodeError:
        raise InvalidCode(f"{name} {segment}", "spells characters that are not ASCII", "GS1 values hold ASCII only") from None


def require(name: str, value: str, allowed: frozenset[str]) -> None:
    """Raise InvalidCode that names the first character outside `allowed`."""
    bad = next((character for character in value if character not in allowed), None)
    if bad is not None:
        raise InvalidCode(
            f"{name} {value}", sentence("holds {character}, which is not allowed here", character=named(bad)), _what_is(allowed)
        )


def named(character: str) -> str:
    """A character as a message tells it: what cannot be seen, or looks like another one, by its number and name too."""
    name = unicodedata.name(character, "control character")
    if (character.isascii() and character.isprintable()) or name.startswith("CJK UNIFIED"):
        return repr(character)
    seen = unicodedata.category(character)[0] not in "CMZ"
    return (f"{character!r} " if seen else "") + f"U+{ord(character):04X} ({name.lower()})"


def strange(text: str) -> str:
    """Which character no code holds as it is, if there is one: it may look like another, or like nothing. For the end of a message."""
    found = next(((at, one) for at, one in enumerate(text[:2048], 1) if not (one.isascii() and one.isprintable())), None)
    return sentence(": it holds {character} at character {place}", character=named(found[1]), place=found[0]) if found else ""


def _what_is(allowed: frozenset[str]) -> str:
    if allowed is DIGITS:
        return "only the digits 0 to 9"
    if allowed is SET_39:
        return "only A-Z 0-9 # - /"
    return "only letters, digits and ! \" % & ' ( ) * + , - . / : ; < = > ? _"
