"""Compressed GS1 Digital Links and their long form (GS1 Digital Link: Compression, in release 1.1 of the standard section 8).

The last segment of the path is bits in URI-safe base64: one application identifier after another, each with its value, in 4 bits a digit;
or a byte that stands for several identifiers; or 1111 and a pair that is not GS1's. In a partly compressed link key and value stand before
it in the clear. How a value is spelled follows from its format, which the GS1 Syntax Dictionary tells. What does not come out even is
refused: a guess would name another item.
"""

from __future__ import annotations

import math
import re
import string
from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import quote

from ledger_client.codes import application_identifiers, characters
from ledger_client.codes.application_identifiers import Component
from ledger_client.codes.gs1_keys import KEY_NAMES, KEYS, Key
from ledger_client.errors import InvalidCode
from ledger_client.sentences import sentence

_LINK = re.compile(r"(?P<server>(?i:https?)://[^/?#]+)/(?P<path>[^?#]*?)/?(?:\?(?P<query>[^#]*))?(?:#.*)?", re.DOTALL)
_SEGMENT = re.compile(r"[A-Za-z0-9_-]{3,}")  # nothing shorter holds an identifier and a value
_BASE64: Final = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"
_HEX: Final = "0123456789abcdef"
_ALPHABETS: Final = {1: _HEX, 2: _HEX.upper(), 3: _BASE64, 4: "".join(map(chr, range(128)))}  # by the encoding; 0 is a number
_PAIR = 0xF  # first digit of a pair that is not GS1's
_UNSURE = "8007"  # the standard's table and the dictionary have it in different lengths
_AFTER_GTIN: Final = {
    **{"0A": "22", "0B": "10", "0C": "21", "0D": "17", "0E": "7003", "0F": "30"},
    **{"1A": "10 21 17", "1B": "15", "1C": "11", "1D": "16", "1E": "91", "1F": "10 15"},
    **{f"2{letter}": f"310{place}" for place, letter in enumerate("ABCDEF")},
    **{f"3{letter}": f"320{place}" for place, letter in enumerate("ABCDEF")},
    **{f"A{place}": f"392{place}" for place in range(10)},
}
SEVERAL: Final[Mapping[str, tuple[str, ...]]] = {  # byte -> identifiers: the standard's table of optimisations
    **{code: ("01", *others.split()) for code, others in _AFTER_GTIN.items()},
    **{"9A": ("8010", "8011"), "9B": ("8017", "8019"), "9C": ("8018", "8019"), "9D": ("414", "254")},
    **{f"C{place}": ("255", f"390{place}") for place in range(10)},
    **{f"C{letter}": ("255", f"394{place}") for place, letter in enumerate("ABCD")},
}


def expanded(uri: str) -> str | None:
    """The long form of a compressed Digital Link of any domain; None for a link whose path cannot be one.

    Not for links that are long already. Raises InvalidCode for what cannot be decompressed: perhaps it is just an address.
    """
    match = _LINK.fullmatch(uri)
    segments = match["path"].split("/") if match else []
    if match is None or not _SEGMENT.fullmatch(segments[-1]):
        return None
    try:
        values, pairs = _read(segments.pop())
        key = KEY_NAMES.get(segments[-2]) if len(segments) > 1 and segments[-1][:4].isdigit() else None
        stem = segments[:-2] if key else segments
        value = segments[-1] if key else ""
        if key is None:
            key = _key_of(values)
            value = characters.encode(values.pop(key.ai))
    except InvalidCode as error:
        problem = sentence("is compressed, and cannot be read: {told}", told=error.args[0])
        raise InvalidCode(f"Digital Link {uri}", problem, "scan again, or give its long form") from None
    return "/".join([match["server"], *stem, *_path(key, value, values)]) + _query(values | pairs, match["query"] or "")


def long_form(uri: str) -> str | None:
    """The long form; None for what cannot be decompressed, too."""
    try:
        return expanded(uri)
    except InvalidCode:
        return None


def _key_of(values: Mapping[str, str]) -> Key:
    keys = [ai for ai in values if ai in KEYS]
    if len(keys) != 1:
        known = ", ".join(f"({ai})" for ai in keys or values)
        problem = sentence("names several things: {known}", known=known) if keys else sentence("names no item: {known}", known=known)
        raise InvalidCode("compressed part", problem, sentence("it needs one of {known}", known=", ".join(KEYS)))
    return KEYS[keys[0]]


