"""What the search field suggests while one types: the first things of the groups that are found without opening an event."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from api.console.frame import Frame
from api.console.search.links import search_url
from api.console.search.page import ICONS, Line, Names, lines_of
from api.console.visit import Visit
from api.searching import Results

QUICK = ("items", "products", "places", "members")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One of them."""

    icon: str
    line: Line


@dataclass(frozen=True, slots=True)
class Suggestions:
    """templates/console/search/suggestions.html"""

    template: ClassVar[str] = "console/search/suggestions.html"
    frame: Frame
    asked: str
    told: str  # how many, for a screen reader
    lines: tuple[Suggestion, ...]
    all_url: str


def suggestions_page(visit: Visit, found: Results, names: Names, most: int) -> Suggestions:
    """The page, of which the search field takes the list."""
    words = visit.words
    lines = [Suggestion(ICONS[group], line) for group, some in lines_of(found, names, words).items() for line in some[:most]]
    told = words.say("search.suggested", count=len(lines)) if lines else ""
    return Suggestions(visit.frame(words.say("search.title")), found.asked, told, tuple(lines), search_url(found.asked))
