"""Certificates of closed drills and closing reports of recalls: made from the proof bundle, drawn on paper, read from both."""

from __future__ import annotations

from sqlalchemy.orm import Session

from api.console.words import ConsoleWords
from api.live import prove_item
from api.pages.words import Words
from api.paper import COLOURS, GREY, Paper
from labels.pdf import close_fonts
from ledger_client.chain import Chain
from ledger_client.codes import parse
from ledger_client.errors import Conflict, InvalidInput
from ledger_client.sentences import sentence
from recall import certificate
from recall.certificate import NAME, Certificate, shown
from recall.models import RecallCase
from records.audiences import Policies

BOTH = (ConsoleWords("zh"), ConsoleWords("en"))


def certificate_of(session: Session, chain: Chain, case: RecallCase) -> Certificate:
    """What the chain proves of a closed case. Conflict while it is open; InvalidInput while its last event is on its way to the chain."""
    if case.closed_at is None:
        raise Conflict(sentence("{number} is not closed; a certificate is of what is over", number=case.number))
    return certificate.make(prove_item(session, chain, parse(case.code), "regulator", Policies()).bundle, case.member_id)


def read(data: bytes) -> Certificate:
    """A certificate out of its JSON, or out of the PDF that carries it."""
    if not data.startswith(b"%PDF-"):
        return Certificate.of_bytes(data)
    from ledger_client.report import attachments  # noqa: PLC0415 (its PDF library takes longer to load than all else)

    found = attachments(data).get(NAME)
    if found is None:
        raise InvalidInput("file", sentence("has no attached {name}", name=NAME), "give a certificate made by this system")
    return Certificate.of_bytes(found)


def paper(made: Certificate) -> bytes:
    """The PDF's bytes: every fact, what proves it, and the JSON attached."""
    drill = made.facts.get("recallKind") == "drill"
    titles = [words.say("drill.certificate" if drill else "drill.report") for words in BOTH]
    number = str(made.facts.get("recall", ""))
    sheets = Paper(Words("zh"), f"{' '.join(titles)} {number}", number)
    try:
        for title in titles:
            sheets.line(title, size=18, bold=True)
        sheets.line(number, size=12, colour=GREY)
        if "points" in made.facts:
            _result(sheets, made)
        sheets.heading(_both("drill.certificate.facts"))
        sheets.table([(fact_name(name), shown(value)) for name, value in made.facts.items()], (52, 48))
        _proof(sheets, made)
        sheets.pdf.embed_file(bytes=made.to_bytes(), basename=NAME, mime_type="application/json")
        return bytes(sheets.pdf.output())
    finally:
        close_fonts(sheets.pdf)


def fact_name(name: str) -> str:
    """What a fact is called, in both languages, with the name that it has in the event."""
    shown = [words.texts[f"drill.fact.{name}"] for words in BOTH if f"drill.fact.{name}" in words.texts]
    return "\n".join([" ".join(shown), name]) if shown else name


def _result(sheets: Paper, made: Certificate) -> None:
    passed = made.facts.get("passed") == "yes"
    for words in BOTH:
        told = words.say("drill.passed" if passed else "drill.failed", points=made.facts["points"], most=100)
        sheets.line(told, size=14, bold=True, colour=COLOURS["good" if passed else "bad"])


def _proof(sheets: Paper, made: Certificate) -> None:
    told = made.bundle.deployment
    sheets.heading(_both("drill.certificate.proof"))
    rows = [
        (_both("drill.certificate.event"), made.event_id),
        (_both("drill.certificate.commitment"), "0x" + made.commitment.hex()),
        (_both("drill.certificate.item"), made.item),
        (_both("drill.certificate.chain"), f"{told.chain_id} · 0x{told.ledger.hex()}"),
    ]
    sheets.table(rows, (30, 70))
    for words in BOTH:
        sheets.text(words.say("drill.certificate.how"))


def _both(key: str) -> str:
    return " ".join(words.say(key) for words in BOTH)
