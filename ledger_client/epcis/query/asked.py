"""What one parameter asks for: what its name means, what its value may be, and a message that names both where they are wrong."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ledger_client.codes import canonical
from ledger_client.epcis.json_value import Json
from ledger_client.epcis.prefixes import Prefixes
from ledger_client.epcis.query import given_as, patterns, values
from ledger_client.epcis.query.conditions import Attribute, Bound, Condition, key_of
from ledger_client.epcis.query.fields import Extension, Field, Having, Path
from ledger_client.epcis.query.given_as import QueryParameter
from ledger_client.epcis.query.parameters import (
    ACTIONS,
    AREAS,
    EVENT_TYPE,
    EVENT_TYPES,
    FIXED,
    NAMED_THINGS,
    OPERATORS,
    PAIRS,
    UNITS,
)
from ledger_client.epcis.schema import words
from ledger_client.epcis.vocabulary import CBV, terms
from ledger_client.errors import InvalidCode
from ledger_client.sentences import sentence

_UNIT = re.compile(r"[A-Z0-9]{2,4}")
_ATTRIBUTE = re.compile(r"EQ_?ATTR_")


def condition(name: str, given: Sequence[Json], prefixes: Prefixes) -> Condition | None:
    """What one parameter asks for; None for one that asks for nothing (EXISTS_… that is false). Raises QueryParameter."""
    if name == "eventType":
        return Condition(name, "EQ", EVENT_TYPE, frozenset(_event_type(name, value, prefixes) for value in given))
    if name.startswith("HASATTR_"):
        return _has_attribute(name, given, prefixes)
    if _ATTRIBUTE.match(name):
        return _equal_attribute(name, given, prefixes)
    operator, _, rest = name.partition("_")
    field = _field(operator, rest, prefixes) if operator in OPERATORS else None
    if field is None:
        raise _unknown(name)
    match operator:
        case "EXISTS":
            return Condition(name, "EXISTS", field) if given_as.flag(name, given) else None
        case "EQ" | "MATCH" | "WD":
            return _equal(name, "WD" if operator == "WD" else "EQ", field, given, prefixes)
    return Condition(name, operator, field, bound=_bound(name, field, given_as.single(name, given)))  # type: ignore[arg-type]


def _field(operator: str, rest: str, prefixes: Prefixes) -> Field | None:
    """The field of a parameter; None if it has no such field, or none of which that could be asked."""
    if rest in FIXED:
        return FIXED[rest].field if operator in FIXED[rest].operators else None
    first, _, second = rest.partition("_")
    if first in UNITS and _UNIT.fullmatch(second):
        operators, places = UNITS[first]
        paths = tuple((*place, Having("uom", second), first) for place in places)
        return Field(first if first == "quantity" else f"{first} {second}", "number", paths) if operator in operators else None
    if first in PAIRS and operator == "EQ" and second:
        return _pair(first, second, prefixes)
    return extension(operator, rest, prefixes)


def _pair(name: str, kind: str, prefixes: Prefixes) -> Field | None:
    place, vocabulary = PAIRS[name]
    if ":" not in kind and kind not in terms(vocabulary):
        return None
    return Field(name, "identifier", ((place, Having("type", values.word(kind, vocabulary, prefixes), vocabulary), name),))


def extension(operator: str, rest: str, prefixes: Prefixes) -> Field | None:
    """A field of an extension, as `ILMD_ex:lot` or `INNER_ex:lot` names it."""
    inner = rest.startswith("INNER_")
    rest = rest.removeprefix("INNER_")
    begin, area = next((begin, area) for begin, area in AREAS.items() if rest.startswith(begin))
    called = rest[len(begin) :]
    if operator not in (area.inner if inner else area.operators) or not _names_a_field(called, inner=inner or area.path == ("ilmd",)):
        return None
    name = values.name(called, prefixes)
    path: Path = (*area.path, Extension(name, inner))
    return Field(f"x.{values.local_name(name.local)}", "there" if operator == "EXISTS" else "any", (path,))


def _names_a_field(called: str, *, inner: bool) -> bool:
    """With a prefix or as URI; `#name` is one without a namespace, which there is only below others."""
    prefix, colon, local = called.partition(":")
    return bool(prefix and colon and local) or (inner and called.startswith("#") and len(called) > 1)


def _equal(name: str, comparison: str, field: Field, given: Sequence[Json], prefixes: Prefixes) -> Condition:
    if field.kind == "code":
        return _codes(name, field, given, prefixes)
    found = frozenset(text for value in given for text in _texts(name, field, value, prefixes))
    return Condition(name, comparison, field, found)  # type: ignore[arg-type]


def _codes(name: str, field: Field, given: Sequence[Json], prefixes: Prefixes) -> Condition:
    texts, open_ones = set(), []
    for value in given:
        text = values.written_out(given_as.text(name, value), prefixes)
        try:
            if patterns.is_pattern(text):
                open_ones.append(patterns.parse(text))
            else:
                texts.add(canonical(text))
        except InvalidCode as error:
            raise QueryParameter(
                name, sentence("{field} {problem}", field=error.field, problem=sentence(error.problem)), error.fix
            ) from None
    return Condition(name, "EQ", field, frozenset(texts), tuple(open_ones))


def _texts(name: str, field: Field, value: Json, prefixes: Prefixes) -> tuple[str, ...]:
    if field.kind == "any":
        if isinstance(value, (dict, list)) or value is None:
            raise QueryParameter(name, "is neither text nor number", "give a text, a number, true or false")
        return values.asked_texts(value, prefixes)
    if field.kind == "number":
        return values.texts(given_as.number(name, value), prefixes)
    if field.label == "booleanValue":
        return ("true" if given_as.truth(name, value) else "false",)
    text = given_as.text(name, value)
    if field.label == "action" and text not in ACTIONS:
        raise QueryParameter(name, sentence("{text!r} is no action", text=text[:40]), sentence("use {known}", known=", ".join(ACTIONS)))
    if field.kind == "text":
        return (text,)
    if field.kind == "word":
        _require_word(name, text, field.vocabulary)
    elif ":" not in text and field.label != "transformationID":
        raise QueryParameter(
            name,
            sentence("{text!r} is no URI", text=text[:40]),
            "write a URI, such as https://id.gs1.org/414/…, or a name whose prefix is declared",
        )
    return (key_of(field, text, prefixes),)


def _require_word(name: str, text: str, vocabulary: str) -> None:
    """A bare word must be one of the vocabulary; so must one that is spelled as a URI of the CBV."""
    known = words("measurementType") if vocabulary == "voc" else terms(vocabulary)
    bare = text
    if ":" in text:
        found = values.word(text, vocabulary, {})
        if not found.startswith(CBV):
            return
        bare = found.removeprefix(f"{CBV}{vocabulary}-")
    if bare not in known:
        raise QueryParameter(
            name,
            sentence("{text!r} is no word of the vocabulary", text=text[:60]),
            sentence("use one of {known}, or a URI", known=", ".join(sorted(known))),
        )


def _event_type(name: str, value: Json, prefixes: Prefixes) -> str:
    text = given_as.text(name, value)
    if text not in EVENT_TYPES and ":" not in text:
        raise QueryParameter(
            name,
            sentence("{text!r} is no event type", text=text[:40]),
            sentence("use one of {known}, or a URI", known=", ".join(EVENT_TYPES)),
        )
    return key_of(EVENT_TYPE, text, prefixes)


def _has_attribute(name: str, given: Sequence[Json], prefixes: Prefixes) -> Condition:
    called = name.removeprefix("HASATTR_")
    field = _named_thing(called, prefixes)
    if field is None:
        raise _unknown(name)
    return Condition(name, "EQ", field, attribute=Attribute(tuple(values.name(given_as.text(name, value), prefixes) for value in given)))


def _equal_attribute(name: str, given: Sequence[Json], prefixes: Prefixes) -> Condition:
    """`EQATTR_bizLocation_cbvmda:countryCode`: the field ends at the first underscore, so that its name may hold none."""
    called, _, attribute = name[name.index("ATTR_") + 5 :].partition("_")
    field = _named_thing(called, prefixes)
    if field is None or not attribute:
        raise _unknown(name)
    contents = frozenset(text for value in given for text in values.asked_texts(given_as.plain(name, value), prefixes))
    return Condition(name, "EQ", field, attribute=Attribute((values.name(attribute, prefixes),), contents))


def _named_thing(called: str, prefixes: Prefixes) -> Field | None:
    field = NAMED_THINGS.get(called)
    if field is None and _names_a_field(called, inner=False):
        extended = extension("EQ", called, prefixes)
        return Field(extended.label, "identifier", extended.paths) if extended else None
    return field


def _bound(name: str, field: Field, value: Json) -> Bound:
    if field.kind == "number":
        return given_as.number(name, value)
    when = values.moment(value)
    if when is not None:
        return when
    if field.kind == "any":
        found = values.number(value)
        if found is not None:
            return found
        raise QueryParameter(
            name, sentence("{value!r} is neither a number nor a time", value=str(value)[:40]), "write 12.5 or 2026-09-01T06:10:00+08:00"
        )
    raise QueryParameter(
        name,
        sentence("{value!r} is no time", value=str(value)[:40]),
        "write it like 2026-09-01T06:10:00+08:00; in an address + is written %2B",
    )


def _unknown(name: str) -> QueryParameter:
    fix = "see the parameters of EPCIS 2.0 in docs/epcis-query.md; fields of extensions need their prefix: EQ_example:field"
    return QueryParameter(given_as.short(name), "is no parameter of an event query", fix)
