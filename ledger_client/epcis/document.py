"""From bytes to events: EPCIS documents, query documents, bare events and bare lists of events (spec 3.1), in JSON or XML (`xml`).

Numbers become exact: int or Decimal. A document that is no JSON, repeats a key, nests too deep or redefines a standard prefix is refused
as a whole; what is wrong with a single event is for `schema` to say.
"""

from __future__ import annotations

import gc
import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final, NoReturn

from ledger_client.epcis.json_value import Event, Json
from ledger_client.epcis.prefixes import Prefixes, prefixes_of
from ledger_client.epcis.xml.sniff import looks_like_xml
from ledger_client.errors import InvalidEvent

DEEPEST: Final = 64  # containers inside containers
EVENT_TYPES: Final = frozenset({"ObjectEvent", "AggregationEvent", "TransactionEvent", "TransformationEvent", "AssociationEvent"})
_BRACKETS = re.compile(rb'"(?:[^"\\]|\\.)*"?|[\[\]{}]', re.DOTALL)  # a string counts as one token
_STEP = {b"[": 1, b"{": 1, b"]": -1, b"}": -1}
_ALIKE, _UNTOLD = bytes.maketrans(b"{}", b"[]"), bytes(set(range(256)) - set(b'[]{}"'))
_BOM = b"\xef\xbb\xbf"
_LONGEST_NUMBER = 400  # characters


@dataclass(frozen=True, slots=True)
class Document:
    """What was read: events in order, and what the document says for all of them."""

    events: list[Event]  # or whatever else stands in their place: `schema` and `event_hash` refuse that one by one
    prefixes: Prefixes = field(default_factory=dict)  # declared by the document's @context
    context: list[object] = field(default_factory=list)  # the document's @context entries, in order
    vocabulary: list[Event] = field(default_factory=list)  # master data of the header: {"type", "vocabularyElementList"}
    paths: list[str] = field(default_factory=list)  # JSON path of each event
    place: str = "$"  # JSON path of the list of events
    envelope: Event | None = None  # the document without its events; None for bare events
    exact: bool = False  # made by `read`: holds no float and no type that JSON does not have (`canonical.encode_exact`)
    xml: bool = False  # was read from XML: `paths` and `place` are paths of elements


def read(data: bytes) -> Document:
    """Read one document, JSON or XML; raises InvalidEvent with line and column, or with the path of what is wrong."""
    if looks_like_xml(data):
        from ledger_client.epcis.xml import document as xml  # noqa: PLC0415 (which needs this module)

        return xml.read(data)
    content = _json(data)
    if isinstance(content, list):
        return Document(content, paths=paths_of(content, "$"), exact=True)
    if not isinstance(content, dict):
        raise InvalidEvent("$", f"is a {kind_of(content)}", "send an EPCISDocument, an event or a list of events")
    if content.get("type") == "EPCISDocument":
        return _document(content, ("epcisBody",))
    if content.get("type") == "EPCISQueryDocument":
        return _document(content, ("epcisBody", "queryResults", "resultsBody"))
    return Document([content], paths=["$"], exact=True)


def _document(content: Event, way: tuple[str, ...]) -> Document:
    path, body = "$", content
    for name in way:
        body = _require(body, name, path, dict)
        path = f"{path}.{name}"
    events: list[Event] = _require(body, "eventList", path, list)
    context = content.get("@context", [])
    return Document(
        events=events,
        prefixes=prefixes_of(context),
        context=context if isinstance(context, list) else [context],
        vocabulary=_vocabulary(content, body),
        paths=paths_of(events, f"{path}.eventList"),
        place=f"{path}.eventList",
        envelope=_without_events(content, way),
        exact=True,
    )


def paths_of(events: Sequence[Json], place: str, first: int = 0) -> list[str]:
    """The JSON path of each event of a list at `place`, the first of which is number `first`."""
    return [f"{place}[{index}]" for index in range(first, first + len(events))]


def _vocabulary(content: Event, body: Event) -> list[Event]:
    header = content.get("epcisHeader")
    master = header.get("epcisMasterData") if isinstance(header, dict) else None
    lists = (master.get("vocabularyList") if isinstance(master, dict) else None, body.get("vocabularyList"))
    return [entry for found in lists if isinstance(found, list) for entry in found if isinstance(entry, dict)]


