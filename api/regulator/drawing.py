"""An examination -> the pages of a PDF, with the bundle and the statement attached; unsigned."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from api.pages.page import Part
from api.pages.words import Words
from api.paper import COLOURS, GREY, Paper
from api.regulator.examined import Examination, ExaminedRecord, ExaminedStep
from labels.pdf import close_fonts
from ledger_client.report import BUNDLE_NAME, STATEMENT_NAME, Statement

OUTCOMES = {"passed": "good", "failed": "bad", "not_checked": "quiet"}
_LONGEST_VALUE = 600  # characters of one property on paper; the attached bundle has all of it


def draw(found: Examination, statement: Statement, bundle: bytes, words: Words) -> bytes:
    """The PDF's bytes."""
    paper = Paper(words, f"{words.say('report.title')} {statement.number}", f"{words.say('report.number')} {statement.number}")
    try:
        _content(paper, found, words, statement)
        paper.pdf.embed_file(bytes=bundle, basename=BUNDLE_NAME, mime_type="application/json")
        told = json.dumps(statement.to_json(), ensure_ascii=False, indent=1).encode()
        paper.pdf.embed_file(bytes=told, basename=STATEMENT_NAME, mime_type="application/json")
        return bytes(paper.pdf.output())
    finally:
        close_fonts(paper.pdf)


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
