"""The words of the pages in both languages, and how times, spans and CBV terms read in them.

Texts are data (`texts.json`: everything we say; `terms.json`: CBV steps, dispositions, sensors, units).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Literal

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")
HTML_LANGUAGE: dict[Language, str] = {"zh": "zh-Hans", "en": "en"}

_HERE = Path(__file__).parent
TEXTS: dict[str, dict[str, str]] = json.loads((_HERE / "texts.json").read_text())
TERMS: dict[str, dict[str, Any]] = json.loads((_HERE / "terms.json").read_text())
_BY_LANGUAGE: dict[Language, dict[str, str]] = {language: {key: text[language] for key, text in TEXTS.items()} for language in LANGUAGES}
LONGEST_STATED = 300  # characters of a name that are shown; the whole text stands among the event's properties
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


@dataclass(frozen=True, slots=True)
class Words:
    """One language's words."""

    language: Language

    @property
    def texts(self) -> Mapping[str, str]:
        """Every text of the pages by its key."""
        return _BY_LANGUAGE[self.language]

    def say(self, key: str, **values: object) -> str:
        """One text, with its blanks filled; with a `count` of 1, its singular where it has one."""
        if values.get("count") in (1, "1") and f"{key}.one" in self.texts:
            key = f"{key}.one"
        return self.texts[key].format(**values) if values else self.texts[key]

    def term(self, kind: str, word: str) -> str:
        """A CBV term in plain words; one that we have no words for stands as it is."""
        known = TERMS[kind].get(word)
        return str(known[self.language]) if known else word.replace("_", " ")

    def moment(self, when: datetime) -> str:
        """A time of day in the zone it was written in, to the minute."""
        clock = f"{when:%H:%M} {zone(when)}"
        if self.language == "zh":
            return f"{when.year}年{when.month}月{when.day}日 {clock}"
        return f"{when.day} {_MONTHS[when.month - 1]} {when.year}, {clock}"

    def date(self, text: str) -> str:
        """A date of master data; anything but ISO 8601 stands as it is."""
        try:
            day = datetime.fromisoformat(text)
        except ValueError:
            return text
        return f"{day.year}年{day.month}月{day.day}日" if self.language == "zh" else f"{day.day} {_MONTHS[day.month - 1]} {day.year}"

    def stated(self, values: Mapping[str, Any], name: str) -> str:
        """A text that a company gave: on English pages its `…En` sister where there is one; language tags are heeded."""
        english = values.get(f"{name}En") if self.language == "en" else None
        text = self._plain(english if english else values.get(name, ""))
        return text if len(text) <= LONGEST_STATED else text[:LONGEST_STATED] + "…"

    def _plain(self, value: Any) -> str:  # noqa: ANN401 (JSON)
        if isinstance(value, list):
            tagged = [one for one in value if isinstance(one, dict) and str(one.get("@language", "")).startswith(self.language)]
            return self._plain((tagged or value or [""])[0])
        if isinstance(value, dict):
            return str(value.get("@value", ""))
        return "" if value is None else str(value)

    def span(self, length: timedelta) -> str:
        """A length of time, in its largest unit."""
        days = length.days
        return self.say("span.days", count=days) if days else self.say("span.hours", count=int(length.total_seconds() // 3600))


def choose(asked: str | None, accepted: str) -> Language:
    """The language of a page: the link's `?lang=`, else the browser's `Accept-Language`, else Chinese."""
    if asked:
        return "en" if asked.lower().startswith("en") else "zh"
    for name in sorted(accepted.lower().split(","), key=_weight, reverse=True):
        if name.strip().startswith("zh"):
            return "zh"
        if name.strip().startswith("en"):
            return "en"
    return "zh"


def zone(when: datetime) -> str:
    """`UTC+8` and the like."""
    minutes = int((when.utcoffset() or timedelta()).total_seconds() // 60)
    if not minutes:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'+' if minutes > 0 else '−'}{hours}" + (f":{rest:02}" if rest else "")


def parse_moment(text: str, offset: str = "") -> datetime | None:
    """An EPCIS time in the zone of `eventTimeZoneOffset` (or its own, when that is not given); None for what is no time."""
    try:
        when = datetime.fromisoformat(text)
        when = when if when.tzinfo else when.replace(tzinfo=UTC)
        return when.astimezone(_zone(offset)) if offset else when
    except (ValueError, OverflowError):
        return None


def chain_moment(seconds: int, like: datetime | None) -> datetime:
    """A block's time in the zone of the event that it is shown beside."""
    return datetime.fromtimestamp(seconds, like.tzinfo if like else UTC)


def bare(term: str) -> str:
    """`shipping` out of any spelling: `urn:epcglobal:cbv:bizstep:shipping`, `https://ref.gs1.org/cbv/BizStep-shipping`, itself;
    `name` out of `urn:epcglobal:cbv:mda#name`.
    """
    if term.startswith("urn:epcglobal:cbv:"):
        return term.rsplit(":", 1)[1].removeprefix("mda#")
    tail = term.rsplit("/", 1)[-1].rsplit(":", 1)[-1]
    for kind in ("BizStep-", "Disp-", "ER-"):
        tail = tail.removeprefix(kind)
    return tail if tail != term else term


def _zone(offset: str) -> timezone:
    sign = -1 if offset.startswith("-") else 1
    hours, minutes = offset.lstrip("+-").split(":")
    return timezone(sign * timedelta(hours=int(hours), minutes=int(minutes)))


def _weight(accepted: str) -> float:
    _, _, quality = accepted.partition(";q=")
    try:
        return float(quality or 1)
    except ValueError:
        return 0.0
