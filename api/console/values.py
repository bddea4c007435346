"""An event's properties as a person reads them: names for words and places, links for codes, one line for each value.

What has no form of its own here is shown as it is written, so that nothing is left out; the raw event stands below it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from api.console.event_rows import event_url, item_text, item_url, type_name
from api.console.words import ConsoleWords
from api.pages.facts import Names
from api.pages.payload import list_in, object_in, text_in
from api.pages.readings import readings
from api.pages.words import TERMS, Words, bare, parse_moment
from ledger_client import canonical
from ledger_client.codes import canonical as canonical_code
from ledger_client.errors import InvalidCode

MOST = 25  # values of a property that are shown


@dataclass(frozen=True, slots=True)
class Value:
    """One line of a property."""

    text: str
    url: str = ""
    note: str = ""
    code: bool = False  # a code, an id, an address
    label: str = ""  # of a part of a property


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the values of one event."""

    event: Mapping[str, Any]
    names: Names
    words: ConsoleWords

    def values(self, name: str) -> list[Value]:
        """The lines of a property; one that is not of the form that the standard gives it is shown as it is."""
        content = self.event[name]
        try:
            return list(_READERS.get(name, _as_it_is)(self, content))
        except (AttributeError, TypeError, ValueError, KeyError):  # a payload that was edited behind our back
            return list(_as_it_is(self, content))


def code_value(text: object, note: str = "") -> Value:
    """An item, an event or a class by its code, with a link where it is one."""
    try:
        code = canonical_code(str(text))
    except InvalidCode:
        return Value(str(text), note=note, code=True)
    return Value(item_text(code), item_url(code), note, code=True)


def _codes(_: Reader, content: Any) -> Iterator[Value]:  # noqa: ANN401 (JSON, here and below)
    for one in content if isinstance(content, list) else [content]:
        yield code_value(one)


def _quantities(reader: Reader, content: Any) -> Iterator[Value]:  # noqa: ANN401
    for one in content:
        amount, unit = one.get("quantity"), str(one.get("uom", ""))
        known = TERMS["unit"].get(unit, unit)
        yield code_value(one["epcClass"], "" if amount is None else f"{_text(amount)} {known or reader.words.say('event.pieces')}")


def _place(reader: Reader, content: Any) -> Iterator[Value]:  # noqa: ANN401
    code = content["id"]
    named = reader.names.places.get(code, "")
    yield Value(named, note=item_text(code)) if named else Value(item_text(code), code=True)


def _parties(reader: Reader, content: Any) -> Iterator[Value]:  # noqa: ANN401
    for one in content:
        code = one.get("source") or one.get("destination")
        kind = bare(str(one.get("type", ""))).removeprefix("SDT-").replace("_", " ")
        named = reader.names.places.get(code, "")
        yield Value(named or item_text(code), note=f"{kind} · {item_text(code)}" if named else kind, code=not named)


def _documents(_: Reader, content: Any) -> Iterator[Value]:  # noqa: ANN401
    for one in content:
        yield Value(str(one["bizTransaction"]), note=bare(str(one.get("type", ""))).removeprefix("BTT-"), code=True)


def _sensors(reader: Reader, content: Any) -> Iterator[Value]:  # noqa: ANN401
    parts = readings(content, Words(reader.words.language))
    for part in parts:
        yield Value(f"{part.label} {part.value}", note=part.note)
    if not parts:
        yield from _as_it_is(reader, content)


def _moment(reader: Reader, content: Any) -> Iterator[Value]:  # noqa: ANN401
    when = parse_moment(content, text_in(reader.event, "eventTimeZoneOffset"))
    yield Value(Words(reader.words.language).moment(when), note=content) if when else Value(str(content))


def _declaration(reader: Reader, content: Any) -> Iterator[Value]:  # noqa: ANN401
    yield Value(reader.words.say("event.declared_at"), note=text_in(content, "declarationTime"))
    reason = bare(text_in(content, "reason"))
    known = f"event.reason.{reason}"
    if reason:
        yield Value(reader.words.say(known) if known in reader.words.texts else reason)
    for event_id in list_in(content, "correctiveEventIDs"):
        yield Value(reader.words.say("event.corrected_by"), event_url(str(event_id)), note=str(event_id))


def _states(reader: Reader, content: Any) -> Iterator[Value]:  # noqa: ANN401
    for name in ("set", "unset"):
        for one in list_in(content, name):
            yield Value(reader.words.term("disposition", bare(str(one))), note=reader.words.say(f"event.state.{name}"))


def _product(reader: Reader, content: Any) -> Iterator[Value]:  # noqa: ANN401
    words = Words(reader.words.language)
    for path, value in _leaves(content):
        yield Value(words.date(value) if path.lower().endswith("date") else value, label=path)


def _as_it_is(_: Reader, content: Any) -> Iterator[Value]:  # noqa: ANN401
    for path, value in _leaves(content):
        yield Value(value, label=path)


def _leaves(content: Any, path: str = "") -> Iterator[tuple[str, str]]:  # noqa: ANN401
    """Every value inside, with the way to it."""
    if isinstance(content, Mapping):
        for name, value in content.items():
            yield from _leaves(value, f"{path}.{bare(name)}" if path else bare(name))
    elif isinstance(content, Sequence) and not isinstance(content, str):
        for value in content:
            yield from _leaves(value, path)
    else:
        yield path, _text(content)


def _text(content: object) -> str:
    return content if isinstance(content, str) else canonical.text(content)


def _term(kind: str) -> Callable[[Reader, Any], Iterator[Value]]:
    return lambda reader, content: iter([Value(reader.words.term(kind, bare(content)))])


_READERS: Mapping[str, Callable[[Reader, Any], Iterator[Value]]] = {
    "type": lambda reader, content: iter([Value(type_name(content, reader.words))]),
    "action": lambda reader, content: iter([Value(reader.words.say(f"event.action.{content}"))]),
    "bizStep": _term("step"),
    "disposition": _term("disposition"),
    "persistentDisposition": _states,
    "eventTime": _moment,
    "errorDeclaration": _declaration,
    "readPoint": _place,
    "bizLocation": _place,
    "bizTransactionList": _documents,
    "sourceList": _parties,
    "destinationList": _parties,
    "sensorElementList": _sensors,
    "ilmd": _product,
} | {
    **dict.fromkeys(("epcList", "parentID", "childEPCs", "inputEPCList", "outputEPCList"), _codes),
    **dict.fromkeys(("quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList"), _quantities),
}


def places_in(event: Mapping[str, Any]) -> set[str]:
    """The codes of places and parties that an event names."""
    found = [text_in(object_in(event, name), "id") for name in ("readPoint", "bizLocation")]
    for name, part in (("sourceList", "source"), ("destinationList", "destination")):
        found += [text_in(one, part) for one in list_in(event, name) if isinstance(one, Mapping)]
    return {code for code in found if code}
