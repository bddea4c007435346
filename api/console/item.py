"""One item: its history as it is stored, what it came from and holds, what its reader is not shown, its proofs and its code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import quote

from api.console.event_rows import ITEMS, event_url, item_text, item_url, state_badge
from api.console.frame import Frame
from api.console.items import counted
from api.console.paging import pager_of
from api.console.relations import Relation, Relations
from api.console.shown import Badge, Fact, Link, Moment, Pager, link, moment, unix_moment
from api.console.visit import Visit
from api.console.words import ConsoleWords
from api.pages.facts import Fact as Recorded
from api.pages.facts import History, Names
from api.pages.journey import journey
from api.pages.page import Banner, Entry
from api.pages.product import banner, code_parts, product
from api.pages.words import Words
from indexer.models import MirroredAnchor
from ledger_client.codes import ItemCode
from ledger_client.disclosure import Audience
from records.lists.events import EventRow
from records.lists.items import COUNTED
from records.lists.paging import Page

MOST_RELATED = 12  # of each kind, shown


@dataclass(frozen=True, slots=True)
class Known:
    """What is stored of an item. `recorded`: by record number, as the reader may see it; `newest` and `oldest` tell what it is."""

    code: ItemCode
    page: Page[EventRow]
    recorded: Mapping[int, Recorded]
    ends: Sequence[int]  # numbers of its oldest and newest records, on whichever page they stand
    records: int  # counted up to a limit
    names: Names
    related: Relations
    related_cut: bool  # only the newest events were looked at for them
    absent: Sequence[MirroredAnchor]  # on the chain, without a record here
    absent_cut: bool
    own: frozenset[bytes]  # keys whose records are kept here


@dataclass(frozen=True, slots=True)
class Line:
    """One record on the timeline."""

    entry: Entry
    url: str
    state: Badge
    stored: Moment
    place_code: str
    block: str


@dataclass(frozen=True, slots=True)
class RelatedLine:
    """One related item."""

    url: str
    code: str
    amount: str
    event_url: str
    happened: Moment


@dataclass(frozen=True, slots=True)
class Related:
    """Items of one relation."""

    title: str
    lines: tuple[RelatedLine, ...]
    hidden: tuple[RelatedLine, ...]  # the rest, folded away
    more: str


@dataclass(frozen=True, slots=True)
class Withheld:
    """Who does not show what."""

    text: str
    tone: str
    when: Moment | None = None


@dataclass(frozen=True, slots=True)
class Download:
    """A proof bundle for one audience."""

    url: str
    text: str


@dataclass(frozen=True, slots=True)
class ItemPage:
    """templates/console/item.html"""

    template: ClassVar[str] = "console/item.html"
    frame: Frame
    code: str
    description: str
    banner: Banner | None
    facts: tuple[Fact, ...]
    order: str  # in which the history stands
    lines: tuple[Line, ...]
    pager: Pager
    related: tuple[Related, ...]
    related_note: str
    withheld: tuple[Withheld, ...]
    downloads: tuple[Download, ...]
    verdict_url: str
    trace_url: str
    events_url: str
    public_url: str
    qr: str
    qr_url: str  # of the picture without its kind
    own_url: str


def item_page(
    visit: Visit, known: Known, members: Mapping[bytes, str], audiences: Sequence[Audience], own_url: str, public_url: str, qr: str
) -> ItemPage:
    """The page; `members` are names by signers, `audiences` those whose bundles the reader may take along."""
    words, said, code = visit.words, Words(visit.words.language), known.code
    ends = History(code.uri, "unchecked", tuple(known.recorded[number] for number in known.ends))
    what = product(ends, code, known.names, said)
    return ItemPage(
        frame=visit.frame(
            what.name if what.name != said.say("product.unnamed") else item_text(code.uri), Link(ITEMS, words.say("items.title"))
        ),
        code=item_text(code.uri),
        description=what.description,
        banner=banner(ends, said),
        facts=(
            *(Fact(part.label, part.value) for part in (*code_parts(code, said), *what.dates)),
            Fact(words.say("item.maker" if what.made else "item.first_writer"), what.maker),
            Fact(words.say("items.records"), counted(known.records, words)),
        ),
        order=words.say("item.history.busy" if known.records > COUNTED else "item.history.text"),
        lines=_lines(known, words, said),
        pager=pager_of(item_url(code.uri), visit.request.query_params, known.page, words),
        related=tuple(
            _related(words.say(f"item.related.{name}"), found, words)
            for name, found in (
                ("made_from", known.related.made_from),
                ("went_into", known.related.went_into),
                ("packed_in", known.related.packed_in),
                ("holds", known.related.holds),
            )
            if found
        ),
        related_note=words.say("item.related.cut") if known.related_cut else "",
        withheld=tuple(_withheld(known, members, words)),
        downloads=tuple(
            Download(f"/items/{quote(code.uri, safe='')}/bundle?audience={one}", words.say(f"audiences.reader.{one}")) for one in audiences
        ),
        verdict_url=link("/console/verdict", code=code.uri),
        trace_url=link("/console/trace", text=code.uri),
        events_url=link("/console/events", code=code.uri),
        public_url=public_url,
        qr=qr,
        qr_url=link("/console/qr", code=code.uri),
        own_url=own_url,
    )


def _lines(known: Known, words: ConsoleWords, said: Words) -> tuple[Line, ...]:
    """The page's records in plain words, newest first."""
    rows = {known.recorded[row.record_id].commitment: row for row in known.page.rows}
    facts = tuple(known.recorded[row.record_id] for row in known.page.rows)
    entries = journey(History(known.code.uri, "unchecked", facts), known.names, said)
    return tuple(_line(entry, rows[entry.commitment], known, words) for entry in reversed(entries))


def _line(entry: Entry, row: EventRow, known: Known, words: ConsoleWords) -> Line:
    anchored = known.recorded[row.record_id].anchored
    return Line(
        entry=entry,
        url=event_url(row.event_id, row.record_id if row.declaration else None),
        state=state_badge(row.state, words),
        stored=moment(row.captured_at, words),
        place_code=item_text(entry.place_note),
        block=words.say("item.block", number=words.number(anchored.block)) if anchored else "",
    )


def _related(title: str, found: Mapping[str, Relation], words: ConsoleWords) -> Related:
    lines = tuple(
        RelatedLine(item_url(one.code), item_text(one.code), one.amount, event_url(one.event_id), moment(one.happened, words))
        for one in found.values()
    )
    more = words.say("item.related.more", count=len(lines) - MOST_RELATED) if len(lines) > MOST_RELATED else ""
    return Related(title, lines[:MOST_RELATED], lines[MOST_RELATED:], more)


def _withheld(known: Known, members: Mapping[bytes, str], words: ConsoleWords) -> Iterable[Withheld]:
    """Properties of the records on this page, and anchors whose record is not here."""
    hidden: Counter[str] = Counter()
    for row in known.page.rows:
        fact = known.recorded[row.record_id]
        hidden[members.get(row.signer, "")] += fact.size - len(fact.properties)
    for member, count in hidden.items():
        if count:
            yield Withheld(words.say("item.withheld.properties", member=member, count=count), "quiet")
    for anchor in known.absent:
        missing = anchor.signer in known.own
        text = words.say("item.withheld.missing" if missing else "item.withheld.elsewhere", member=members.get(anchor.signer, ""))
        yield Withheld(text, "bad" if missing else "quiet", unix_moment(anchor.time, words))
    if known.absent_cut:
        yield Withheld(words.say("item.withheld.cut"), "quiet")