def _path(key: Key, value: str, values: dict[str, str]) -> list[str]:
    """Key, value and qualifiers, the coarsest first; these are taken out of `values`."""
    found = [ai for ai in (*key.ignored, *reversed(key.finest)) if ai in values]
    return [key.ai, value, *(part for ai in found for part in (ai, characters.encode(values.pop(ai))))]


def _query(values: Mapping[str, str], given: str) -> str:
    told = [f"{name}={quote(value, safe='')}" for name, value in values.items()]
    return "?" + "&".join([*told, given] if given else told) if told or given else ""


class _Bits:
    """Bits that are taken from the left."""

    def __init__(self, segment: str) -> None:
        self.left, self._number = 6 * len(segment), 0
        for character in segment:
            self._number = self._number << 6 | _BASE64.index(character)

    def take(self, count: int) -> int:
        """The next so many as a number."""
        if count > self.left:
            raise InvalidCode("compressed part", "ends within a value")
        self.left -= count
        return self._number >> self.left & ((1 << count) - 1)

    def digits(self, count: int) -> str:
        """A number of so many digits."""
        number = self.take(math.ceil(count * math.log2(10) + 0.01))  # as the standard rounds
        if number >= 10**count:
            raise InvalidCode("compressed part", "holds a number with more digits than it tells")
        return f"{number:0{count}}" if count else ""

    def characters(self, encoding: int, count: int) -> str:
        """So many characters of the alphabet of an encoding."""
        alphabet = _ALPHABETS.get(encoding)
        if alphabet is None:
            raise InvalidCode("compressed part", "holds a value in an encoding that is not known")
        size = (len(alphabet) - 1).bit_length()
        return "".join(alphabet[self.take(size)] for _ in range(count))


def _read(segment: str) -> tuple[dict[str, str], dict[str, str]]:
    """Values by application identifier, and the pairs that are not GS1's."""
    bits, values, pairs = _Bits(segment), dict[str, str](), dict[str, str]()
    while bits.left >= 8:
        first, second = bits.take(4), bits.take(4)
        if first == _PAIR:
            name = bits.characters(3, second << 3 | bits.take(3))
            pairs[name] = _text(bits, bits.take(3), bits.take(7))
            continue
        for ai in _identifiers(bits, first, second):
            if ai in values:
                raise InvalidCode(f"({ai})", "is given twice", "give it once")
            values[ai] = _value(bits, ai)
    if bits.left >= 6 or bits.take(bits.left):
        raise InvalidCode("compressed part", "goes on behind its last value")
    return values, pairs


def _identifiers(bits: _Bits, first: int, second: int) -> Sequence[str]:
    if first > 9 or second > 9:
        found = SEVERAL.get(f"{first:X}{second:X}")
        if found is None:
            raise InvalidCode("compressed part", "begins with no application identifier")
        return found
    ai = f"{first}{second}"
    while application_identifiers.get(ai) is None and len(ai) < 4 and (digit := bits.take(4)) < 10:
        ai += str(digit)
    if application_identifiers.get(ai) is None or ai == _UNSURE:
        raise InvalidCode(sentence("application identifier {ai}", ai=ai), "is not known", "see the GS1 application identifiers")
    return [ai]


def _value(bits: _Bits, ai: str) -> str:
    identifier = application_identifiers.get(ai)
    if identifier is None:  # every one of SEVERAL is in the dictionary
        raise InvalidCode(sentence("application identifier {ai}", ai=ai), "is not known", "see the GS1 application identifiers")
    value = "".join(_component(bits, part) for part in identifier.components)
    identifier.require(value)
    return value


def _component(bits: _Bits, part: Component) -> str:
    encoding = 0 if part.numeric else bits.take(3)
    count = bits.take(math.ceil(math.log2(part.most) + 0.01)) if part.fewer else part.most
    return _text(bits, encoding, count)


def _text(bits: _Bits, encoding: int, count: int) -> str:
    return bits.characters(encoding, count) if encoding else bits.digits(count)
