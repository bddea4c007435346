"""A coding rule's definition: what is coded by which scheme, and the segments of the generated part. JSON in, JSON out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from issuing.schemes import SCHEMES, Level, Scheme
from issuing.segments import Kind, Segment, segment
from ledger_client.errors import InvalidInput
from ledger_client.sentences import sentence

MOST_SEGMENTS = 12
MOST_A_YEAR = 10**12
_FIELDS = ("scheme", "level", "base", "segments", "yearly", "onlyIssued")


@dataclass(frozen=True, slots=True)
class Definition:
    """What one version of a rule says. Each field is well-formed; whether the whole is a good rule is for `judging`."""

    scheme: Scheme
    level: Level
    base: str  # the company's own key, as `Scheme.checked` gives it
    segments: tuple[Segment, ...]
    yearly: int  # how many codes a year are expected
    only_issued: bool  # capture refuses codes of this stem that were never issued

    @property
    def stem(self) -> str:
        """How every code of the rule begins."""
        return self.scheme.stem(self.base)

    @property
    def length(self) -> int:
        """How many characters the generated text has."""
        return sum(one.length for one in self.segments)

    def first(self, kind: Kind) -> Segment | None:
        """The rule's counter, random part …; None without one."""
        return next((one for one in self.segments if one.kind == kind), None)

    def as_json(self) -> dict[str, Any]:
        """As it is stored and sent."""
        return {
            "scheme": self.scheme.name,
            "level": str(self.level),
            "base": self.base,
            "segments": [one.as_json() for one in self.segments],
            "yearly": self.yearly,
            "onlyIssued": self.only_issued,
        }


def definition(given: Mapping[str, Any]) -> Definition:
    """A definition from its JSON; InvalidInput names the field."""
    unknown = next((name for name in given if name not in _FIELDS), None)
    if unknown is not None:
        raise InvalidInput(unknown, "is not of a coding rule", sentence("it has {known}", known=", ".join(_FIELDS)))
    scheme = SCHEMES.get(str(given.get("scheme")))
    if scheme is None:
        raise InvalidInput(
            "scheme", sentence("{given!r} is not known", given=given.get("scheme")), sentence("use {known}", known=", ".join(SCHEMES))
        )
    return Definition(
        scheme,
        _level(scheme, given.get("level")),
        scheme.checked(str(given.get("base") or "").strip()),
        _segments(given.get("segments")),
        _yearly(given.get("yearly")),
        _flag(given.get("onlyIssued", False)),
    )


def _level(scheme: Scheme, given: object) -> Level:
    if given not in scheme.levels:
        raise InvalidInput(
            "level",
            sentence("{given!r} has no code of the scheme {name}", given=given, name=scheme.name),
            sentence("use {known}", known=", ".join(scheme.levels)),
        )
    return Level(str(given))


def _segments(given: object) -> tuple[Segment, ...]:
    if not isinstance(given, list) or not 1 <= len(given) <= MOST_SEGMENTS:
        raise InvalidInput(
            "segments",
            "is no list of segments",
            sentence("give 1 to {most}, in the order in which they stand in the code", most=MOST_SEGMENTS),
        )
    wrong = next((place for place, one in enumerate(given) if not isinstance(one, Mapping)), None)
    if wrong is not None:
        raise InvalidInput(sentence("segments[{place}]", place=wrong), "is no object", 'a segment is written {"kind": …}')
    return tuple(segment(one, place) for place, one in enumerate(given))


def _yearly(given: object) -> int:
    if isinstance(given, bool) or not isinstance(given, int) or not 1 <= given <= MOST_A_YEAR:
        raise InvalidInput(
            "yearly",
            sentence("{given!r} is no number of codes", given=given),
            sentence("how many a year are expected, 1 to {most:,}", most=MOST_A_YEAR),
        )
    return given


def _flag(given: object) -> bool:
    if not isinstance(given, bool):
        raise InvalidInput(
            "onlyIssued", sentence("{given!r} is neither true nor false", given=given), "true: capture refuses codes that were never issued"
        )
    return given
