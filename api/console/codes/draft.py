"""The rule editor's form: as it was typed, with segments added, moved and taken out, and as a definition's JSON."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from issuing.definition import MOST_SEGMENTS, Definition
from issuing.segments import FIELDS, Kind

CONFIRM = "confirm."  # before a warning's name
DEFAULTS = {
    "text": "",
    "part": "YY",
    "width": "6",
    "alphabet": "digits",
    "reset": "never",
    "start": "1",
    "system": "37,36",
}
_SEGMENT = re.compile(r"s([0-9]{1,2})\.([a-z]+)")
_NUMBERS = ("width", "start")
_NEW: tuple[dict[str, str], ...] = (
    {"kind": "date", "part": "YY"},
    {"kind": "counter", "width": "7", "alphabet": "digits", "reset": "year", "start": "1"},
    {"kind": "random", "width": "4", "alphabet": "clear"},
)
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Draft:
    """A rule as it stands in the form. All values are what was typed."""

    name: str = ""
    scheme: str = "sgtin"
    level: str = "item"
    base: str = ""
    yearly: str = "100000"
    only_issued: bool = True
    segments: tuple[Mapping[str, str], ...] = _NEW
    confirmed: frozenset[str] = frozenset()
    reason: str = ""
    based_on: str = ""
    focus: str = ""  # id of the button that was pressed, where it stands now

    def as_json(self) -> dict[str, Any]:
        """As `issuing.definition` reads it; what is no number stays as it was typed, and is refused there."""
        segments = [{"kind": one["kind"]} | {name: _value(name, one[name]) for name in _fields(one["kind"])} for one in self.segments]
        told = {"scheme": self.scheme, "level": self.level, "base": self.base, "segments": segments}
        return told | {"yearly": _whole(self.yearly.replace(",", "")), "onlyIssued": self.only_issued}

    def edited(self, act: str) -> Draft:
        """With a button pressed: `add`, `up.2`, `down.2`, `remove.2`; anything else changes nothing."""
        what, _, where = act.partition(".")
        place, segments = int(where) if where.isdigit() and len(where) < 3 else -1, list(self.segments)
        if what == "add" and len(segments) < MOST_SEGMENTS:
            return replace(self, segments=(*segments, _whole_segment({"kind": "fixed"})), focus=f"f-s{len(segments)}.kind")
        other = {"up": place - 1, "down": place + 1}.get(what, -1)
        if 0 <= place < len(segments) and 0 <= other < len(segments):
            segments[place], segments[other] = segments[other], segments[place]
            at_the_end = other in (0, len(segments) - 1)
            turned = "down" if other == 0 else "up"
            return replace(self, segments=tuple(segments), focus=f"{turned if at_the_end else what}-{other}")
        if what == "remove" and 0 <= place < len(segments) > 1:
            del segments[place]
            return replace(self, segments=tuple(segments), focus=f"remove-{min(place, len(segments) - 1)}")
        return self


def draft_in(fields: Mapping[str, str]) -> Draft:
    """The draft that a form or an address holds; an address without any is a new rule's."""
    if "scheme" not in fields:
        return Draft(base=fields.get("base", "")[:_LONGEST])
    found: dict[int, dict[str, str]] = {}
    for name, value in fields.items():
        if match := _SEGMENT.fullmatch(name):
            found.setdefault(int(match[1]), {})[match[2]] = value[:_LONGEST]
    return Draft(
        name=fields.get("name", "")[:_LONGEST],
        scheme=fields["scheme"][:20],
        level=fields.get("level", "")[:20],
        base=fields.get("base", "").strip()[:_LONGEST],
        yearly=fields.get("yearly", "").strip()[:20],
        only_issued=bool(fields.get("only")),
        segments=tuple(_whole_segment(found[place]) for place in sorted(found)[:MOST_SEGMENTS]),
        confirmed=frozenset(name.removeprefix(CONFIRM) for name in fields if name.startswith(CONFIRM)),
        reason=fields.get("reason", "")[:1000],
        based_on=fields.get("based_on", "")[:10],
    )


def draft_of(name: str, rule: Definition, version: int) -> Draft:
    """The form filled with what a rule says now."""
    told = rule.as_json()
    segments = tuple({key: str(value) for key, value in one.items()} for one in told["segments"])
    return Draft(name, told["scheme"], told["level"], told["base"], str(rule.yearly), rule.only_issued, segments, based_on=str(version))


def _whole_segment(given: Mapping[str, str]) -> dict[str, str]:
    """With every field of its kind: one whose kind was changed just now has others than the form sent."""
    kind = given.get("kind", "")
    return {"kind": kind} | {name: given.get(name, DEFAULTS[name]) for name in _fields(kind)}


def _fields(kind: str) -> tuple[str, ...]:
    return FIELDS[Kind(kind)] if kind in tuple(Kind) else ()


def _value(name: str, text: str) -> object:
    return _whole(text) if name in _NUMBERS else text


def _whole(text: str) -> object:
    stripped = text.strip()
    return int(stripped) if stripped.isascii() and stripped.isdigit() and len(stripped) < 18 else text
