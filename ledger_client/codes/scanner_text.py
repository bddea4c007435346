"""What scanners put around and into the data: the AIM symbology identifier (ISO/IEC 15424), and words for the separator FNC1.

A keyboard-wedge scanner that cannot send ASCII 29 sends a word for it. Words with a character that no GS1 value holds are beyond doubt;
<GS> and <FNC1> could stand in a value, so whoever reads them says so in a note.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ledger_client.codes.element_string import FNC1
from ledger_client.sentences import sentence

_IDENTIFIER = re.compile(r"\][A-Za-z][0-9A-Za-z]")
_GS1_CARRIERS = {
    "]C1": "GS1-128",
    "]d2": "GS1 DataMatrix",
    "]d5": "GS1 DataMatrix",
    "]Q3": "GS1 QR Code",
    "]Q4": "GS1 QR Code",
    "]e0": "GS1 DataBar",
    "]e1": "GS1 Composite",
    "]e2": "GS1 Composite",
    "]J1": "GS1 DotCode",
}
_CARRIERS = {
    "A": "Code 39",
    "C": "Code 128",
    "E": "EAN/UPC",
    "F": "Codabar",
    "G": "Code 93",
    "I": "ITF",
    "J": "DotCode",
    "L": "PDF417",
    "Q": "QR Code",
    "d": "Data Matrix",
    "h": "Han Xin",
    "z": "Aztec",
}
_SEPARATOR = re.compile(r"\{(?:GS|FNC1)\}|<(?:GS|FNC1|0x1D)>|\[(?:GS|FNC1)\]|~d029|~1|\\x1D|\\u001D|\^\]|\^|\u241d", re.IGNORECASE)
_MAY_BE_GS1 = re.compile(r"\d{2}|\(|[\x1d{<\[~\\^\u241d]")  # how an element string begins, whatever stands for FNC1
_AROUND_BRACKETS = re.compile(FNC1 + r"(?=\(|$)")


class Unwrapped(NamedTuple):
    """The data without what the scanner added."""

    text: str
    carrier: str = ""  # name of the symbol, if the scanner told
    gs1: bool = False  # whether it is an element string beyond doubt; `text` then has FNC1 as ASCII 29
    notes: tuple[str, ...] = ()


def unwrap(text: str) -> Unwrapped:
    """Take off the symbology identifier and write each separator as ASCII 29."""
    told = text[:3] if _IDENTIFIER.match(text) else ""
    data, words = _separated(text[len(told) :])
    notes = tuple(sentence("{word} was read as the separator FNC1", word=word) for word in words)
    carrier = _GS1_CARRIERS.get(told) or _CARRIERS.get(told[1:2], told)
    if data.startswith("("):
        return Unwrapped(_AROUND_BRACKETS.sub("", data), carrier, gs1=False, notes=notes)
    return Unwrapped(data.removeprefix(FNC1), carrier, told in _GS1_CARRIERS or FNC1 in data, notes)


def _separated(data: str) -> tuple[str, list[str]]:
    """Only where an element string may stand, and only if the scanner did not send the separator itself."""
    if FNC1 in data or not _MAY_BE_GS1.match(data):
        return data, []
    words = list(dict.fromkeys(_SEPARATOR.findall(data)))
    return _SEPARATOR.sub(FNC1, data), words
