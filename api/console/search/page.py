"""The page of results: each group best first, with where the words stand, and whether there are more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from api.console.audiences.named import property_name
from api.console.event_rows import event_url, item_text, item_url, title_of
from api.console.frame import Frame
from api.console.search.links import document_url, member_url, name_url, search_url
from api.console.shown import Moment, link, moment
from api.console.visit import Visit
from api.console.words import ConsoleWords
from api.pages.words import bare
from api.searching import BusinessDocument, Results
from records.lists.items import ItemRow
from records.search.codes import part_of
from records.search.events import Hit, Passage
from records.search.names import Named
from records.search.words import normal, runs, spans

AROUND = 48  # characters of a text that are shown before and behind the words
ICONS = {
    "items": "package", "products": "barcode", "places": "building-store", "members": "users-group", "documents": "clipboard-check",
    "records": "timeline-event",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text; `here`: one looked for it."""

    text: str
    here: bool = False


@dataclass(frozen=True, slots=True)
class Where:
    """A text in which words stand."""

    label: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One result."""

    url: str
    title: tuple[Piece, ...]
    code: tuple[Piece, ...] = ()
    note: str = ""
    moment: Moment | None = None
    where: tuple[Where, ...] = ()


@dataclass(frozen=True, slots=True)
class GroupCard:
    """One group of results. `count`: "3", or "more than 10"; `more_url`: the group alone, empty where that shows no more."""

    name: str
    title: str
    icon: str
    count: str
    lines: tuple[Line, ...]
    note: str
    more_url: str


@dataclass(frozen=True, slots=True)
class SearchPage:
    """templates/console/search/page.html"""

    template: ClassVar[str] = "console/search/page.html"
    frame: Frame
    asked: str
    groups: tuple[GroupCard, ...]  # those that have something
    all_url: str  # back to all groups; empty where they are shown
    recognised: str  # what the text is to a scanner, where that item is not recorded here
    scan_url: str
    unread: str
    nothing: str  # why nothing is shown, or empty
    nothing_text: str
    elsewhere_url: str


@dataclass(frozen=True, slots=True)
class Names:
    """What companies call things: code -> name, of items and of what master data speak of."""

    items: Mapping[str, str]
    others: Mapping[str, str]


def search_page(visit: Visit, found: Results, names: Names, group: str, most: int) -> SearchPage:
    """The page; `group`: the only one that was asked for, `most`: how many a group shows when it stands alone."""
    words, why = visit.words, "short" if found.asked and found.too_short else "none" if found.asked else "empty"
    cards = tuple(
        _card(name, words, lines, found, alone=bool(group), most=most)
        for name, lines in lines_of(found, names, words).items()
        if lines or found.group(name).more
    )
    return SearchPage(
        frame=visit.frame(words.say("search.title")),
        asked=found.asked,
        groups=cards,
        all_url=search_url(found.asked) if group else "",
        recognised=item_text(found.scan.item.uri) if found.scan and not found.recorded else "",
        scan_url=link("/console/scan", text=found.asked),
        unread=words.say("search.unread", count=words.number(found.records.unread)) if found.records.unread else "",
        nothing="" if cards else words.say(f"search.nothing.{why}"),
        nothing_text="" if cards else words.say(f"search.nothing.{why}.text"),
        elsewhere_url=link("/regulator", q=found.asked) if found.asked else "",
    )


def lines_of(found: Results, names: Names, words: ConsoleWords) -> dict[str, tuple[Line, ...]]:
    """The lines of each group, in the order in which they stand."""
    asked = found.asked
    return {
        "items": tuple(_item(row, names, asked, words) for row in found.items.rows),
        "products": tuple(_named(one, names, asked) for one in found.products.rows),
        "places": tuple(_named(one, names, asked) for one in found.places.rows),
        "members": tuple(Line(member_url(one.member_id), marked(one.name, asked), note=one.endpoint) for one in found.members.rows),
        "documents": tuple(_document(one, asked, words) for one in found.documents.rows),
        "records": tuple(_record(hit, found.writers, words) for hit in found.records.rows),
    }


def marked(text: str, asked: str) -> tuple[Piece, ...]:
    """A name or a code, with what was looked for marked: the part of a code, or else the words."""
    compared, part = normal(text), part_of(asked)
    if len(compared) != len(text):
        return (Piece(text),)
    place = compared.find(part) if part else -1
    found = [(place, place + len(part))] if place >= 0 else sorted(spans(compared, runs(asked)).values())
    return _parted(text, 0, len(text), found)


def _card(name: str, words: ConsoleWords, lines: tuple[Line, ...], found: Results, *, alone: bool, most: int) -> GroupCard:
    more = found.group(name).more
    count = words.say("search.more_than", count=len(lines)) if more else words.number(len(lines))
    return GroupCard(
        name=name,
        title=words.say(f"search.group.{name}"),
        icon=ICONS[name],
        count=count,
        lines=lines,
        note=words.say("search.first", count=most) if more and alone else "",
        more_url=search_url(found.asked, name) if more and not alone else "",
    )


def _item(row: ItemRow, names: Names, asked: str, words: ConsoleWords) -> Line:
    step = title_of(row.event_type, row.biz_step, words, item=row.code)[0]
    name, code = names.items.get(row.code, ""), marked(item_text(row.code), asked)
    return Line(item_url(row.code), (Piece(name),) if name else code, code if name else (), step, moment(row.event_time, words))


def _named(one: Named, names: Names, asked: str) -> Line:
    name, code = names.others.get(one.code, one.text), marked(item_text(one.code), asked)
    note = one.text if one.text != name else ""
    return Line(name_url(one), marked(name, asked) if name else code, code if name else (), note)


def _document(one: BusinessDocument, asked: str, words: ConsoleWords) -> Line:
    return Line(document_url(one.text), marked(one.text, asked), note=one.type.upper(), moment=moment(one.latest.event_time, words))


def _record(hit: Hit, writers: Mapping[bytes, str], words: ConsoleWords) -> Line:
    title, kind = title_of(hit.event_type, hit.biz_step, words, declaration=hit.declaration)
    note = " · ".join(part for part in (kind, writers.get(hit.signer, "")) if part)
    where = tuple(Where(_label(one, words), pieces(one)) for one in hit.passages)
    return Line(event_url(hit.event_id, hit.record_id), (Piece(title),), note=note, moment=moment(hit.event_time, words), where=where)


def _label(passage: Passage, words: ConsoleWords) -> str:
    """What the text is, in words where we have some, else as its company calls it."""
    return property_name(passage.text.of, words) or bare(passage.text.field)


def pieces(passage: Passage) -> tuple[Piece, ...]:
    """The text around the words, parted where they begin and end."""
    text = passage.text.text
    begin = max(0, passage.spans[0][0] - AROUND) if passage.spans else 0
    end = min(len(text), (passage.spans[-1][1] if passage.spans and passage.spans[-1][1] - begin < 4 * AROUND else begin + AROUND) + AROUND)
    around = (Piece("…" if begin else ""), *_parted(text, begin, end, passage.spans), Piece("…" if end < len(text) else ""))
    return tuple(one for one in around if one.text)


def _parted(text: str, begin: int, end: int, found: Iterable[tuple[int, int]]) -> tuple[Piece, ...]:
    """A stretch of a text, parted where what was looked for begins and ends."""
    made, place = list[Piece](), begin
    for start, stop in found:
        if place <= start < stop <= end:
            made += [Piece(text[place:start]), Piece(text[start:stop], here=True)]
            place = stop
    return tuple(one for one in (*made, Piece(text[place:end])) if one.text)
