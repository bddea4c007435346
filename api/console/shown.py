"""What pages are made of: moments, digests, badges, links, facts, pagers.

Values ready to be shown; `templates/console/_macros.html` draws them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

from api.console.words import ConsoleWords
from api.spelling import hexed


@dataclass(frozen=True, slots=True)
class Moment:
    """A time: machine-readable, in the reader's zone, and how long ago."""

    iso: str
    clock: str
    exact: str
    ago: str


@dataclass(frozen=True, slots=True)
class Digest:
    """A hash, an id or an address: shown shortened, copied whole."""

    full: str
    short: str


@dataclass(frozen=True, slots=True)
class Badge:
    """One word on a coloured ground. Tones: good, bad, warn, wait, quiet."""

    text: str
    tone: str


@dataclass(frozen=True, slots=True)
class Link:
    """Where something leads."""

    url: str
    text: str


@dataclass(frozen=True, slots=True)
class Fact:
    """A labelled value of a list of facts; at most one of the values beside `text` is given, and is then shown instead."""

    label: str
    text: str = ""
    moment: Moment | None = None
    digest: Digest | None = None
    badge: Badge | None = None
    url: str = ""  # where the text leads
    note: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a select or a row of tabs."""

    value: str
    text: str
    chosen: bool
    url: str = ""


@dataclass(frozen=True, slots=True)
class Pager:
    """Where a list goes on. Empty addresses: there is nothing that way. Never says how many there are."""

    newer: str
    older: str
    shown: str  # "50 on this page"; empty where there is nothing


def moment(when: datetime, words: ConsoleWords) -> Moment:
    """A moment as the reader takes it."""
    return Moment(when.astimezone(UTC).isoformat(timespec="seconds"), words.clock(when), words.exact(when), words.ago(when))


def moment_or_none(when: datetime | None, words: ConsoleWords) -> Moment | None:
    """The same for what may not have happened."""
    return moment(when, words) if when else None


def unix_moment(seconds: float, words: ConsoleWords) -> Moment:
    """A block's time."""
    return moment(datetime.fromtimestamp(seconds, UTC), words)


def digest(value: bytes | str) -> Digest:
    """Bytes in hex, or a text such as an event id; the middle is left out of what is shown."""
    full = value if isinstance(value, str) else hexed(value)
    return Digest(full, full if len(full) <= 20 else f"{full[:10]}…{full[-6:]}")


def hash_id(event_id: str) -> Digest:
    """An event id without what all of them share."""
    name = event_id.removeprefix("ni:///sha-256;")
    return Digest(event_id, f"{name[:8]}…{name.partition('?')[0][-6:]}" if name != event_id else digest(event_id).short)


def link(path: str, **query: str | int | None) -> str:
    """An address in the console: segments of `path` must be quoted already; empty parameters are left out."""
    asked = {name: value for name, value in query.items() if value not in (None, "")}
    return f"{path}?{urlencode(asked)}" if asked else path


def with_query(path: str, given: Mapping[str, str], **changes: str | None) -> str:
    """The address with some parameters changed; None takes one away."""
    return link(path, **{name: value for name, value in {**given, **changes}.items() if value is not None})


def pager(count: int, newer: str, older: str, words: ConsoleWords) -> Pager:
    """The foot of a list of `count` rows."""
    return Pager(newer, older, words.say("frame.shown.more" if older else "frame.shown", count=count) if count else "")
