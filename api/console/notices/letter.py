"""A recall notice as a letter to print: for an owner that has nobody here. Chinese and English on one paper, the units, and a QR code that
leads to the case's page, where its events and their verdict stand.
"""

from __future__ import annotations

import io

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.console.words import ConsoleWords
from api.names import place_names
from api.pages.qr import png_file
from api.pages.words import Words
from api.paper import COLOURS, GREY, Paper
from api.routes.pages import path_of
from indexer import queries as mirror
from labels.pdf import close_fonts
from ledger_client.codes import parse
from recall.cases import digest
from recall.models import RecallCase, RecallUnit
from recall.notices.models import RecallNotice
from recall.notices.owners import SINGLE, of_notice

MOST = 400  # units on paper
BOTH = (ConsoleWords("zh"), ConsoleWords("en"))
_QR = 34.0  # millimetres


def letter(session: Session, notice: RecallNotice, case: RecallCase, public_url: str) -> bytes:
    """The PDF's bytes. `public_url`: where this server is reached."""
    names = {one.member_id: one.name for one in mirror.members(session)}
    title = f"{headline(case, BOTH[0])} {headline(case, BOTH[1])}"
    sheets = Paper(Words("zh"), title, f"{case.number} · {notice.number}")
    try:
        _qr(sheets, public_url + path_of(parse(case.code)))
        for words in BOTH:
            sheets.line(headline(case, words), size=17, bold=True, colour=COLOURS["bad"])
        sheets.pdf.ln(1)
        sheets.line(f"{case.number} · {notice.number}", size=10, colour=GREY)
        sheets.pdf.ln(10)
        named = place_names(session, [notice.party], BOTH[0]) if notice.party else {}
        to = "\n".join(filter(None, (named.get(notice.party), notice.party))) or names.get(notice.member_id or 0, "")
        sheets.table([(_both("notices.to"), to), (_both("notices.from"), names.get(case.member_id, "")), *_rows(notice, case)], (30, 70))
        for words in BOTH:
            _asked(sheets, notice, words)
        _units(sheets, session, notice)
        return bytes(sheets.pdf.output())
    finally:
        close_fonts(sheets.pdf)


def headline(case: RecallCase, words: ConsoleWords) -> str:
    """What it is, in its first words."""
    return words.say("notices.headline.drill" if case.kind == "drill" else "notices.headline.recall")


def amounts(told: dict[str, str], words: ConsoleWords) -> str:
    """`300 pcs, 19.5 kg`; empty where there is nothing to count."""
    return words.say("notices.comma").join(words.amount(amount, "" if uom == SINGLE else uom) for uom, amount in sorted(told.items()))


def _qr(sheets: Paper, address: str) -> None:
    pdf = sheets.pdf
    left = pdf.w - pdf.r_margin - _QR
    pdf.image(io.BytesIO(png_file(address)), x=left, y=pdf.t_margin - 4, w=_QR, link=address)


def _rows(notice: RecallNotice, case: RecallCase) -> list[tuple[str, str]]:
    zh = BOTH[0]
    return [
        (_both("notices.sent"), zh.exact(notice.sent_at)),
        (_both("notices.due"), zh.exact(notice.due_at)),
        (_both("notices.reason"), f"{case.title}\n{case.reason}" if case.title != case.reason else case.reason),
        (
            _both("notices.held"),
            "\n".join(dict.fromkeys(amounts(notice.amounts, words) or words.say("notices.held.none") for words in BOTH)),
        ),
    ]


def _asked(sheets: Paper, notice: RecallNotice, words: ConsoleWords) -> None:
    sheets.heading(words.say("notices.asked"))
    for action in notice.actions:
        sheets.line(f"· {words.say(f'notices.action.{action}')}", size=11, bold=True)
    if notice.words:
        sheets.line(notice.words, size=10)
    sheets.pdf.ln(1)
    sheets.text(words.say("notices.letter.answer"))


def _units(sheets: Paper, session: Session, notice: RecallNotice) -> None:
    mine = select(RecallUnit).where(*of_notice(notice)).order_by(RecallUnit.number)
    rows = session.scalars(mine.limit(MOST + 1)).all()
    sheets.heading(_both("notices.units"))
    head = tuple(_both(f"notices.unit.{name}") for name in ("code", "amount", "state"))
    table = [(one.code, amount(one, BOTH[0]), _both(f"notices.state.{one.state}")) for one in rows[:MOST]]
    sheets.table([head, *table], (62, 14, 24), head=True)
    if len(rows) > MOST:
        for words in BOTH:
            sheets.text(words.say("notices.units.more", count=MOST))


def amount(one: RecallUnit, words: ConsoleWords) -> str:
    """How much of a unit there is; empty where nobody said."""
    return "" if one.quantity is None else words.amount(digest.amount(one.quantity), one.uom)


def _both(key: str) -> str:
    return " ".join(words.say(key) for words in BOTH)
