"""The GS1 check character pair that ends a Global Model Number, AI 8013 (GS1 General Specifications 7.9.5)."""

from __future__ import annotations

from ledger_client.codes import characters
from ledger_client.errors import InvalidCode
from ledger_client.sentences import sentence

_VALUES = {character: value for value, character in enumerate(sorted(characters.SET_82))}  # table 7.9.5-1 is in ASCII order
_CHECKS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # table 7.9.5-2: nothing that is easily mistaken
_WEIGHTS = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83)  # from the right
_LONGEST = len(_WEIGHTS)  # characters before the pair


def check_pair(text: str) -> str:
    """The two characters that complete `text`: the weighted sum modulo 1021, split at five bits. Raises InvalidCode."""
    characters.require("model number", text, characters.SET_82)
    if not 1 <= len(text) <= _LONGEST:
        raise InvalidCode(
            f"model number {text}",
            sentence("has {count} characters before its check pair", count=len(text)),
            sentence("it needs 1 to {most}", most=_LONGEST),
        )
    total = sum(_VALUES[character] * weight for character, weight in zip(reversed(text), _WEIGHTS, strict=False)) % 1021
    return _CHECKS[total >> 5] + _CHECKS[total & 31]


def require_check_pair(name: str, text: str) -> None:
    """Raise InvalidCode with the right pair if the last two characters of `text` are not it."""
    right = check_pair(text[:-2])
    if text[-2:] != right:
        raise InvalidCode(
            f"{name} {text}",
            sentence("ends in the check pair {text}, which is wrong", text=text[-2:]),
            sentence("the right one is {right}: {text}{right}", right=right, text=text[:-2]),
        )
