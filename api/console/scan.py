"""The page that says what a scanned text is: how it was spelled, the code it stands for, and all that it tells (docs/scan.md)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import quote

from api.console.event_rows import ITEMS, item_url
from api.console.frame import Frame
from api.console.refusals import put, refusal
from api.console.shown import Digest, Fact
from api.console.visit import Visit
from api.console.words import ConsoleWords
from ledger_client.codes.scan import Scan
from ledger_client.errors import InvalidCode


@dataclass(frozen=True, slots=True)
class PartLine:
    """One thing that the text says."""

    name: str  # application identifier with its brackets; empty for a part that has none
    title: str
    value: str


@dataclass(frozen=True, slots=True)
class Recognised:
    """What the text is."""

    code: Digest
    url: str  # the item's page, or the items whose code begins so
    recorded: bool
    facts: tuple[Fact, ...]
    parts: tuple[PartLine, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ScanPage:
    """templates/console/scan.html"""

    template: ClassVar[str] = "console/scan.html"
    frame: Frame
    text: str
    found: Recognised | None = None
    problem: str = ""  # in the reader's language
    detail: str = ""  # what the rules of the code say


def scan_page(visit: Visit, text: str, found: Scan | InvalidCode | None, *, recorded: bool = False) -> ScanPage:
    """The page; `recorded`: whether anything about the item is stored here."""
    words, frame = visit.words, visit.frame(visit.words.say("scan.title"))
    if isinstance(found, InvalidCode):
        return ScanPage(frame, text, problem=words.say(f"capture.line.{kind_of(found)}"), detail=refusal(found, words))
    return ScanPage(frame, text, _recognised(found, words, recorded=recorded) if found else None)


def kind_of(error: InvalidCode) -> str:
    """The kind of a mistake: what people do wrong most has a text of its own, capture.line.<kind>."""
    return next((kind for kind, sign in (("check_digit", "check digit"), ("character", "holds U+")) if sign in error.problem), "unknown")


def _recognised(found: Scan, words: ConsoleWords, *, recorded: bool) -> Recognised:
    uri = found.item.uri
    facts = [
        Fact(words.say("scan.scheme"), words.say(f"scan.scheme.{found.scheme}"), note=found.rule),
        Fact(words.say("scan.spelling"), words.say(f"scan.spelling.{found.spelling}")),
    ]
    if found.carrier:
        facts.append(Fact(words.say("scan.carrier"), found.carrier))
    if found.tag:
        facts += [
            Fact(words.say("scan.tag"), found.tag.scheme.upper(), note=words.say("scan.tag.filter", filter=found.tag.filter)),
            Fact(words.say("scan.tag.hex"), found.tag.hex),
            Fact(words.say("scan.tag.uri"), found.tag.uri),
        ]
    url = item_url(uri) if recorded else f"{ITEMS}?q={quote(uri, safe='')}"
    parts = tuple(PartLine(f"({name})" if name.isdigit() else "", _title(found, name, words), value) for name, value in found.parts.items())
    return Recognised(Digest(uri, uri), url, recorded, tuple(facts), parts, tuple(put(note, words) for note in found.notes))


def _title(found: Scan, name: str, words: ConsoleWords) -> str:
    """What a part is called in the reader's language; GS1's own title for identifiers that have no text of ours."""
    key = next((key for key in (f"scan.part.{name}", f"scan.part.{name[:3]}") if key in words.texts), "")
    return words.texts[key] if key else found.titles[name]
