"""The characters that counters and random parts are written with, and which characters no issued code should hold."""

from __future__ import annotations

from ledger_client.codes import characters
from ledger_client.errors import InvalidInput
from ledger_client.sentences import sentence

DIGITS = "0123456789"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

ALPHABETS = {
    "digits": DIGITS,
    "alphanumeric": DIGITS + LETTERS,
    "clear": "23456789ABCDEFGHJKMNPQRSTVWXYZ",  # without 0 O 1 I L U, which people and cameras mistake for each other or for V
    "hexadecimal": DIGITS + "ABCDEF",
    "letters": LETTERS,
}
TROUBLESOME = frozenset("!()*+,:")  # in the pure identity URI as they are, escaped by some readers: the same code gets two spellings


def alphabet(field: str, text: str) -> str:
    """The characters of an alphabet that is named, or written out; InvalidInput for one that cannot count."""
    found = ALPHABETS.get(text, text)
    if len(found) < 2 or len(set(found)) != len(found):
        raise InvalidInput(
            field,
            sentence("{text!r} is no alphabet", text=text),
            sentence("name one of {known}, or give at least 2 different characters", known=", ".join(ALPHABETS)),
        )
    bad = next((one for one in found if one not in characters.SET_82), None)
    if bad is not None:
        raise InvalidInput(
            field, sentence("holds {character}", character=characters.named(bad)), "only characters of GS1's set 82 may stand in a code"
        )
    return found
