"""Codes by any part of them: each place in a code from which one may ask is kept as a number that sorts as the characters there do.

Ten characters of six bits each, so that a part of a code is a range of numbers, of which one look at an index finds the first. Codes of one
product share their beginning: its endings are kept once, for the first code that has it, and the others follow from there by the index of
codes. Longer parts are verified on the code itself.
"""

from __future__ import annotations

CHARACTERS = 10
SHORTEST = 2  # characters that one has to ask for
TELLING = 3  # characters of a piece of a longer part that tell codes apart
_MOST = 120  # places of one code
_BITS = 6
_OTHER = 2**_BITS - 1  # any character that has no number of its own
_NUMBER = {character: number for number, character in enumerate("0123456789abcdefghijklmnopqrstuvwxyz-._~:/%+=!*',;()@$&?#", 1)}
_SCHEMES = ("https://id.gs1.org/", "https://id.traceledger.org/", "https://", "http://", "urn:")


def head_of(code: str) -> str:
    """What a code shares with others of its product: all before lot and serial, with the stroke; empty where it has neither."""
    if not code.startswith(_SCHEMES[0]):
        return ""
    parts = code.split("/", 5)
    return code[: len(code) - len(parts[5])] if len(parts) > 5 else ""


def start_of(code: str) -> int:
    """Where in a code begins what tells it from others: behind the scheme or the address that many share."""
    return next((len(one) for one in _SCHEMES if code.startswith(one)), 0)


def endings(code: str, start: int) -> set[int]:
    """The numbers of a code's places from `start` on, as far as the shortest part reaches."""
    lower, stop = code.lower(), len(code) - SHORTEST + 1
    return {number(lower[place : place + CHARACTERS]) for place in range(max(start, stop - _MOST), stop)}


def number(characters: str, fill: int = 0) -> int:
    """The number of up to ten characters in lower case; what is not there counts as `fill`."""
    found = 0
    for character in characters:
        found = found << _BITS | _NUMBER.get(character, _OTHER)
    for _ in range(CHARACTERS - len(characters)):
        found = found << _BITS | fill
    return found


def between(part: str) -> tuple[int, int]:
    """The least and the greatest number of a place where this part stands."""
    characters = part.lower()[:CHARACTERS]
    return number(characters), number(characters, _OTHER)


def windows(part: str) -> list[str]:
    """Pieces of a part, each of which stands in every code that holds the part: those at its end first, where counters run."""
    before = part[: part.rfind("/") + 1]
    pieces = [piece for piece in reversed(part.split("/")) if len(piece) >= TELLING] or [before if len(before) >= TELLING else part]
    return list(dict.fromkeys(window for piece in pieces for window in (piece[-CHARACTERS:], piece[:CHARACTERS])))
