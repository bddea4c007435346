"""Check characters of ISO/IEC 7064:2003 (GB/T 17710): the five pure systems and the three hybrid ones, as one table.

Coding rules name a system of SYSTEMS. All are case-sensitive: letters are upper-case.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from ledger_client.codes import characters
from ledger_client.errors import InvalidCode
from ledger_client.sentences import sentence

_DIGITS = "0123456789"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class System(NamedTuple):
    """One check character system."""

    name: str  # as the standard writes it, without "MOD"
    alphabet: str  # of the code that is protected
    size: int  # check characters
    compute: Callable[[str], str]


def _pure(modulus: int, radix: int, alphabet: str, size: int, extra: str = "") -> System:
    """A pure system (clause 7): the code with its check characters, read in `radix`, leaves 1 modulo `modulus`."""
    checks = alphabet + extra

    def compute(code: str) -> str:
        rest = 0
        for character in code:
            rest = (rest + alphabet.index(character)) * radix % modulus
        value = (1 - rest * radix ** (size - 1)) % modulus
        return checks[value] if size == 1 else checks[value // radix] + checks[value % radix]

    return System(f"{modulus}-{radix}", alphabet, size, compute)


def _hybrid(alphabet: str) -> System:
    """A hybrid system (clause 8): moduli one above and at the size of the alphabet."""
    size = len(alphabet)

    def compute(code: str) -> str:
        product = size
        for character in code:
            product = ((product + alphabet.index(character)) % size or size) * 2 % (size + 1)
        return alphabet[(1 - product) % size]

    return System(f"{size + 1},{size}", alphabet, 1, compute)


SYSTEMS = {
    system.name: system
    for system in (
        _pure(11, 2, _DIGITS, 1, "X"),
        _pure(37, 2, _DIGITS + _LETTERS, 1, "*"),
        _pure(97, 10, _DIGITS, 2),
        _pure(661, 26, _LETTERS, 2),
        _pure(1271, 36, _DIGITS + _LETTERS, 2),
        _hybrid(_DIGITS),
        _hybrid(_LETTERS),
        _hybrid(_DIGITS + _LETTERS),
    )
}


def check_characters(code: str, system: str) -> str:
    """What completes `code`, 1 or 2 characters. Raises InvalidCode: unknown system, empty code, a character that it does not protect."""
    found = _found(system)
    if not code:
        raise InvalidCode("code", "is empty", "give what the check characters are to protect")
    bad = next((character for character in code if character not in found.alphabet), None)
    if bad is not None:
        first, last = found.alphabet[0], found.alphabet[-1]
        allowed = sentence("only {first} to {last}", first=first, last=last) if len(found.alphabet) < 36 else sentence("only 0-9 A-Z")
        raise InvalidCode(
            f"code {code}",
            sentence("holds {character}, which MOD {system} does not protect", character=characters.named(bad), system=system),
            allowed,
        )
    return found.compute(code)


def require_check_characters(name: str, code: str, system: str) -> None:
    """Raise InvalidCode with the right check characters if those that end `code` are not them."""
    size = _found(system).size
    body, given = code[:-size], code[-size:]
    right = check_characters(body, system)
    if given != right:
        raise InvalidCode(
            f"{name} {code}",
            sentence("ends in the check characters {given}, which are wrong", given=given),
            sentence("the right ones are {right}: {body}{right}", right=right, body=body),
        )


def _found(system: str) -> System:
    if system not in SYSTEMS:
        raise InvalidCode(f"check character system {system}", "is not known", sentence("ISO 7064 has {known}", known="  ".join(SYSTEMS)))
    return SYSTEMS[system]
