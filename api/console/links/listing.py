"""The list of a member's links."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from api.console.frame import Frame
from api.console.links.parts import HOME, NEW, PREVIEW, kind_shown, language_shown, link_url, pattern_shown, preview_url
from api.console.shown import Moment, Pager, link, moment, pager
from api.console.visit import Visit
from api.console.words import ConsoleWords
from resolver.models import ItemLink
from resolver.pattern import prefix_of
from resolver.types import curie


@dataclass(frozen=True, slots=True)
class LinkLine:
    """One link. `preview`: empty for a company prefix."""

    url: str
    code: str
    preview: str
    kind: str
    curie: str
    title: str
    target: str
    language: str
    media: str
    first: bool
    changed: Moment
    by: str


@dataclass(frozen=True, slots=True)
class LinksPage:
    """templates/console/links/list.html"""

    template: ClassVar[str] = "console/links/list.html"
    frame: Frame
    lines: tuple[LinkLine, ...]
    pager: Pager
    new: str  # empty for who may not set links
    preview: str


def links_page(visit: Visit, rows: Sequence[ItemLink], *, begun: bool = False, more: bool = False, may_set: bool) -> LinksPage:
    """A page of links by number. `begun`: there are links before these."""
    words = visit.words
    return LinksPage(
        frame=visit.frame(words.say("links.title")),
        lines=tuple(_line(row, words) for row in rows),
        pager=pager(len(rows), HOME if begun else "", link(HOME, after=rows[-1].id) if more else "", words),
        new=NEW if may_set else "",
        preview=PREVIEW,
    )


def _line(row: ItemLink, words: ConsoleWords) -> LinkLine:
    return LinkLine(
        url=link_url(row.id),
        code=pattern_shown(row.pattern, words),
        preview="" if prefix_of(row.pattern) else preview_url(row.pattern),
        kind=kind_shown(row.link_type, words),
        curie=curie(row.link_type),
        title=row.title,
        target=row.target,
        language=language_shown(row.language, words) if row.language else words.say("links.language.any"),
        media=row.media_type,
        first=row.first,
        changed=moment(row.changed_at, words),
        by=row.changed_by,
    )
