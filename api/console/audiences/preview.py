"""A draft at work: of each event of an item, what the public, partners and the regulator would be shown, before anything is saved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from api.console.audiences.draft import Draft
from api.console.audiences.named import HOME, Difference, difference, kind_name, kind_query, kind_url, property_name
from api.console.frame import Frame
from api.console.shown import Link, link
from api.console.visit import Visit
from api.console.words import ConsoleWords
from api.pages.payload import text_in
from api.pages.words import parse_moment
from ledger_client.disclosure import AUDIENCES, Policy, changes, kind_of

MOST_EVENTS = 30
Event = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Mark:
    """Whether an audience is shown a property under the draft, and whether that is new."""

    audience: str
    text: str
    shown: bool
    changed: bool


@dataclass(frozen=True, slots=True)
class PropertyLine:
    """A property of an event and who is shown it."""

    property: str
    name: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class EventCard:
    """One event: how many of its properties each audience is shown, and which."""

    title: str
    time: str
    counts: tuple[str, ...]
    changed: bool
    lines: tuple[PropertyLine, ...]


@dataclass(frozen=True, slots=True)
class PreviewPage:
    """templates/console/audiences/preview.html"""

    template: ClassVar[str] = "console/audiences/preview.html"
    frame: Frame
    lead: str
    differences: tuple[Difference, ...]
    fields: Mapping[str, str]  # the draft, as hidden fields
    item: str
    problem: str
    events: tuple[EventCard, ...]
    more: str
    heads: tuple[str, ...]
    page_url: str  # the consumer's page under the draft
    edit_url: str
    save_url: str
    preview_url: str


def preview_page(
    visit: Visit, member: str, stored: Policy, draft: Draft, item: str, events: Sequence[Event], problem: str = "", reason: str = ""
) -> PreviewPage:
    """The page; `events`: those of the item that the member recorded. `problem`: why there are none."""
    words, said = visit.words, draft.over(stored)
    fields = kind_query(draft.kind) | draft.fields | ({"reason": reason} if reason else {})
    return PreviewPage(
        frame=visit.frame(words.say("audiences.preview"), Link(HOME, words.say("audiences.title"))),
        lead=words.say("audiences.preview.lead", member=member),
        differences=tuple(difference(change, words) for change in changes(stored, said)),
        fields=fields,
        item=item,
        problem=problem,
        events=tuple(_card(event, stored, said, words) for event in events[:MOST_EVENTS]),
        more=words.say("audiences.preview.more", count=len(events) - MOST_EVENTS) if len(events) > MOST_EVENTS else "",
        heads=tuple(words.say(f"audiences.reader.{one}") for one in AUDIENCES),
        page_url=link(f"{HOME}/preview/page", **(fields | {"code": item})) if item and not problem else "",
        edit_url=kind_url(draft.kind, draft.fields),
        save_url=HOME,
        preview_url=f"{HOME}/preview",
    )


def _card(event: Event, stored: Policy, said: Policy, words: ConsoleWords) -> EventCard:
    now, then = ([policy.shown(one, event) for one in AUDIENCES] for policy in (stored, said))
    lines = []
    for name in event:
        marks = tuple(
            Mark(
                audience=words.say(f"audiences.audience.{one}"),
                text=words.say("audiences.shown" if name in after else "audiences.withheld"),
                shown=name in after,
                changed=(name in before) != (name in after),
            )
            for one, before, after in zip(AUDIENCES, now, then, strict=True)
        )
        lines.append(PropertyLine(name, property_name(name, words), marks))
    return EventCard(
        title=kind_name(kind_of(event), words),
        time=_told(event, words),
        counts=tuple(words.say("audiences.count", shown=len(after), withheld=len(event) - len(after)) for after in then),
        changed=now != then,
        lines=tuple(lines),
    )


def _told(event: Event, words: ConsoleWords) -> str:
    """When it happened, in the zone that it was written in; as it stands where it is no time."""
    text = text_in(event, "eventTime")
    when = parse_moment(text, text_in(event, "eventTimeZoneOffset"))
    return words.moment(when) if when else text
