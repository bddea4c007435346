"""Drawings as one PDF: sheets with a grid of labels, or a roll of one label a page. Symbols are vectors, the font is embedded."""

from __future__ import annotations

import re
from collections.abc import Iterable

from fpdf import FPDF
from fpdf.fonts import TTFFont

from labels.layout import Drawing, Line, Modules
from labels.lettering import BOLD, POINT, REGULAR
from labels.sheet import Sheet

_DARK = re.compile("1+")


def pdf(drawings: Iterable[Drawing], on: Sheet | None = None, title: str = "") -> bytes:
    """All labels in their order, `on` sheets or, without one, each on a page of its own size."""
    paper = _Paper(title)
    try:
        for number, drawn in enumerate(drawings):
            paper.label(drawn, number, on)
        return bytes(paper.pdf.output())
    finally:
        close_fonts(paper.pdf)


def close_fonts(document: FPDF) -> None:
    """Close the font files, which FPDF leaves open; nothing can be written after that."""
    for font in document.fonts.values():
        if isinstance(font, TTFFont):
            font.close()


class _Paper:
    def __init__(self, title: str) -> None:
        self.pdf, self.has_bold = FPDF(unit="mm"), False
        self.pdf.set_auto_page_break(auto=False)
        self.pdf.set_margin(0)
        self.pdf.set_title(title)
        self.pdf.add_font("noto", fname=REGULAR)

    def label(self, drawn: Drawing, number: int, on: Sheet | None) -> None:
        """The label of that number, from 0, on a page of its own or where it stands on its sheet."""
        x, y = 0.0, 0.0
        if on is None:
            self.page(drawn.width, drawn.height)
        else:
            if number % on.count == 0:
                self.page(on.width, on.height)
            x, y = on.place(number % on.count, (drawn.width, drawn.height))
        for symbol in drawn.symbols:
            self.symbol(symbol, x, y)
        for line in drawn.lines:
            self.line(line, x, y)

    def page(self, width: float, height: float) -> None:
        """A page of that size, whichever side is longer."""
        self.pdf.add_page(orientation="P" if height >= width else "L", format=(min(width, height), max(width, height)))

    def symbol(self, one: Modules, x: float, y: float) -> None:
        """One path: rectangle by rectangle FPDF takes 20 times as long, and viewers show seams between them."""
        left, top, scale = (one.x + x) / POINT, self.pdf.h_pt - (one.y + y) / POINT, 1 / POINT
        module, row = one.module * scale, one.row * scale
        runs = [
            "%.3f %.3f %.3f %.3f re" % (left + match.start() * module, top - (place + 1) * row, len(match[0]) * module, row)  # noqa: UP031 (twice as fast)
            for place, dark in enumerate(one.symbol.rows)
            for match in _DARK.finditer(dark)
        ]
        self.pdf._out(" ".join(runs) + " f")

    def line(self, one: Line, x: float, y: float) -> None:
        """A line of text."""
        if one.bold and not self.has_bold:
            self.pdf.add_font("noto", style="B", fname=BOLD)
            self.has_bold = True
        self.pdf.set_font("noto", "B" if one.bold else "", one.size)
        self.pdf.text(one.x + x, one.baseline + y, one.text)
