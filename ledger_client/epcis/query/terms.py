"""What an index keeps of an event, and where it looks for a condition: texts, called terms.

Every event that fulfils a condition has one of the condition's terms; others may too, so the index narrows and `conditions.matches`
decides. Fields of extensions are kept by their local name, wherever they stand. Numbers and moments are kept as 20
bits that rise with them (`values.rank`) at five levels, each 16 times coarser than the one before: a range is some 76 terms at most, and
nothing but terms has to be stored, which can be hashed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from ledger_client.codes.gs1_keys import KEYS
from ledger_client.epcis.json_value import Json
from ledger_client.epcis.query import values
from ledger_client.epcis.query.conditions import Bound, Condition, keys, prefixes_in
from ledger_client.epcis.query.fields import Field
from ledger_client.epcis.query.parameters import AREAS, EVENT_TYPE, FIXED, MEASURED, NAMED_THINGS, PAIRS
from ledger_client.epcis.query.patterns import SHORTEST, Pattern, prefix_at, taken_apart
from ledger_client.epcis.query.values import Prefixes

ELSEWHERE = ("eventTime", "recordTime", "eventID")  # kept in columns of their own
_LEVELS = (0, 4, 8, 12, 16)
_TOP = values.RANKS - 1
_KINDS: dict[str, dict[str, Field]] = {"key": {"type": EVENT_TYPE}, "there": {}, "moment": {}, "number": {}}
for _field in [*(row.field for row in FIXED.values()), *(NAMED_THINGS[name] for name in PAIRS)]:
    if _field.label not in (*ELSEWHERE, "code"):
        _KINDS[_field.kind if _field.kind in _KINDS else "key"][_field.label] = _field
_PLACES = (FIXED["readPoint"].field, FIXED["bizLocation"].field)


@dataclass(frozen=True, slots=True)
class Needed:
    """An event that fulfils a condition has one of these terms, and names one of these item codes where there are any."""

    terms: frozenset[str]
    codes: frozenset[str] = frozenset()


def terms_of(event: Mapping[str, Json], codes: Iterable[str]) -> set[str]:
    """All terms of a whole event, whose item codes are given."""
    prefixes = prefixes_in(event)
    return {
        *(f"{label} {key}" for label, field in _KINDS["key"].items() for key in _keys(field, event, prefixes)),
        *(f"{label}?" for label, field in _KINDS["there"].items() for _ in field.found(event, prefixes)),
        *_ranges(event, prefixes),
        *(f"{field.label}< {key.partition('/254/')[0]}" for field in _PLACES for key in _keys(field, event, prefixes) if "/254/" in key),
        *(term for code in codes for term in _of_code(code)),
        *_extensions(event, prefixes),
    }


def needed(condition: Condition) -> Needed | None:
    """What to look for; None where the index has nothing, because a column has it."""
    field, bound = condition.field, condition.bound
    if field.label in ELSEWHERE:
        return None
    if field.label == "code":
        terms = {f"code {text}" for text in condition.texts} | set(map(_of_pattern, condition.patterns))
        return Needed(frozenset(terms), frozenset() if condition.patterns else condition.texts)
    if condition.comparison == "EXISTS":
        return Needed(frozenset((f"{field.label}?",)))
    if bound is not None:
        up = condition.comparison in ("GT", "GE")
        place = values.rank(bound)
        return Needed(frozenset(_cover(_labelled(field.label, bound), *((place, _TOP) if up else (0, place)))))
    if field.kind == "number":
        return Needed(frozenset(f"{field.label}#0:{values.rank(Decimal(text[1:]))}" for text in condition.texts))
    texts = {text for given in condition.texts for text in (given, *values.texts(given, {}))} if _extends(field) else condition.texts
    found = {f"{field.label} {text}" for text in texts}
    if condition.comparison == "WD":
        found |= {f"{field.label}< {text}" for text in texts}
    return Needed(frozenset(found))


def _extends(field: Field) -> bool:
    return field.label.startswith("x.")


def _keys(field: Field, event: Mapping[str, Json], prefixes: Prefixes) -> Iterator[str]:
    return (key for value in field.found(event, prefixes) for key in keys(field, value, prefixes))


def _ranges(event: Mapping[str, Json], prefixes: Prefixes) -> Iterator[str]:
    for label, field in _KINDS["moment"].items():
        for value in field.found(event, prefixes):
            yield from _steps(label, values.moment(value))
    for label, field in _KINDS["number"].items():
        for value in field.found(event, prefixes):
            yield from _steps(label, values.number(value))
    for report in _objects(event, AREAS["SENSORREPORT_"].path):
        for name in MEASURED:
            if name in report:
                yield from _steps(f"{name} {report.get('uom')}", values.number(report[name]))


def _steps(label: str, value: Bound | None) -> Iterator[str]:
    """The terms of one value: its bits at each level."""
    if value is not None:
        begin, place = _labelled(label, value), values.rank(value)
        for level in _LEVELS:
            yield f"{begin}{level}:{place >> level}"


def _labelled(label: str, value: Bound) -> str:
    return label + ("@" if isinstance(value, datetime) else "#")


def _cover(label: str, low: int, high: int) -> Iterator[str]:
    """The fewest terms that every value from `low` to `high` has one of."""
    for level in _LEVELS[:-1]:
        while low <= high and low & 15:
            yield f"{label}{level}:{low}"
            low += 1
        while low <= high and high & 15 != 15:
            yield f"{label}{level}:{high}"
            high -= 1
        low, high = low >> 4, high >> 4
        if low > high:
            return
    yield from (f"{label}{_LEVELS[-1]}:{place}" for place in range(low, high + 1))


def _of_code(code: str) -> Iterator[str]:
    """The code, and what patterns may ask of it: its kind of key, the beginning of its company prefix, the key without a serial."""
    yield f"code {code}"
    found = taken_apart(code)
    if found is None or found[0] not in KEYS:
        return
    ai, value, _ = found
    begin = prefix_at(ai)
    yield f"ai {ai}"
    yield f"ai {ai} prefix {value[begin : begin + SHORTEST]}"
    yield f"ai {ai} key {_key(ai, value)}"


def _of_pattern(pattern: Pattern) -> str:
    if not pattern.begin:
        return f"ai {pattern.ai}"
    whole = len(pattern.begin) - prefix_at(pattern.ai) * (not pattern.offset)
    if pattern.whole or (not pattern.offset and KEYS[pattern.ai].digits and len(pattern.begin) >= KEYS[pattern.ai].digits):
        return f"ai {pattern.ai} key {_key(pattern.ai, pattern.begin)}"
    begin = prefix_at(pattern.ai) - pattern.offset
    return f"ai {pattern.ai} prefix {pattern.begin[begin : begin + SHORTEST]}" if whole >= SHORTEST else f"ai {pattern.ai}"


def _key(ai: str, value: str) -> str:
    return value[: KEYS[ai].digits] if KEYS[ai].digits else value


def _extensions(event: Mapping[str, Json], prefixes: Prefixes) -> Iterator[str]:
    """The fields of extensions, wherever they may be asked for."""
    for area in AREAS.values():
        for content in _objects(event, area.path):
            for key, value in content.items():
                if area.path == ("ilmd",) or (":" in key and key != "@context"):
                    yield from _extension(key, value, prefixes)


def _objects(content: Json, path: tuple[object, ...]) -> Iterator[Mapping[str, Json]]:
    if isinstance(content, list):
        for element in content:
            yield from _objects(element, path)
    elif isinstance(content, Mapping):
        if path:
            yield from _objects(content.get(path[0]), path[1:])
        else:
            yield content


def _extension(key: str, value: Json, prefixes: Prefixes) -> Iterator[str]:
    label = f"x.{values.local_name(key)}"
    for element in value if isinstance(value, list) else [value]:
        if isinstance(element, list):
            yield from _extension(key, element, prefixes)
        elif isinstance(element, dict):
            yield f"{label}?"
            for name, content in element.items():
                yield from _extension(name, content, prefixes)
        elif element is not None:
            yield f"{label}?"
            for one in (prefixes, {}) if prefixes else ({},):
                yield from (f"{label} {text}" for text in values.texts(element, one))
            yield from _steps(label, values.moment(element))
            yield from _steps(label, values.number(element))
