"""The event id: the CBV event hash ID in the dialects CBV2.0 (as corrected in 2026) and CBV2.1 (docs/event-hash.md).

Takes an event as `document` reads it, normalised or not, and the document's prefixes; gives the id or the string that is hashed.
Nothing is validated here: whoever needs that calls `schema.problems` first.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Final

from ledger_client.epcis.hash_fields import COMMENTS, FIELDS, IGNORED, SENSOR_METADATA, SENSOR_REPORT, Field
from ledger_client.epcis.hash_values import Namespaces, namespaces, time_value
from ledger_client.epcis.json_value import Json
from ledger_client.epcis.prefixes import prefixes_of
from ledger_client.errors import InvalidEvent, InvalidInput

DIALECTS: Final = ("CBV2.0", "CBV2.1")
_NOT_EXTENSIONS = IGNORED | {"ilmd"} | {field.name for field in FIELDS}
_IN_SENSOR_ELEMENTS = frozenset({"sensorMetadata", "sensorReport"})
_NONE: frozenset[str] = frozenset()
_EMPTY: Final[tuple[object, ...]] = (None, "", [], {})


def event_id(event: Mapping[str, Json], prefixes: Mapping[str, str] | None = None, dialect: str = "CBV2.0") -> str:
    """The hash ID `ni:///sha-256;<hex>?ver=<dialect>`; `prefixes` are the document's, the event's own are laid over them.

    Raises InvalidEvent if it is no object or redefines a standard prefix, InvalidInput for an unknown dialect.
    """
    digest = sha256(prehash(event, prefixes, dialect).encode("utf-8", "surrogatepass")).hexdigest()
    return f"ni:///sha-256;{digest}?ver={dialect}"


def prehash(event: Mapping[str, Json], prefixes: Mapping[str, str] | None = None, dialect: str = "CBV2.0") -> str:
    """The string that is hashed (docs/event-hash.md)."""
    if dialect not in DIALECTS:
        raise InvalidInput("dialect", f"{dialect!r} is not known", "choose CBV2.0 or CBV2.1")
    if not isinstance(event, dict):
        raise InvalidEvent("$", "is not an event", "an event is a JSON object")
    meant = dict(prefixes or ())
    if "@context" in event:
        meant.update(prefixes_of(event["@context"]))
    return _Writer(namespaces(tuple(meant.items())), inline=dialect == "CBV2.1").event(event)


class _Writer:
    """Writes one event. Extensions inside standard fields stay there (`inline`, CBV2.1) or move behind the ilmd (CBV2.0)."""

    __slots__ = ("inline", "names")

    def __init__(self, names: Namespaces, *, inline: bool) -> None:
        self.names, self.inline = names, inline

    def event(self, event: Mapping[str, Json]) -> str:
        text, moved = "eventType=" + self.names.value(event.get("type")), ""
        for field in FIELDS:
            content = event.get(field.name)
            if not content and content in _EMPTY:
                continue
            if field.kind in ("parent", "sensors"):
                own, extensions = self.parent(field, content) if field.kind == "parent" else self.sensors(content)
                text, moved = text + own, moved + extensions
            else:
                text += self.field(field, content)
        ilmd = event.get("ilmd")
        text += self.extension("ilmd", ilmd) if ilmd not in _EMPTY else ""
        return text + moved + self.extensions(event, _NOT_EXTENSIONS)

    def field(self, field: Field, content: Json) -> str:
        if field.kind == "leaf" and type(content) is not list:
            return self.names.leaf(field.name, content, field.words)
        if field.kind == "time" and type(content) is str:
            return f"{field.name}={text}" if (text := time_value(content)) else ""
        return self.elements(field, _as_list(content))

    def elements(self, field: Field, values: list[Json]) -> str:
        """A field that may have several values: each written, then sorted."""
        if field.kind == "codes":
            return _named(field.name, ["epc=" + text for entry in values if (text := self.names.value(entry))])
        if field.kind == "quantities":
            return _named(field.name, ["quantityElement" + self.fields(entry, field.fields) for entry in values])
        if field.kind == "pairs":
            return _named(field.name, [self.fields(entry, field.fields) for entry in values])
        texts = [time_value(str(entry)) if field.kind == "time" else self.names.value(entry, field.words) for entry in values]
        return "".join([f"{field.name}={text}" for text in sorted(texts) if text])

    def fields(self, parent: Json, fields: tuple[Field, ...]) -> str:
        """The standard fields of one object, in their order."""
        if not isinstance(parent, dict):
            return ""
        texts = [self.field(field, content) for field in fields if (content := parent.get(field.name)) or content not in _EMPTY]
        return "".join(texts)

    def parent(self, field: Field, content: Json) -> tuple[str, str]:
        if not isinstance(content, dict):
            return "", ""
        return self.placed(field.name, self.fields(content, field.fields), self.extensions(content, field.names))

    def placed(self, name: str, own: str, extensions: str) -> tuple[str, str]:
        """What a parent writes in its place, and what CBV2.0 moves: its name stands before both."""
        if self.inline:
            own, extensions = own + extensions, ""
        return name + own if own else "", name + extensions if extensions else ""

    def sensors(self, content: Json) -> tuple[str, str]:
        elements = [self.sensor(element) for element in _as_list(content) if isinstance(element, dict)]
        text = "".join(sorted(own for own, _ in elements))
        word = "sensorElementList" if self.inline and text else ""
        return word + text, "".join(sorted(extensions for _, extensions in elements))

    def sensor(self, element: dict[str, Json]) -> tuple[str, str]:
        metadata = self.parent(SENSOR_METADATA, element.get("sensorMetadata"))
        reports = [self.parent(SENSOR_REPORT, report) for report in _as_list(element.get("sensorReport"))]
        own = metadata[0] + "".join(sorted(text for text, _ in reports))
        extensions = metadata[1] + "".join(sorted(moved for _, moved in reports))
        extensions += self.extensions(element, _IN_SENSOR_ELEMENTS)
        return self.placed("sensorElement", own, extensions)

    def extensions(self, parent: Mapping[str, Json], standard: frozenset[str]) -> str:
        """Properties that are not `standard`, sorted; an array repeats its name."""
        if parent.keys() <= standard:
            return ""
        names = [name for name in parent if name not in standard and name not in COMMENTS]
        texts = [self.extension(self.names.name(name), entry) for name in names for entry in _as_list(parent[name]) if entry is not None]
        return "".join(sorted(texts))

    def extension(self, name: str, content: Json) -> str:
        if isinstance(content, dict):
            return name + self.extensions(content, _NONE)
        if isinstance(content, list):
            return name + "".join(sorted(self.extension("", entry) for entry in content if entry is not None))
        text = self.names.value(content)
        return f"{name}={text}" if text else name


def _as_list(content: Json) -> list[Json]:
    if isinstance(content, list):
        return content
    return [] if content is None else [content]


def _named(name: str, children: list[str]) -> str:
    return name + "".join(sorted(children)) if children else ""
