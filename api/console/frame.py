"""What frames every page of the console: head, menu, breadcrumbs, who is signed in, what was just done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from accounts.roles import Right, Role
from api.console.navigation import PAGES, Place
from api.console.shown import Link, Option
from api.console.words import ConsoleWords


@dataclass(frozen=True, slots=True)
class Entry:
    """A page in the menu."""

    url: str
    text: str
    icon: str
    here: bool
    waiting: int  # what stands there and waits for somebody


@dataclass(frozen=True, slots=True)
class Section:
    """Some pages under one heading."""

    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Who:
    """Who is signed in."""

    name: str
    role: str
    initials: str


@dataclass(frozen=True, slots=True)
class Frame:
    """The frame of one page; `heading` is the page's h1 and, with the brand, its title."""

    language: str  # of the html element: zh-Hans, en
    theme: str  # light, dark, auto
    texts: Mapping[str, str]
    heading: str
    crumbs: tuple[Link, ...]
    menu: tuple[Section, ...]
    who: Who | None  # None: on a page that tells an error to nobody in particular
    languages: tuple[Option, ...]
    themes: tuple[Option, ...]
    waiting: Link | None  # recall notices to the reader's company that wait for an answer
    done: str  # what the form before has done, or empty
    asked: str  # what stands in the search field: on the page of its results
    zone: str  # in which times are told
    assets: Mapping[str, str]


def menu(may: frozenset[Right], path: str, words: ConsoleWords, waiting: Mapping[str, int], *, owns: bool) -> tuple[Section, ...]:
    """What somebody with these rights may open, with `owns` what a company has too. The page whose path is the longest beginning of `path`
    is the one that is open. `waiting`: path -> how much waits there.
    """
    open_to = [place for place in PAGES if place.right in may and (owns or not place.owned)]
    here = max((place.path for place in open_to if _within(path, place.path)), key=len, default="")
    names = dict.fromkeys(place.section for place in open_to)
    return tuple(
        Section(
            words.say(f"frame.section.{name}"), tuple(_entry(place, here, words, waiting) for place in open_to if place.section == name)
        )
        for name in names
    )


def who(display_name: str, role: Role, words: ConsoleWords) -> Who:
    """The signed-in account; its initials are the first letters of its first words, or one character of a script without."""
    parts = display_name.split() or ["?"]
    initials = "".join(part[0] for part in parts[:2]) if parts[0][0].isascii() else parts[0][0]
    return Who(display_name, words.say(f"frame.role.{role}"), initials.upper())


def crumbs(trail: Sequence[Link], path: str, words: ConsoleWords) -> tuple[Link, ...]:
    """The way here from the overview, without the page itself; none on the overview."""
    return () if path == "/console" else (Link("/console", words.say("overview.title")), *trail)


def _entry(place: Place, here: str, words: ConsoleWords, waiting: Mapping[str, int]) -> Entry:
    return Entry(place.path, words.say(place.text), place.icon, place.path == here, waiting.get(place.path, 0))


def _within(path: str, whole: str) -> bool:
    return path == whole or (whole != "/console" and path.startswith(whole + "/"))
