"""The one font of labels and reports: Noto Sans SC (OFL-1.1), with Chinese; how wide a text is, how it wraps, what its letters look like.

Every output uses the same advance widths, so that what fits on the screen fits on paper. Sizes are in points, lengths in millimetres.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.ttLib import TTFont

from ledger_client.codes import characters
from ledger_client.errors import InvalidInput
from ledger_client.sentences import sentence

FONTS = Path(__file__).parents[1] / "node_modules" / "@expo-google-fonts" / "noto-sans-sc"
REGULAR, BOLD = FONTS / "400Regular" / "NotoSansSC_400Regular.ttf", FONTS / "700Bold" / "NotoSansSC_700Bold.ttf"
POINT = 25.4 / 72  # millimetres
LINE = 1.2  # of the font size: from one line to the next
ASCENT = 0.92  # of the font size: from the upper edge of a line to its baseline
_TOGETHER = re.compile(r"\s+|\([0-9]{2,4}\)[^\s(]*|[!-~]+|.", re.DOTALL)  # blanks, an identifier with its value, a word, a Chinese letter


@dataclass(frozen=True, slots=True)
class Face:
    """One cut of the font."""

    path: Path
    unit: int  # to the em
    cmap: dict[int, str]  # character -> glyph
    advances: dict[str, tuple[int, int]]
    glyphs: Any
    outlines: dict[str, str] = field(default_factory=dict)  # character -> path, as they were asked for

    def advance(self, letter: str) -> float:
        """Of one character, as a part of the font size."""
        return self.advances[self.cmap[ord(letter)]][0] / self.unit

    def width(self, text: str, size: float) -> float:
        """Of a line, in millimetres."""
        return sum(map(self.advance, text)) * size * POINT

    def outline(self, letter: str) -> str:
        """The path of one character in font units, y upwards."""
        if letter not in self.outlines:
            pen = SVGPathPen(self.glyphs)
            self.glyphs[self.cmap[ord(letter)]].draw(pen)
            self.outlines[letter] = pen.getCommands()
        return self.outlines[letter]

    def require(self, name: str, text: str) -> None:
        """InvalidInput for a character that the font does not have."""
        bad = next((letter for letter in text if letter != "\n" and ord(letter) not in self.cmap), None)
        if bad is not None:
            raise InvalidInput(
                name,
                sentence("holds {character}, which the font does not have", character=characters.named(bad)),
                "write it in other words",
            )


@cache
def face(*, bold: bool) -> Face:
    """The regular or the bold cut."""
    path = BOLD if bold else REGULAR
    font = TTFont(io.BytesIO(path.read_bytes()), lazy=True)  # read further when a letter's outline is asked for
    return Face(path, font["head"].unitsPerEm, font.getBestCmap(), font["hmtx"].metrics, font.getGlyphSet())


def wrapped(cut: Face, text: str, size: float, room: float) -> list[str] | None:
    """The lines of a text in a box `room` millimetres wide; None if a single character is wider than that."""
    return [line for paragraph in text.split("\n") for line in _lines(cut, paragraph, size, room)] if _fits(cut, text, size, room) else None


def _fits(cut: Face, text: str, size: float, room: float) -> bool:
    return all(cut.width(letter, size) <= room for letter in set(text) - {"\n"})


def _lines(cut: Face, paragraph: str, size: float, room: float) -> Iterator[str]:
    line = ""
    for part in _parts(cut, paragraph, size, room):
        if line and cut.width((line + part).rstrip(), size) > room:
            yield line.rstrip()
            line = ""
        line += part if line or part.strip() else ""
    yield line.rstrip()


def _parts(cut: Face, paragraph: str, size: float, room: float) -> Iterator[str]:
    """What stays together; a part that is wider than the box is cut where the box ends."""
    for match in _TOGETHER.finditer(paragraph):
        part = match[0]
        while cut.width(part, size) > room and part.strip():
            count = next(count for count in range(len(part) - 1, 0, -1) if cut.width(part[:count], size) <= room)
            yield part[:count]
            part = part[count:]
        yield part
