"""A trace as a PDF to file or to hand over: what was asked, whether it is complete, the answer, the flow diagram, every step; unsigned."""

from __future__ import annotations

from api.console.tracing.contradiction import Judged
from api.console.tracing.diagram import Diagram
from api.console.tracing.ending import Told
from api.console.tracing.summary import Whence, Whither
from api.console.tracing.table import Part, Row
from api.console.words import ConsoleWords
from api.pages.words import Words
from api.paper import COLOURS, GREY, INK, Paper, printable
from labels.lettering import POINT
from labels.pdf import close_fonts

MOST_ROWS = 2_000  # steps on paper; the CSV has all
_ACROSS, _DOWN, _MARGIN = 267.0, 160.0, 15.0  # millimetres of a sheet on its side that a drawing has


def paper(
    code: str,
    name: str,
    question: str,
    told: Told,
    judged: Judged,
    narrowed: str,
    lines: tuple[Whither, ...] | tuple[Whence, ...],
    drawing: Diagram,
    rows: tuple[Row, ...],
    left_out: int,
    made: str,
    words: ConsoleWords,
) -> bytes:
    """The PDF's bytes. `made`: when and for whom; `left_out`: steps that are not among `rows`."""
    sheets = Paper(Words(words.language), f"{words.say('trace.title')} {code}", f"{words.say('trace.title')} {code}")
    try:
        _head(sheets, code, name, question, told, narrowed, made, words)
        _findings(sheets, judged, words)
        _summary(sheets, lines, words)
        if drawing.bars:
            _diagram(sheets, drawing, words)
        _steps(sheets, rows, left_out, words)
        return bytes(sheets.pdf.output())
    finally:
        close_fonts(sheets.pdf)


def _head(sheets: Paper, code: str, name: str, question: str, told: Told, narrowed: str, made: str, words: ConsoleWords) -> None:
    sheets.line(words.say("frame.brand"), colour=GREY)
    sheets.line(f"{words.say('trace.title')}: {name}", size=18, bold=True)
    sheets.line(question, size=11)
    sheets.pdf.ln(2)
    sheets.line(told.headline, size=14, bold=True, colour=COLOURS[told.tone])
    sheets.line(told.sentence, size=10)
    for ending in told.endings:
        sheets.line(f"· {ending.reason}", bold=True, colour=COLOURS[ending.tone])
        for place in (*(one.text for one in ending.places), ending.more):
            if place:
                sheets.line(f"    {place}", size=8)
    if narrowed:
        sheets.line(narrowed, bold=True)
    sheets.pdf.ln(2)
    sheets.table([(words.say("trace.code"), code), (words.say("trace.made"), made)], (22, 78))


def _findings(sheets: Paper, found: Judged, words: ConsoleWords) -> None:
    for title, some in (("trace.findings", found.wrong), ("trace.unclear", found.unclear)):
        if some:
            sheets.heading(words.say(title))
        for one in some:
            sheets.line(f"· {one.thing}: {one.text}", colour=COLOURS["bad" if some is found.wrong else "quiet"])
            for event in one.events:
                sheets.line(f"    {event.text}", size=8)
    if found.more:
        sheets.line(found.more)


def _summary(sheets: Paper, lines: tuple[Whither, ...] | tuple[Whence, ...], words: ConsoleWords) -> None:
    """Tones colour the last column: the verdict."""
    if not lines:
        return
    forward = isinstance(lines[0], Whither)
    names = ("place", "state", "happened", "first", "verdict") if forward else ("material", "used", "supplier", "first", "verdict")
    sheets.heading(words.say("trace.whither" if forward else "trace.whence"))
    table = [tuple(words.say(f"trace.{name}") for name in names), *(_line(one) for one in lines)]
    sheets.table(table, (30, 16, 28, 14, 12) if forward else (34, 14, 26, 14, 12), ["", *(one.verdict.tone for one in lines)], head=True)


def _line(one: Whither | Whence) -> tuple[str, ...]:
    when = one.first.clock if one.first else ""
    if isinstance(one, Whither):
        happened = "\n".join(f"{part.step} {part.amounts}" for part in one.happened)
        return one.place, one.state.text, happened, when, one.verdict.text
    return (
        "\n".join(part for part in (one.name, one.origin.text if one.origin else "") if part),
        one.used,
        "\n".join(part for part in (one.supplier, one.place) if part),
        when,
        one.verdict.text,
    )


def _diagram(sheets: Paper, drawing: Diagram, words: ConsoleWords) -> None:
    """On a sheet of its own, on its side; texts grow and shrink with it."""
    pdf = sheets.pdf
    pdf.add_page(orientation="L")
    sheets.line(words.say("trace.flow"), size=12, bold=True)
    sheets.line(words.say("trace.flow.text"), size=8, colour=GREY)
    scale = min(_ACROSS / drawing.width, _DOWN / drawing.height, 0.3)
    left, top = _MARGIN, pdf.get_y() + 4
    for stream in drawing.streams:
        pdf.set_draw_color(*COLOURS.get(stream.tone, COLOURS["quiet"]))
        pdf.set_line_width(max(stream.width * scale, 0.1))
        with pdf.local_context(stroke_opacity=0.3):
            pdf.bezier([(left + x * scale, top + y * scale) for x, y in stream.points])
    size = 12 * scale / POINT
    for bar in drawing.bars:
        pdf.set_fill_color(*(INK if bar.starts else COLOURS["wait"] if bar.sort == "place" else COLOURS.get(bar.tone, COLOURS["quiet"])))
        pdf.rect(left + bar.x * scale, top + bar.y * scale, drawing.bar * scale, bar.height * scale, style="F")
        pdf.set_text_color(*INK)
        pdf.set_font("noto", "B" if bar.starts else "", size)
        pdf.text(left + bar.x * scale, top + (bar.y - 6) * scale, printable(bar.name))
        pdf.set_font("noto", "", size * 0.9)
        pdf.text(left + bar.x * scale, top + (bar.y + bar.height + 13) * scale, printable(bar.below))
    pdf.set_line_width(0.2)
    pdf.set_fill_color(255)  # else the rows of the next table are filled


def _steps(sheets: Paper, rows: tuple[Row, ...], left_out: int, words: ConsoleWords) -> None:
    sheets.pdf.add_page(orientation="P")
    sheets.heading(words.say("trace.table"))
    head = tuple(words.say(f"trace.{name}") for name in ("when", "step", "taken", "given", "verdict"))
    sheets.table([head, *(_row(row) for row in rows)], (14, 24, 25, 25, 12), ["", *(row.verdict.tone for row in rows)], head=True)
    if left_out:
        sheets.text(words.say("trace.rows.more", count=words.number(left_out)))


def _row(row: Row) -> tuple[str, ...]:
    what = "\n".join(part for part in (row.step, row.place, f"→ {row.to}" if row.to else "", row.member, row.note) if part)
    return row.when.clock, what, _parts(row.taken), "\n".join(part for part in (_parts(row.given), row.more) if part), row.verdict.text


def _parts(parts: tuple[Part, ...]) -> str:
    return "\n".join(f"{part.text} {part.amount}".strip() for part in parts)
