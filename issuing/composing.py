"""From a definition, a date and a run of counter values to the texts of codes, many at once.

Every random part is drawn with `secrets`, each character alike, so that nobody can guess or count a code.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import repeat

from issuing.capacity import resolution
from issuing.definition import Definition
from issuing.segments import CHECKS, GS1_CHECK, NAMED, DatePart, Kind, Reset, Segment
from ledger_client.codes import characters
from ledger_client.codes.check_digit import check_digit
from ledger_client.codes.iso7064 import SYSTEMS
from ledger_client.errors import InvalidInput
from ledger_client.sentences import sentence

_MONTHLY = {DatePart.MONTH, DatePart.DAY}


@dataclass(frozen=True, slots=True)
class Context:
    """What an order says of all its codes."""

    day: date
    names: Mapping[str, str] = field(default_factory=dict)  # product, line, shift


def checked_names(rule: Definition, given: Mapping[str, str]) -> dict[str, str]:
    """The names that the rule's segments need, in the form that they ask for; InvalidInput for one that is missing or does not fit."""
    wanted = {str(one.kind): one for one in rule.segments if one.kind in NAMED}
    unknown = next((name for name in given if name not in wanted), None)
    if unknown is not None:
        raise InvalidInput(unknown, "does not stand in a code of this rule", "leave it out")
    for name, one in wanted.items():
        text = given.get(name, "")
        if len(text) != one.width:
            raise InvalidInput(
                name,
                sentence("{text!r} has {count} characters", text=text, count=len(text)),
                sentence("it has exactly {width} in every code of this rule", width=one.width),
            )
        if bad := next((letter for letter in text if letter not in allowed(rule, one)), None):
            raise InvalidInput(
                name,
                sentence("holds {character}", character=characters.named(bad)),
                "use letters and digits that the scheme and the check character take",
            )
    return {name: given[name] for name in wanted}


def allowed(rule: Definition, one: Segment) -> frozenset[str]:
    """The characters that a segment may hold: those of the scheme, and of every check character behind it."""
    found = rule.scheme.takes(rule.base)
    for check in rule.segments[rule.segments.index(one) + 1 :]:
        if check.kind == Kind.CHECK:
            found &= protected(check)
    return found


def protected(check: Segment) -> frozenset[str]:
    """The characters that a check segment can be computed over."""
    return characters.DIGITS if check.system == GS1_CHECK else frozenset(SYSTEMS[check.system].alphabet)


def period(rule: Definition, day: date) -> str:
    """Which run of the rule's codes a day falls into, by its counter or else by its date parts: empty where they never begin again."""
    counter = rule.first(Kind.COUNTER)
    match counter.reset if counter else resolution(rule):
        case Reset.YEAR:
            return str(_year(rule, day))
        case Reset.MONTH:
            return f"{day:%Y-%m}"
        case Reset.WEEK:
            return f"{day.isocalendar().year}-W{day.isocalendar().week:02}"
        case Reset.DAY:
            return day.isoformat()
        case _:
            return ""


def texts(rule: Definition, context: Context, numbers: Sequence[int]) -> list[str]:
    """One text for each counter value; without a counter the values only say how many."""
    built: list[str] = [""] * len(numbers)
    columns: list[Iterable[str]] = []
    for one in rule.segments:
        if one.kind == Kind.CHECK:
            built, columns = _joined(built, columns), []
            columns.append(map(_check(one.system), built))
        else:
            columns.append(_column(rule, one, context, numbers))
    return _joined(built, columns)


def _joined(built: list[str], columns: list[Iterable[str]]) -> list[str]:
    return ["".join(row) for row in zip(built, *columns, strict=False)]


def _column(rule: Definition, one: Segment, context: Context, numbers: Sequence[int]) -> Iterable[str]:
    match one.kind:
        case Kind.COUNTER:
            return _counted(one, numbers)
        case Kind.RANDOM:
            return drawn(one.characters, one.width, len(numbers))
        case Kind.FIXED:
            return repeat(one.text)
        case Kind.DATE:
            return repeat(_date(rule, one.part, context.day))
        case _:
            return repeat(context.names[one.kind])


def _counted(one: Segment, numbers: Sequence[int]) -> Iterable[str]:
    alphabet, width = one.characters, one.width
    if alphabet == "0123456789":
        return map(f"{{:0{width}d}}".format, numbers)
    return (_in_base(number, alphabet, width) for number in numbers)


def _in_base(number: int, alphabet: str, width: int) -> str:
    found, base = list[str](), len(alphabet)
    for _ in range(width):
        number, rest = divmod(number, base)
        found.append(alphabet[rest])
    return "".join(reversed(found))


def drawn(alphabet: str, width: int, count: int) -> list[str]:
    """`count` random texts. Bytes that would make some characters likelier than others are thrown away."""
    base = len(alphabet)
    fair = 256 - 256 % base
    table = bytes(value % base for value in range(256))
    surplus = bytes(range(fair, 256))
    indexes = b""
    while len(indexes) < width * count:
        indexes += secrets.token_bytes((width * count - len(indexes)) * 256 // fair + 16).translate(table, surplus)
    letters = indexes[: width * count].translate(bytes(map(ord, alphabet)) + bytes(256 - base)).decode("ascii")
    return [letters[place : place + width] for place in range(0, width * count, width)]


def _date(rule: Definition, part: DatePart, day: date) -> str:
    match part:
        case DatePart.YEAR:
            return f"{_year(rule, day):04}"
        case DatePart.SHORT_YEAR:
            return f"{_year(rule, day) % 100:02}"
        case DatePart.WEEK:
            return f"{day.isocalendar().week:02}"
        case _:
            return day.strftime({DatePart.MONTH: "%m", DatePart.DAY: "%d", DatePart.DAY_OF_YEAR: "%j"}[part])


def _year(rule: Definition, day: date) -> int:
    """The calendar year; beside a week, and no month or day, the year that the week belongs to."""
    parts = {one.part for one in rule.segments if one.kind == Kind.DATE}
    return day.isocalendar().year if DatePart.WEEK in parts and not parts & {*_MONTHLY, DatePart.DAY_OF_YEAR} else day.year


def _check(system: str) -> Callable[[str], str]:
    if system not in CHECKS:
        raise InvalidInput(
            "system", sentence("{system!r} is no check character system", system=system), sentence("use {known}", known="  ".join(CHECKS))
        )
    return check_digit if system == GS1_CHECK else SYSTEMS[system].compute
