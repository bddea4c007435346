"""What a scan of a code gets: a phone, readers of each language by link type, and a program."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from api.console.event_rows import item_url
from api.console.frame import Frame
from api.console.links.parts import HOME, PREVIEW, kind_shown, language_shown
from api.console.shown import Link
from api.console.visit import Visit
from api.console.words import ConsoleWords
from api.resolving import Found
from resolver.choosing import Link as ItemsLink
from resolver.choosing import matching
from resolver.linkset import linkset
from resolver.types import DEFAULT, curie

PHONE = "text/html,application/xhtml+xml,*/*;q=0.8"  # what browsers accept
OURS = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What readers get who ask for a type: one link, or the choice among several."""

    kind: str
    curie: str
    readers: str
    links: tuple[Link, ...]
    ours: bool  # the system's own, not a member's


@dataclass(frozen=True, slots=True)
class PreviewPage:
    """templates/console/links/preview.html"""

    template: ClassVar[str] = "console/links/preview.html"
    frame: Frame
    here: str
    given: str
    problem: str
    page: str  # address that is scanned; empty: no code was given, or none that is one
    phone: str  # what a phone gets there, in words
    item: str  # the item in the console
    outcomes: tuple[Outcome, ...]
    whole: str  # address of the linkset
    linkset: str  # JSON


def no_preview(visit: Visit, given: str = "", problem: str = "") -> PreviewPage:
    """The field, and why there is nothing to show."""
    return PreviewPage(_frame(visit), PREVIEW, given, problem, "", "", "", (), "", "")


def preview_page(visit: Visit, given: str, found: Found, *, recorded: bool, is_set: bool) -> PreviewPage:
    """`recorded`: something is recorded of the item; `is_set`: a link is set for it itself."""
    words = visit.words
    phone = "recorded" if recorded else "linked" if is_set else "unknown"
    known = recorded or bool(found.levels)
    return PreviewPage(
        frame=_frame(visit),
        here=PREVIEW,
        given=given,
        problem="",
        page=found.place.page,
        phone=words.say(f"links.phone.{phone}"),
        item=item_url(found.code.uri),
        outcomes=tuple(one for name in _names(found) for one in _outcomes(found, name, words)) if known else (),
        whole=f"{found.place.page}?linkType=linkset",
        linkset=json.dumps(linkset(found.anchored()), ensure_ascii=False, indent=2) if known else "",
    )


def _frame(visit: Visit) -> Frame:
    return visit.frame(visit.words.say("links.preview"), Link(HOME, visit.words.say("links.title")))


def _names(found: Found) -> list[str]:
    return [name for name in dict.fromkeys(link.link_type for link in found.told) if name != DEFAULT]


def _outcomes(found: Found, name: str, words: ConsoleWords) -> list[Outcome]:
    """One for each answer that readers get, with the languages of those who get it."""
    links = found.of_type(name)
    readers: dict[tuple[ItemsLink, ...], list[str]] = {}
    languages = list(dict.fromkeys([*OURS, *(link.language for link in links if link.language)]))
    for language in languages:
        readers.setdefault(tuple(matching(links, language, PHONE)), []).append(language_shown(language, words))
    return [
        Outcome(
            kind=kind_shown(name, words),
            curie=curie(name),
            readers=words.say("links.readers.all") if len(readers) == 1 else " · ".join(told),
            links=tuple(Link(link.target, link.title) for link in best),
            ours=_is_ours(found, best),
        )
        for best, told in readers.items()
    ]


def _is_ours(found: Found, links: Sequence[ItemsLink]) -> bool:
    return all(link in found.ours for link in links)
