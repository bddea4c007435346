"""A company's own codes as a value: what a rule says of the text on the label, so that a scan of it is recognised and checked.

The issuing of codes makes these values from its rules; here is no SQL. Each segment has a fixed width, so that it is known where it stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ledger_client.codes import characters, other_uri
from ledger_client.codes.check_digit import check_digit
from ledger_client.codes.iso7064 import check_characters
from ledger_client.codes.item_code import ItemCode
from ledger_client.errors import InvalidCode
from ledger_client.sentences import sentence

GS1_CHECK = "gs1"  # the check digit of GTINs, beside the systems of ISO 7064


@dataclass(frozen=True, slots=True)
class OwnSegment:
    """A stretch of the text: a fixed one (`text`), one of `width` characters of `charset`, or the check characters of a `system`."""

    name: str
    text: str = ""
    width: int = 0
    charset: frozenset[str] = characters.DIGITS
    system: str = ""  # "gs1" or one of ISO 7064, over all that stands before

    @property
    def length(self) -> int:
        """Characters."""
        return len(self.text) or self.width


@dataclass(frozen=True, slots=True)
class OwnScheme:
    """One rule: the text of its segments stands behind `base` in the item code."""

    name: str
    base: str  # absolute URI, such as https://code.example.com/milk/
    segments: tuple[OwnSegment, ...]

    @property
    def fixed(self) -> bool:
        """Whether its texts can be told from others by more than their length."""
        return any(one.text for one in self.segments)


def recognise(text: str, scheme: OwnScheme) -> tuple[ItemCode, dict[str, str]] | None:
    """The item and the segments by name; None for a text of another form. Raises InvalidCode for wrong check characters or segments."""
    body = text.removeprefix(scheme.base)
    pieces = _cut(body, scheme.segments)
    if pieces is None or any(one.text and one.text != piece for one, piece in zip(scheme.segments, pieces, strict=True)):
        return None
    try:
        _check(body, scheme.segments, pieces)
    except InvalidCode:
        if scheme.fixed or body != text:
            raise
        return None  # its length alone does not make it one of these
    item = other_uri.parse(scheme.base + characters.encode(body))
    return item, {one.name: piece for one, piece in zip(scheme.segments, pieces, strict=True) if one.name}


def _cut(text: str, segments: Sequence[OwnSegment]) -> list[str] | None:
    if len(text) != sum(one.length for one in segments):
        return None
    ends = [sum(one.length for one in segments[: place + 1]) for place in range(len(segments))]
    return [text[end - one.length : end] for one, end in zip(segments, ends, strict=True)]


def _check_characters(text: str, system: str) -> str:
    if system != GS1_CHECK:
        return check_characters(text, system)
    characters.require("code", text, characters.DIGITS)
    return check_digit(text)


def _check(text: str, segments: Sequence[OwnSegment], pieces: Sequence[str]) -> None:
    at = 0
    for one, piece in zip(segments, pieces, strict=True):
        before, at = text[:at], at + one.length
        if one.system:
            right = _check_characters(before, one.system)
            if piece != right:
                raise InvalidCode(
                    sentence("code {text}", text=text),
                    sentence("has the check characters {piece}, which are wrong", piece=piece),
                    sentence("the right ones are {right}", right=right),
                )
        elif not one.text:
            characters.require(one.name or "code", piece, one.charset)
