"""Sheets of A4 in one style: what reports and traces are printed on. Chinese needs a font of its own: Noto Sans SC, embedded as the subset
of what is used.
"""

from __future__ import annotations

from collections.abc import Sequence

from fpdf import FPDF
from fpdf.enums import WrapMode, XPos, YPos
from fpdf.fonts import FontFace

from api.pages.words import Words
from labels.lettering import BOLD, REGULAR

COLOURS = {"good": (22, 110, 60), "bad": (176, 24, 24), "warn": (150, 84, 0), "wait": (30, 90, 160), "quiet": (80, 86, 96)}
INK, GREY, LINE, PALE = (28, 32, 38), (96, 104, 116), (214, 218, 224), (244, 246, 248)
_WIDTH = 180.0  # millimetres between the margins of an A4 page


class Paper:
    """What is written on them; `foot` stands below each."""

    def __init__(self, words: Words, title: str, foot: str) -> None:
        self.pdf = _Sheets(words, title, foot)
        self.pdf.add_page()

    def heading(self, text: str) -> None:
        """A section; never alone at the foot of a page."""
        if self.pdf.will_page_break(28):
            self.pdf.add_page()
        self.pdf.ln(4)
        self.line(text, size=12, bold=True)
        self.pdf.set_draw_color(*LINE)
        self.pdf.line(self.pdf.l_margin, self.pdf.get_y(), self.pdf.l_margin + _WIDTH, self.pdf.get_y())
        self.pdf.ln(2)

    def line(self, text: str, *, size: float = 9, bold: bool = False, colour: tuple[int, int, int] = INK) -> None:
        """A line that wraps."""
        self.pdf.set_font("noto", "B" if bold else "", size)
        self.pdf.set_text_color(*colour)
        self.pdf.multi_cell(_WIDTH, size * 0.55, printable(text), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT, wrapmode=WrapMode.CHAR)

    def text(self, text: str) -> None:
        """A paragraph."""
        self.line(text, colour=GREY)

    def table(
        self, rows: Sequence[Sequence[str]], widths: Sequence[int], tones: Sequence[str] | None = None, *, head: bool = False
    ) -> None:
        """Rows of text; `tones` colours the last column of each row."""
        self.pdf.set_font("noto", "", 8)
        self.pdf.set_text_color(*INK)
        self.pdf.set_draw_color(*LINE)
        heads = FontFace(emphasis="BOLD", fill_color=PALE)
        with self.pdf.table(
            col_widths=tuple(widths), width=_WIDTH, line_height=4.6, text_align="LEFT", borders_layout="HORIZONTAL_LINES",
            first_row_as_headings=head, headings_style=heads, padding=0.8, wrapmode=WrapMode.CHAR,
        ) as table:  # fmt: skip
            for number, cells in enumerate(rows):
                row = table.row()
                tone = tones[number] if tones else ""
                for place, cell in enumerate(cells):
                    last = place == len(cells) - 1 and tone
                    row.cell(printable(cell), style=FontFace(color=COLOURS[tone], emphasis="BOLD") if last else None)
        self.pdf.ln(1)


class _Sheets(FPDF):
    def __init__(self, words: Words, title: str, foot: str) -> None:
        super().__init__(format="A4")
        self.words, self.foot = words, foot
        self.add_font("noto", fname=REGULAR)
        self.add_font("noto", style="B", fname=BOLD)
        self.set_margins(15, 16)
        self.set_auto_page_break(auto=True, margin=18)
        self.set_title(title)
        self.set_author(words.say("brand"))
        self.set_lang("zh-CN" if words.language == "zh" else "en")
        self.alias_nb_pages()

    def footer(self) -> None:
        """What it is, which page."""
        self.set_y(-13)
        self.set_font("noto", "", 7)
        self.set_text_color(*GREY)
        self.cell(_WIDTH * 0.7, 4, f"{self.words.say('brand')} · {self.foot}")
        self.cell(_WIDTH * 0.3, 4, self.words.say("report.page", page=self.page_no(), pages="{nb}"), align="R")


def printable(text: str) -> str:
    """Control characters, which no font has, as their visible pictures."""
    return "".join(chr(0x2400 + ord(letter)) if ord(letter) < 32 and letter != "\n" else letter for letter in text)
