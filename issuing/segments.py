"""The segments that a code is put together from, in order: the rule's form and its JSON, read and checked one by one.

`FIELDS` is the one table of what each kind says; the editor's form, the JSON and the messages follow it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from issuing.alphabets import alphabet
from ledger_client.codes.iso7064 import SYSTEMS
from ledger_client.errors import InvalidInput
from ledger_client.sentences import sentence

WIDEST = 30  # characters of one segment


class Kind(StrEnum):
    """What a segment is filled with."""

    FIXED = "fixed"  # always the same text
    DATE = "date"  # part of the order's date
    PRODUCT = "product"  # the order's short name of the product
    LINE = "line"  # … of the line
    SHIFT = "shift"  # … of the shift
    COUNTER = "counter"  # the next number
    RANDOM = "random"  # drawn, so that nobody can guess it
    CHECK = "check"  # over all that stands before it


class DatePart(StrEnum):
    """What a date segment shows. With a week, the year is the ISO 8601 week's own year."""

    YEAR = "YYYY"
    SHORT_YEAR = "YY"
    MONTH = "MM"
    DAY = "DD"
    DAY_OF_YEAR = "DDD"
    WEEK = "WW"


class Reset(StrEnum):
    """When a counter begins again."""

    NEVER = "never"
    YEAR = "year"
    MONTH = "month"
    WEEK = "week"
    DAY = "day"


GS1_CHECK = "gs1"
CHECKS = (GS1_CHECK, *SYSTEMS)
NAMED = (Kind.PRODUCT, Kind.LINE, Kind.SHIFT)  # filled from the order
FIELDS: Mapping[Kind, tuple[str, ...]] = {
    Kind.FIXED: ("text",),
    Kind.DATE: ("part",),
    Kind.PRODUCT: ("width",),
    Kind.LINE: ("width",),
    Kind.SHIFT: ("width",),
    Kind.COUNTER: ("width", "alphabet", "reset", "start"),
    Kind.RANDOM: ("width", "alphabet"),
    Kind.CHECK: ("system",),
}


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment; only the fields of its kind (`FIELDS`) mean anything. One that exists is well-formed in itself."""

    kind: Kind
    text: str = ""
    part: DatePart = DatePart.YEAR
    width: int = 0  # characters, exactly
    alphabet: str = "digits"  # a name of `ALPHABETS`, or the characters themselves in the order of their values
    reset: Reset = Reset.NEVER
    start: int = 1
    system: str = GS1_CHECK

    @property
    def characters(self) -> str:
        """Of a counter or a random part: its alphabet, written out."""
        return alphabet("alphabet", self.alphabet)

    @property
    def length(self) -> int:
        """How many characters it adds to a code."""
        match self.kind:
            case Kind.FIXED:
                return len(self.text)
            case Kind.DATE:
                return len(self.part)
            case Kind.CHECK:
                return 1 if self.system == GS1_CHECK else SYSTEMS[self.system].size
            case _:
                return self.width

    @property
    def variants(self) -> int:
        """Of a counter or a random part: how many different texts it has."""
        return int(len(self.characters) ** self.width)

    def as_json(self) -> dict[str, Any]:
        """As a rule's JSON has it."""
        return {"kind": str(self.kind)} | {name: _plain(getattr(self, name)) for name in FIELDS[self.kind]}


def segment(given: Mapping[str, Any], place: int) -> Segment:
    """A segment from its JSON; InvalidInput names the field, such as `segments[2].width`."""
    here = f"segments[{place}]"
    kind = _member(Kind, f"{here}.kind", given.get("kind"))
    unknown = next((name for name in given if name not in ("kind", *FIELDS[kind])), None)
    if unknown is not None:
        raise InvalidInput(
            f"{here}.{unknown}",
            sentence("is not of a {kind} segment", kind=kind),
            sentence("it takes {known}", known=", ".join(FIELDS[kind])),
        )
    return Segment(
        kind, **{name: _READ[name](f"{here}.{name}", given.get(name)) for name in FIELDS[kind] if name in given or name in _NEEDED}
    )


def _text(field: str, given: object) -> str:
    if not isinstance(given, str) or not 1 <= len(given) <= WIDEST:
        raise InvalidInput(
            field,
            sentence("{given!r} is no text of 1 to {most} characters", given=given, most=WIDEST),
            "give the text that stands there in every code",
        )
    return given


def _width(field: str, given: object) -> int:
    return _number(field, given, 1, WIDEST)


def _start(field: str, given: object) -> int:
    return _number(field, given, 0, 10**15)


def _number(field: str, given: object, least: int, most: int) -> int:
    if isinstance(given, bool) or not isinstance(given, int) or not least <= given <= most:
        raise InvalidInput(
            field,
            sentence("{given!r} is no whole number", given=given),
            sentence("give one from {least} to {most:,}", least=least, most=most),
        )
    return given


def _alphabet(field: str, given: object) -> str:
    if not isinstance(given, str):
        raise InvalidInput(field, sentence("{given!r} is no text", given=given), "name an alphabet, or write its characters")
    alphabet(field, given)
    return given


def _member(values: type[StrEnum], field: str, given: object) -> Any:  # noqa: ANN401 (a member of `values`)
    try:
        return values(given)  # type: ignore[arg-type]
    except ValueError:
        raise InvalidInput(
            field, sentence("{given!r} is not known", given=given), sentence("use {known}", known=", ".join(values))
        ) from None


def _system(field: str, given: object) -> str:
    if given not in CHECKS:
        raise InvalidInput(
            field, sentence("{given!r} is no check character system", given=given), sentence("use {known}", known="  ".join(CHECKS))
        )
    return str(given)


_READ: Mapping[str, Any] = {
    "text": _text,
    "part": lambda field, given: _member(DatePart, field, given),
    "width": _width,
    "alphabet": _alphabet,
    "reset": lambda field, given: _member(Reset, field, given),
    "start": _start,
    "system": _system,
}
_NEEDED = ("text", "part", "width")


def _plain(value: object) -> object:
    return str(value) if isinstance(value, str) else value