def _without_events(content: Event, way: tuple[str, ...]) -> Event:
    """The envelope that the schema still has to judge, with an empty list of events."""
    if not way:
        return {**content, "eventList": []}
    return {**content, way[0]: _without_events(content[way[0]], way[1:])}


def _require(parent: Event, name: str, path: str, kind: type) -> Json:
    content = parent.get(name)
    if not isinstance(content, kind):
        found = "is missing" if name not in parent else f"is a {kind_of(content)}"
        raise InvalidEvent(f"{path}.{name}", found, f"it is {'an object' if kind is dict else 'a list of events'}")
    return content


def _json(data: bytes) -> Json:
    plain = data.removeprefix(_BOM)
    try:
        text = plain.decode()
    except UnicodeDecodeError as error:
        raise InvalidEvent("$", f"is not UTF-8 at byte {error.start + 1}", "send JSON in UTF-8") from None
    if _too_deep(plain):
        raise InvalidEvent("$", f"nests deeper than {DEEPEST} levels", "flatten it")
    return decoded(text)


def decoded(text: str) -> Json:
    """A JSON text of which it is known that it does not nest too deep; numbers exact, no key twice."""
    try:
        with no_collection():
            return _DECODER.decode(text)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno} column {error.colno}"
        raise InvalidEvent("$", f"is not JSON: {error.msg.lower()}, {place}", "send JSON (RFC 8259)") from None


def _too_deep(data: bytes) -> bool:
    """Whether brackets outside of strings nest too deep. Told before the standard decoder, which the end of the stack would kill.

    Only brackets and quotes matter, and of these no two quotes side by side. Without escaped quotes every second piece between quotes is
    no string; of the brackets in these, each round takes away the innermost.
    """
    unescaped = data.replace(rb"\\", b"").replace(rb"\"", b"") if b"\\" in data else data
    told = unescaped.translate(_ALIKE, _UNTOLD).replace(b'""', b"")
    brackets = b"".join(told.split(b'"')[::2])
    for _ in range(DEEPEST):
        brackets, before = brackets.replace(b"[]", b""), brackets
        if len(brackets) == len(before):
            break
    return bool(brackets) and _scanned_too_deep(data)


def _scanned_too_deep(data: bytes) -> bool:
    """The same of any bytes, JSON or not, token by token."""
    depth = 0
    for token in _BRACKETS.finditer(data):
        depth += _STEP.get(token[0], 0)
        if depth > DEEPEST:
            return True
    return False


def _object(pairs: list[tuple[str, Json]]) -> Event:
    content = dict(pairs)
    if len(content) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for index, name in enumerate(names) if name in names[:index])
        raise InvalidEvent(
            f"key {twice!r}", f"is given twice in one object (beside {', '.join(sorted(content))[:80]})", "give each key once"
        )
    return content


def _integer(text: str) -> int:
    return int(_sized(text))


def _decimal(text: str) -> Decimal:
    return Decimal(_sized(text))


def _sized(text: str) -> str:
    if len(text) > _LONGEST_NUMBER:
        raise InvalidEvent("number", f"{text[:20]}… has {len(text)} characters", "send it as a string")
    return text


def _constant(text: str) -> NoReturn:
    raise InvalidEvent("$", f"is not JSON: {text} is no JSON value", "leave it out or send a string")


_VERY_MANY = 100_000  # objects


@contextmanager
def no_collection() -> Iterator[None]:
    """Rest the cycle collector: a reader makes no cycles, and walking what it made again and again doubles its time.

    Where it made very much, that counts as old afterwards, since the collector would else walk all of it at once.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            if gc.get_count()[0] > _VERY_MANY:
                gc.freeze()
                gc.unfreeze()
            gc.enable()


def kind_of(content: object) -> str:
    """What JSON calls a value."""
    return {dict: "object", list: "list", str: "text", bool: "truth value", type(None): "null"}.get(type(content), "number")


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_int=_integer, parse_float=_decimal, parse_constant=_constant)
