"""An examination -> the pages of a PDF, with the bundle and the statement attached; unsigned.

Chinese needs a font of its own: Noto Sans SC, embedded as the subset of what is used.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from fpdf import FPDF
from fpdf.enums import WrapMode, XPos, YPos
from fpdf.fonts import FontFace

from api.pages.page import Part
from api.pages.words import Words
from api.regulator.examined import Examination, ExaminedRecord, ExaminedStep
from labels.lettering import BOLD, REGULAR
from labels.pdf import close_fonts
from ledger_client.report import BUNDLE_NAME, STATEMENT_NAME, Statement

COLOURS = {"good": (22, 110, 60), "bad": (176, 24, 24), "warn": (150, 84, 0), "wait": (30, 90, 160), "quiet": (80, 86, 96)}
OUTCOMES = {"passed": "good", "failed": "bad", "not_checked": "quiet"}
INK, GREY, LINE, PALE = (28, 32, 38), (96, 104, 116), (214, 218, 224), (244, 246, 248)
_WIDTH = 180.0  # millimetres between the margins of an A4 page
_LONGEST_VALUE = 600  # characters of one property on paper; the attached bundle has all of it


def draw(found: Examination, statement: Statement, bundle: bytes, words: Words) -> bytes:
    """The PDF's bytes."""
    paper = Paper(words, statement.number)
    try:
        _content(paper, found, words, statement)
        paper.pdf.embed_file(bytes=bundle, basename=BUNDLE_NAME, mime_type="application/json")
        told = json.dumps(statement.to_json(), ensure_ascii=False, indent=1).encode()
        paper.pdf.embed_file(bytes=told, basename=STATEMENT_NAME, mime_type="application/json")
        return bytes(paper.pdf.output())
    finally:
        close_fonts(paper.pdf)


class Paper:
    """Sheets of A4 in one style."""

    def __init__(self, words: Words, number: str) -> None:
        self.pdf = _Sheets(words, number)
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
        self.pdf.multi_cell(_WIDTH, size * 0.55, _printable(text), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT, wrapmode=WrapMode.CHAR)

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
                    row.cell(_printable(cell), style=FontFace(color=COLOURS[tone], emphasis="BOLD") if last else None)
        self.pdf.ln(1)


class _Sheets(FPDF):
    def __init__(self, words: Words, number: str) -> None:
        super().__init__(format="A4")
        self.words, self.number = words, number
        self.add_font("noto", fname=REGULAR)
        self.add_font("noto", style="B", fname=BOLD)
        self.set_margins(15, 16)
        self.set_auto_page_break(auto=True, margin=18)
        self.set_title(f"{words.say('report.title')} {number}")
        self.set_author(words.say("brand"))
        self.set_lang("zh-CN" if words.language == "zh" else "en")
        self.alias_nb_pages()

    def footer(self) -> None:
        """Which report, which page."""
        self.set_y(-13)
        self.set_font("noto", "", 7)
        self.set_text_color(*GREY)
        self.cell(_WIDTH * 0.7, 4, f"{self.words.say('brand')} · {self.words.say('report.number')} {self.number}")
        self.cell(_WIDTH * 0.3, 4, self.words.say("report.page", page=self.page_no(), pages="{nb}"), align="R")


def _content(paper: Paper, found: Examination, words: Words, statement: Statement) -> None:
    _head(paper, found, statement, words)
    _parts(paper, words.say("report.against"), found.against)
    _steps(paper, words.say("report.steps"), found.steps, words)
    paper.heading(words.say("report.records"))
    for record in found.records:
        _record(paper, record, words)
    paper.heading(words.say("report.limits"))
    for limit in found.limits:
        paper.text(f"· {limit}")
    paper.heading(words.say("report.how"))
    paper.text(words.say("report.how.text"))


def _head(paper: Paper, found: Examination, statement: Statement, words: Words) -> None:
    paper.line(words.say("brand"), size=9, colour=GREY)
    paper.line(words.say("report.title"), size=20, bold=True)
    paper.pdf.ln(1)
    paper.line(found.headline, size=15, bold=True, colour=COLOURS[found.tone])
    paper.line(found.why, size=9)
    paper.pdf.ln(2)
    made = words.moment(datetime.fromisoformat(statement.made_at))
    rows = [
        (words.say("report.item"), found.code),
        (words.say("report.number"), statement.number),
        (words.say("report.made"), made),
        (words.say("report.made_for"), statement.made_for),
        (words.say("report.counts"), " · ".join(f"{part.label} {part.value}" for part in found.counts) or "0"),
    ]
    paper.table(rows, (22, 78))


def _parts(paper: Paper, title: str, parts: Sequence[Part]) -> None:
    paper.heading(title)
    paper.table([(part.label, part.value) for part in parts], (22, 78))


def _steps(paper: Paper, title: str, steps: Sequence[ExaminedStep], words: Words) -> None:
    paper.heading(title)
    paper.table(
        [tuple(words.say(key) for key in ("report.step", "report.check", "report.outcome")), *(_step_row(step, words) for step in steps)],
        (10, 72, 18),
        ["", *(OUTCOMES[step.outcome] for step in steps)],
        head=True,
    )


def _step_row(step: ExaminedStep, words: Words) -> tuple[str, str, str]:
    sides = f"\n{words.say('report.expected')} {step.expected}\n{words.say('report.found')} {step.found}" if step.expected else ""
    why = f"\n{step.why}{sides}" if step.outcome != "passed" else ""
    return f"({step.number})", step.text + why, step.outcome_text


def _record(paper: Paper, record: ExaminedRecord, words: Words) -> None:
    entry = record.entry
    if paper.pdf.will_page_break(40):
        paper.pdf.add_page()
    paper.line(f"{entry.title} — {record.verdict_text}", size=10, bold=True, colour=COLOURS[record.tone])
    told = [
        (words.say("report.anchor_number"), record.seqs),
        (words.say("report.happened"), entry.happened),
        (words.say("report.seen"), entry.seen),
        (words.say("report.member"), entry.member),
        (words.say("report.place"), " · ".join(part for part in (entry.place, entry.place_note) if part)),
        (words.say("report.withheld"), entry.withheld or (entry.note if entry.kind == "hidden" else "")),
        (words.say("proof.commitment"), entry.commitment),
    ]
    paper.table([row for row in told if row[1]], (22, 78))
    off = [step for step in record.steps if step.outcome != "passed"]
    if off:
        paper.table([_step_row(step, words) for step in off], (10, 72, 18), [OUTCOMES[step.outcome] for step in off])
    if entry.facts:
        paper.line(words.say("report.properties"), size=8, bold=True, colour=GREY)
        paper.table([(fact.name, _shortened(fact.value)) for fact in entry.facts], (28, 72))
    paper.pdf.ln(2)


def _shortened(value: str) -> str:
    return value if len(value) <= _LONGEST_VALUE else f"{value[:_LONGEST_VALUE]}… ({len(value):,})"


def _printable(text: str) -> str:
    """Control characters, which no font has, as their visible pictures."""
    return "".join(chr(0x2400 + ord(letter)) if ord(letter) < 32 and letter != "\n" else letter for letter in text)
